import type { Method } from "./method.ts";

/** The routes of the systems that Cubby replaces. */
export interface OlderRoutes {
  /** A new session with these files in it (for clients of older systems). (`POST /upload`) */
  upload: Method<"upload">;
  /** My sessions in the shape of older systems. (`GET /session/info`) */
  sessionInfo: Method<"sessionInfo">;
  /** Remove a session that is not the current one. (`DELETE /session/{session_id}`) */
  removeSession: Method<"removeSession">;
  /** My live sessions in the shape of older chat servers, newest first. (`GET /api/sessions`) */
  chatSessions: Method<"chatSessions">;
  /**
   * Delete the conversation as older chat servers do: its session ends, with its history and its files.
   * (`DELETE /api/chat/{session_id}`)
   */
  removeChat: Method<"removeChat">;
}
