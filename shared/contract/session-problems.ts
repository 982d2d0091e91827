/** What every route of one session may answer. */
export const sessionProblems = ["session_not_found", "session_expired"] as const;
