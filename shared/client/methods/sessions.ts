import type { Method } from "./method.ts";

/** Sessions: made, read, changed, ended. */
export interface SessionRoutes {
  /** Create a session, or get the live one with `reuse`. (`POST /v1/sessions`) */
  createSession: Method<"createSession">;
  /** My live sessions, newest first; operators: everyone's, latest end first. (`GET /v1/sessions`) */
  listSessions: Method<"listSessions">;
  /** My newest live session. (`GET /v1/sessions/current`) */
  currentSession: Method<"currentSession">;
  /** One session with counts and sizes. (`GET /v1/sessions/{session_id}`) */
  getSession: Method<"getSession">;
  /** Change status, thread, metadata or retention. (`PATCH /v1/sessions/{session_id}`) */
  patchSession: Method<"patchSession">;
  /** Remove the session and everything in it; answers the receipt. (`DELETE /v1/sessions/{session_id}`) */
  deleteSession: Method<"deleteSession">;
  /** Activity without content. (`POST /v1/sessions/{session_id}/touch`) */
  touchSession: Method<"touchSession">;
}
