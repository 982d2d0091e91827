import type { Method } from "./method.ts";

/** What belongs to a user beside one session, what operators may, and the service itself. */
export interface AccountRoutes {
  /** Liveness. (`GET /health`) */
  health: Method<"health">;
  /** This contract as OpenAPI 3.1. (`GET /openapi.json`) */
  openapi: Method<"openapi">;
  /**
   * End all my sessions that exist now; operators, confirmed: one user's, or everyone's. Call again while `remaining`.
   * (`DELETE /v1/sessions`)
   */
  clearSessions: Method<"clearSessions">;
  /**
   * What was removed with the session, when and by which rule; for seven days.
   * (`GET /v1/sessions/{session_id}/receipt`)
   */
  getReceipt: Method<"getReceipt">;
  /** What ended of mine in the last seven days, newest first. (`GET /v1/receipts`) */
  listReceipts: Method<"listReceipts">;
  /** What my live sessions come to, and how much there may be. (`GET /v1/usage`) */
  usage: Method<"usage">;
  /** My preferences, which outlive every session; `{}` while there are none. (`GET /v1/preferences`) */
  getPreferences: Method<"getPreferences">;
  /**
   * Replace my preferences; with If-Match only the version that was read, with `If-None-Match: *` only create.
   * (`PUT /v1/preferences`)
   */
  putPreferences: Method<"putPreferences">;
  /** Sessions by platform and status, sizes, the oldest, and what ends soon. (`GET /v1/stats`) */
  stats: Method<"stats">;
  /**
   * End all sessions of a user and remove what else is kept of him; call again while `remaining`.
   * (`DELETE /v1/users/{user_id}`)
   */
  evictUser: Method<"evictUser">;
  /**
   * Live sessions' records as CSV or as a sessions.json file; redirects to a short-lived presigned URL.
   * (`GET /v1/sessions/export`)
   */
  exportSessions: Method<"exportSessions">;
  /**
   * Sessions of another stage or an older system from CSV, JSON or NDJSON of up to 4 MiB; one result a row.
   * (`POST /v1/sessions/import`)
   */
  importSessions: Method<"importSessions">;
}
