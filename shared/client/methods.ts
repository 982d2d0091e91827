/** Every route of the contract as a method: typed by it, and described in its words. */
import { type Answer, type CallOptions, type RouteName, routes } from "./routes.ts";

/** Calls one route. What it takes may be left out where nothing is needed. */
export type Method<Name extends RouteName> =
  Record<string, never> extends CallOptions<Name>
    ? (options?: CallOptions<Name>) => Promise<Answer<Name>>
    : (options: CallOptions<Name>) => Promise<Answer<Name>>;

/** One method a route, under the name of its operation in the OpenAPI document. */
export interface ApiMethods {
  /** Liveness. (`GET /health`) */
  health: Method<"health">;
  /** This contract as OpenAPI 3.1. (`GET /openapi.json`) */
  openapi: Method<"openapi">;
  /** Create a session, or get the live one with `reuse`. (`POST /v1/sessions`) */
  createSession: Method<"createSession">;
  /** My live sessions, newest first; operators: everyone's, latest end first. (`GET /v1/sessions`) */
  listSessions: Method<"listSessions">;
  /**
   * End all my sessions that exist now; operators, confirmed: one user's, or everyone's. Call again while `remaining`.
   * (`DELETE /v1/sessions`)
   */
  clearSessions: Method<"clearSessions">;
  /** My newest live session. (`GET /v1/sessions/current`) */
  currentSession: Method<"currentSession">;
  /** One session with counts and sizes. (`GET /v1/sessions/{session_id}`) */
  getSession: Method<"getSession">;
  /** Change status, thread, metadata or retention. (`PATCH /v1/sessions/{session_id}`) */
  patchSession: Method<"patchSession">;
  /** Remove the session and everything in it; answers the receipt. (`DELETE /v1/sessions/{session_id}`) */
  deleteSession: Method<"deleteSession">;
  /**
   * What was removed with the session, when and by which rule; for seven days.
   * (`GET /v1/sessions/{session_id}/receipt`)
   */
  getReceipt: Method<"getReceipt">;
  /** Activity without content. (`POST /v1/sessions/{session_id}/touch`) */
  touchSession: Method<"touchSession">;
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
  /**
   * The eight folders, with how many files lie in each and how many bytes they take.
   * (`GET /v1/sessions/{session_id}/folders`)
   */
  listFolders: Method<"listFolders">;
  /** Files, by folder. (`GET /v1/sessions/{session_id}/files`) */
  listFiles: Method<"listFiles">;
  /**
   * Upload up to 4 MiB as multipart/form-data, any field names; zips are unpacked.
   * (`POST /v1/sessions/{session_id}/files`)
   */
  uploadFiles: Method<"uploadFiles">;
  /** Store one file of up to 4 MiB from a raw body. (`PUT /v1/sessions/{session_id}/files/{path+}`) */
  putFile: Method<"putFile">;
  /**
   * Redirect to a short-lived presigned URL, or the URL as JSON with redirect=false.
   * (`GET /v1/sessions/{session_id}/files/{path+}`)
   */
  getFile: Method<"getFile">;
  /** Remove one file and the tables made from it. (`DELETE /v1/sessions/{session_id}/files/{path+}`) */
  deleteFile: Method<"deleteFile">;
  /**
   * Give a file another name in its folder; tables made from it are made anew, named after the new name.
   * (`POST /v1/sessions/{session_id}/files/rename`)
   */
  renameFile: Method<"renameFile">;
  /**
   * Remove up to 1,000 files and the tables made from them; one result a file.
   * (`POST /v1/sessions/{session_id}/files/delete`)
   */
  deleteFiles: Method<"deleteFiles">;
  /** Logs, by name. (`GET /v1/sessions/{session_id}/logs`) */
  listLogs: Method<"listLogs">;
  /**
   * Append up to 256 KB of text or JSON lines to a log; kept as given, as a numbered file of the folder `logs`.
   * (`POST /v1/sessions/{session_id}/logs/{name}`)
   */
  appendLog: Method<"appendLog">;
  /**
   * A log's pieces joined, as text; about 4 MiB an answer, with a `next` link while there is more.
   * (`GET /v1/sessions/{session_id}/logs/{name}`)
   */
  readLog: Method<"readLog">;
  /**
   * Begin an upload that goes straight to the storage; `If-Match` and `If-None-Match: *` hold until it completes.
   * (`POST /v1/sessions/{session_id}/uploads`)
   */
  createUpload: Method<"createUpload">;
  /** Uploads in progress. (`GET /v1/sessions/{session_id}/uploads`) */
  listUploads: Method<"listUploads">;
  /**
   * How far an upload is, with the parts that the storage has: from here it is resumed.
   * (`GET /v1/sessions/{session_id}/uploads/{upload_id}`)
   */
  getUpload: Method<"getUpload">;
  /**
   * Fresh URLs for up to 20 parts, or a fresh form; also a sign of life for another day.
   * (`POST /v1/sessions/{session_id}/uploads/{upload_id}/parts`)
   */
  signParts: Method<"signParts">;
  /**
   * Have what came verified, and made a file; the same again is answered the same.
   * (`POST /v1/sessions/{session_id}/uploads/{upload_id}/complete`)
   */
  completeUpload: Method<"completeUpload">;
  /** Give an upload up; what came of it is removed. (`DELETE /v1/sessions/{session_id}/uploads/{upload_id}`) */
  abortUpload: Method<"abortUpload">;
  /**
   * All files, a folder or chosen paths as one ZIP; 202 while it is still being built.
   * (`POST /v1/sessions/{session_id}/archive`)
   */
  createArchive: Method<"createArchive">;
  /** How far an archive is; with its URL once it is ready. (`GET /v1/sessions/{session_id}/archive/{archive_id}`) */
  getArchive: Method<"getArchive">;
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

type Call = <Name extends RouteName>(name: Name, options: CallOptions<Name>) => Promise<unknown>;

/** Binds each name to the one call that they all are. */
export function createMethods(call: Call): ApiMethods {
  const entries = (Object.keys(routes) as RouteName[]).map((name) => [
    name,
    (options = {} as CallOptions<typeof name>) => call(name, options),
  ]);
  return Object.fromEntries(entries) as ApiMethods;
}
