import type { Method } from "./method.ts";

/** What was said and done, and what waits for a yes or no. */
export interface TalkRoutes {
  /**
   * What was said and done, a page at a time either way, or what came since.
   * (`GET /v1/sessions/{session_id}/history`)
   */
  listHistory: Method<"listHistory">;
  /** Append one entry. (`POST /v1/sessions/{session_id}/history`) */
  appendHistory: Method<"appendHistory">;
  /** Remove what was said and done so far; the session stays. (`DELETE /v1/sessions/{session_id}/history`) */
  clearHistory: Method<"clearHistory">;
  /**
   * What waits for a person's yes or no; 404 with how the last one ended.
   * (`GET /v1/sessions/{session_id}/approval`)
   */
  getApproval: Method<"getApproval">;
  /**
   * Ask for approval, one at a time; the same call again by the same caller is answered as before.
   * (`PUT /v1/sessions/{session_id}/approval`)
   */
  setApproval: Method<"setApproval">;
  /**
   * Withdraw what is pending; who comes too late is told who decided what.
   * (`DELETE /v1/sessions/{session_id}/approval`)
   */
  withdrawApproval: Method<"withdrawApproval">;
  /**
   * Decide, exactly once; who comes too late is told who decided what.
   * (`POST /v1/sessions/{session_id}/approval/decision`)
   */
  decideApproval: Method<"decideApproval">;
}
