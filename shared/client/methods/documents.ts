import type { Method } from "./method.ts";

/** Research data, intermediate results, and answers by query and mode. */
export interface DocumentRoutes {
  /**
   * Store one research document: any JSON value in its envelope, as a file of its own.
   * (`POST /v1/sessions/{session_id}/research-data`)
   */
  addResearchData: Method<"addResearchData">;
  /**
   * The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match.
   * (`POST /v1/sessions/{session_id}/research-data/{name}`)
   */
  addNamedResearchData: Method<"addNamedResearchData">;
  /** Research documents without their values, newest first. (`GET /v1/sessions/{session_id}/research-data`) */
  listResearchData: Method<"listResearchData">;
  /**
   * One research document in its envelope, every value exactly as it was sent.
   * (`GET /v1/sessions/{session_id}/research-data/{name}`)
   */
  getResearchData: Method<"getResearchData">;
  /** Remove one research document. (`DELETE /v1/sessions/{session_id}/research-data/{name}`) */
  deleteResearchData: Method<"deleteResearchData">;
  /**
   * Store one intermediate result: any JSON value in its envelope, as a file of its own.
   * (`POST /v1/sessions/{session_id}/intermediate-results`)
   */
  addIntermediateResult: Method<"addIntermediateResult">;
  /**
   * The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match.
   * (`POST /v1/sessions/{session_id}/intermediate-results/{name}`)
   */
  addNamedIntermediateResult: Method<"addNamedIntermediateResult">;
  /** Intermediate results without their values, newest first. (`GET /v1/sessions/{session_id}/intermediate-results`) */
  listIntermediateResults: Method<"listIntermediateResults">;
  /**
   * One intermediate result in its envelope, every value exactly as it was sent.
   * (`GET /v1/sessions/{session_id}/intermediate-results/{name}`)
   */
  getIntermediateResult: Method<"getIntermediateResult">;
  /** Remove one intermediate result. (`DELETE /v1/sessions/{session_id}/intermediate-results/{name}`) */
  deleteIntermediateResult: Method<"deleteIntermediateResult">;
  /**
   * The answer that was stored for this query and mode: hit, miss or expired, with its age.
   * (`POST /v1/sessions/{session_id}/cache/lookup`)
   */
  lookupCache: Method<"lookupCache">;
  /**
   * Store the answer for a query and mode, for 48 hours and never beyond the session.
   * (`PUT /v1/sessions/{session_id}/cache`)
   */
  putCache: Method<"putCache">;
  /** Forget the answer for a query and mode, or with no body all of them. (`DELETE /v1/sessions/{session_id}/cache`) */
  clearCache: Method<"clearCache">;
}
