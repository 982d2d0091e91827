import type { Method } from "./method.ts";

/** Tables, SQL over them, and what became of each file. */
export interface TableRoutes {
  /** Tables with their columns. (`GET /v1/sessions/{session_id}/tables`) */
  listTables: Method<"listTables">;
  /**
   * One table with profile and sample rows; with `format` the whole table as a file.
   * (`GET /v1/sessions/{session_id}/tables/{name}`)
   */
  getTable: Method<"getTable">;
  /**
   * One read-only SQL statement; answers JSON, NDJSON, CSV, XLSX or Parquet, large ones as a file.
   * (`POST /v1/sessions/{session_id}/query`)
   */
  query: Method<"query">;
  /** What became of every file, with its report. (`GET /v1/sessions/{session_id}/conversions`) */
  listConversions: Method<"listConversions">;
  /**
   * Read a file again, with settings that stay with it; or `preview` what they make of it.
   * (`POST /v1/sessions/{session_id}/conversions`)
   */
  convertAgain: Method<"convertAgain">;
}
