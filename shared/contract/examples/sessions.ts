import { BEGUN, bot, ENDS, LATER, SESSION_ID, type SomeExamples } from "./example.ts";

const session = {
  session_id: SESSION_ID,
  user_id: "telegram_12345",
  created_by: bot,
  platform: "telegram",
  thread_id: "chat-77",
  style: null,
  status: "active" as const,
  created_at: BEGUN,
  last_activity: LATER,
  expires_at: ENDS,
  seconds_left: 3540,
  pending_approval: null,
  metadata: { locale: "de-DE" },
  retention: { idle_minutes: 60, max_age_minutes: 10_080 },
  file_counts: { uploads: 1, workspace: 1 },
  total_size_bytes: 2741,
  database: { version: 1, tables: 1 },
  revision: 4,
};

export const receipt = {
  session_id: SESSION_ID,
  reason: "deleted" as const,
  ended_by: bot,
  deleted_at: LATER,
  objects: 3,
  bytes: 274_432,
  items: 9,
  tables: 1,
};

export const sessionExamples = {
  createSession: { body: { platform: "telegram", thread_id: "chat-77", reuse: true }, answer: session },
  listSessions: { answer: { data: [session], next_cursor: null } },
  currentSession: { answer: session },
  getSession: { answer: session },
  patchSession: {
    body: { status: "completed", metadata: { locale: "de-DE" } },
    answer: { ...session, status: "completed" },
  },
  deleteSession: { answer: receipt },
  touchSession: { answer: session },
  getReceipt: { answer: receipt },
} satisfies SomeExamples;
