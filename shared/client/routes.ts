/**
 * Method and path of every route. Written out so that the client carries no schema at run time; the compiler holds it
 * to the contract, route by route and letter by letter.
 */
import type * as contract from "../contract/routes.ts";

type Contract = typeof contract;
/** The name of a route: an operation id of the OpenAPI document. */
export type RouteName = keyof Contract;

/** Method and path by name. */
export const routes = {
  health: "GET /health",
  openapi: "GET /openapi.json",
  createSession: "POST /v1/sessions",
  listSessions: "GET /v1/sessions",
  clearSessions: "DELETE /v1/sessions",
  currentSession: "GET /v1/sessions/current",
  getSession: "GET /v1/sessions/{session_id}",
  patchSession: "PATCH /v1/sessions/{session_id}",
  deleteSession: "DELETE /v1/sessions/{session_id}",
  getReceipt: "GET /v1/sessions/{session_id}/receipt",
  touchSession: "POST /v1/sessions/{session_id}/touch",
  listHistory: "GET /v1/sessions/{session_id}/history",
  appendHistory: "POST /v1/sessions/{session_id}/history",
  clearHistory: "DELETE /v1/sessions/{session_id}/history",
  getApproval: "GET /v1/sessions/{session_id}/approval",
  setApproval: "PUT /v1/sessions/{session_id}/approval",
  withdrawApproval: "DELETE /v1/sessions/{session_id}/approval",
  decideApproval: "POST /v1/sessions/{session_id}/approval/decision",
  listFolders: "GET /v1/sessions/{session_id}/folders",
  listFiles: "GET /v1/sessions/{session_id}/files",
  uploadFiles: "POST /v1/sessions/{session_id}/files",
  putFile: "PUT /v1/sessions/{session_id}/files/{path+}",
  getFile: "GET /v1/sessions/{session_id}/files/{path+}",
  deleteFile: "DELETE /v1/sessions/{session_id}/files/{path+}",
  renameFile: "POST /v1/sessions/{session_id}/files/rename",
  deleteFiles: "POST /v1/sessions/{session_id}/files/delete",
  listLogs: "GET /v1/sessions/{session_id}/logs",
  appendLog: "POST /v1/sessions/{session_id}/logs/{name}",
  readLog: "GET /v1/sessions/{session_id}/logs/{name}",
  createUpload: "POST /v1/sessions/{session_id}/uploads",
  listUploads: "GET /v1/sessions/{session_id}/uploads",
  getUpload: "GET /v1/sessions/{session_id}/uploads/{upload_id}",
  signParts: "POST /v1/sessions/{session_id}/uploads/{upload_id}/parts",
  completeUpload: "POST /v1/sessions/{session_id}/uploads/{upload_id}/complete",
  abortUpload: "DELETE /v1/sessions/{session_id}/uploads/{upload_id}",
  createArchive: "POST /v1/sessions/{session_id}/archive",
  getArchive: "GET /v1/sessions/{session_id}/archive/{archive_id}",
  addResearchData: "POST /v1/sessions/{session_id}/research-data",
  addNamedResearchData: "POST /v1/sessions/{session_id}/research-data/{name}",
  listResearchData: "GET /v1/sessions/{session_id}/research-data",
  getResearchData: "GET /v1/sessions/{session_id}/research-data/{name}",
  deleteResearchData: "DELETE /v1/sessions/{session_id}/research-data/{name}",
  addIntermediateResult: "POST /v1/sessions/{session_id}/intermediate-results",
  addNamedIntermediateResult: "POST /v1/sessions/{session_id}/intermediate-results/{name}",
  listIntermediateResults: "GET /v1/sessions/{session_id}/intermediate-results",
  getIntermediateResult: "GET /v1/sessions/{session_id}/intermediate-results/{name}",
  deleteIntermediateResult: "DELETE /v1/sessions/{session_id}/intermediate-results/{name}",
  lookupCache: "POST /v1/sessions/{session_id}/cache/lookup",
  putCache: "PUT /v1/sessions/{session_id}/cache",
  clearCache: "DELETE /v1/sessions/{session_id}/cache",
  listTables: "GET /v1/sessions/{session_id}/tables",
  getTable: "GET /v1/sessions/{session_id}/tables/{name}",
  query: "POST /v1/sessions/{session_id}/query",
  listConversions: "GET /v1/sessions/{session_id}/conversions",
  convertAgain: "POST /v1/sessions/{session_id}/conversions",
  listReceipts: "GET /v1/receipts",
  usage: "GET /v1/usage",
  getPreferences: "GET /v1/preferences",
  putPreferences: "PUT /v1/preferences",
  stats: "GET /v1/stats",
  evictUser: "DELETE /v1/users/{user_id}",
  exportSessions: "GET /v1/sessions/export",
  importSessions: "POST /v1/sessions/import",
  upload: "POST /upload",
  sessionInfo: "GET /session/info",
  removeSession: "DELETE /session/{session_id}",
  chatSessions: "GET /api/sessions",
  removeChat: "DELETE /api/chat/{session_id}",
} as const satisfies { [Name in RouteName]: `${Contract[Name]["method"]} ${Contract[Name]["path"]}` };

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}+` ? Plain : Name) | Names<Rest>
  : never;

type InputOf<Schema> = Schema extends { _zod: { input: infer Input } } ? Input : never;
type OutputOf<Schema> = Schema extends { _zod: { output: infer Output } } ? Output : never;

/** The JSON answer of a route, or text where it answers no JSON. */
export type Answer<Name extends RouteName> = Contract[Name] extends { answer: infer Schema }
  ? OutputOf<Schema>
  : string;

/** What a list answers. */
export interface Page<Entry> {
  /** As many as `limit` says, or fewer. */
  data: Entry[];
  /** `cursor` of the next page; null on the last one. */
  next_cursor: string | null;
}

/** Routes that answer a list, and what stands in it. */
export type PagedName = {
  [Name in RouteName]: Answer<Name> extends Page<unknown> ? Name : never;
}[RouteName];
/** One entry of a list. */
export type EntryOf<Name extends PagedName> = Answer<Name> extends Page<infer Entry> ? Entry : never;

type WithParams<Name extends RouteName> = [Names<Contract[Name]["path"]>] extends [never]
  ? { params?: never }
  : { params: Record<Names<Contract[Name]["path"]>, string> };

/** A number may come as its text, as it was typed into a page say. */
type QueryValue<Value> = Value extends number ? number | string : Value;

type WithQuery<Name extends RouteName> = Contract[Name] extends { query: infer Schema }
  ? { query?: { [Key in keyof OutputOf<Schema>]?: QueryValue<OutputOf<Schema>[Key]> | undefined } }
  : { query?: never };

type WithBody<Name extends RouteName> = Contract[Name] extends { body: infer Schema }
  ? { body: InputOf<Schema> }
  : Contract[Name]["bodyKind"] extends "multipart"
    ? { body: FormData }
    : Contract[Name]["bodyKind"] extends "binary"
      ? { body: Blob | Uint8Array<ArrayBuffer> | string }
      : { body?: never };

/** What one call takes: parameters of the path, query, body, and what concerns the call itself. */
export type CallOptions<Name extends RouteName> = WithParams<Name> & WithQuery<Name> & WithBody<Name> & RequestOptions;

/** What concerns a call itself, whatever the route. */
export interface RequestOptions {
  /** Ends the call, its tries included; it throws the signal's reason. */
  signal?: AbortSignal;
  /** Makes a repeated POST answer what the first one did; every POST has one of its own unless said. */
  idempotencyKey?: string;
  /** Only if this is still the version, by its ETag. */
  ifMatch?: string;
  /** Of a read: the version that is known. Of a write: `*`, only if there is none. */
  ifNoneMatch?: string;
  /** Milliseconds until the answer has to begin, for each try, instead of the client's. */
  timeoutMs?: number;
}
