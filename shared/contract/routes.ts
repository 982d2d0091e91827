/**
 * Every route of Cubby. A route exists when it stands here: the API mounts this list and nothing else, the OpenAPI
 * document is printed from it, and the client is typed by it.
 */
import * as z from "zod";
import * as account from "./account.ts";
import * as approvals from "./approval.ts";
import * as archives from "./archive.ts";
import * as cache from "./cache.ts";
import * as compatibility from "./compatibility.ts";
import * as documents from "./document.ts";
import * as files from "./file.ts";
import * as history from "./history.ts";
import * as logs from "./log.ts";
import { defineRoute } from "./route.ts";
import * as sessions from "./session.ts";
import * as tables from "./table.ts";
import * as transfer from "./transfer.ts";
import * as uploads from "./upload.ts";
import { pageQuery } from "./values.ts";

const sessionProblems = ["session_not_found", "session_expired"] as const;

export const index = defineRoute("index", {
  method: "GET",
  path: "/",
  summary: "What this is, and where to go from here",
  tag: "Service",
  access: "open",
  answer: z.object({ name: z.string(), version: z.string(), links: z.record(z.string(), z.string()) }),
});

export const health = defineRoute("health", {
  method: "GET",
  path: "/health",
  summary: "Liveness",
  tag: "Service",
  access: "open",
  answer: z.object({ status: z.literal("ok"), version: z.string(), time: z.string() }),
});

export const openapi = defineRoute("openapi", {
  method: "GET",
  path: "/openapi.json",
  summary: "This contract as OpenAPI 3.1",
  tag: "Service",
  access: "open",
  answer: z.looseObject({ openapi: z.string() }),
});

export const createSession = defineRoute("createSession", {
  method: "POST",
  path: "/v1/sessions",
  summary: "Create a session, or get the live one with `reuse`",
  tag: "Sessions",
  access: "maybe_guest",
  body: sessions.createSessionRequest,
  status: 201,
  answer: sessions.createdSession,
});

export const listSessions = defineRoute("listSessions", {
  method: "GET",
  path: "/v1/sessions",
  summary: "My live sessions, newest first; operators: everyone's, latest end first",
  tag: "Sessions",
  query: sessions.listSessionsQuery,
  answer: sessions.sessionPage,
});

export const clearSessions = defineRoute("clearSessions", {
  method: "DELETE",
  path: "/v1/sessions",
  summary:
    "End all my sessions that exist now; operators, confirmed: one user's, or everyone's. Call again while `remaining`",
  tag: "Account",
  query: account.clearQuery,
  answer: account.cleared,
  problems: ["confirmation_needed", "not_allowed"],
});

export const currentSession = defineRoute("currentSession", {
  method: "GET",
  path: "/v1/sessions/current",
  summary: "My newest live session",
  tag: "Sessions",
  answer: sessions.session,
  problems: ["session_not_found"],
});

export const getSession = defineRoute("getSession", {
  method: "GET",
  path: "/v1/sessions/{session_id}",
  summary: "One session with counts and sizes",
  tag: "Sessions",
  answer: sessions.session,
  problems: sessionProblems,
});

export const patchSession = defineRoute("patchSession", {
  method: "PATCH",
  path: "/v1/sessions/{session_id}",
  summary: "Change status, thread, metadata or retention",
  tag: "Sessions",
  body: sessions.patchSessionRequest,
  answer: sessions.session,
  problems: [...sessionProblems, "precondition_failed"],
});

export const deleteSession = defineRoute("deleteSession", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}",
  summary: "Remove the session and everything in it; answers the receipt",
  tag: "Sessions",
  answer: sessions.receipt,
  problems: ["session_not_found"],
});

export const getReceipt = defineRoute("getReceipt", {
  method: "GET",
  path: "/v1/sessions/{session_id}/receipt",
  summary: "What was removed with the session, when and by which rule; for seven days",
  tag: "Account",
  answer: sessions.receipt,
  problems: ["session_not_found", "session_is_live", "receipt_not_ready"],
});

export const touchSession = defineRoute("touchSession", {
  method: "POST",
  path: "/v1/sessions/{session_id}/touch",
  summary: "Activity without content",
  tag: "Sessions",
  answer: sessions.session,
  problems: sessionProblems,
});

export const listHistory = defineRoute("listHistory", {
  method: "GET",
  path: "/v1/sessions/{session_id}/history",
  summary: "What was said and done, a page at a time either way, or what came since",
  tag: "History",
  query: history.listHistoryQuery,
  answer: history.historyPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const appendHistory = defineRoute("appendHistory", {
  method: "POST",
  path: "/v1/sessions/{session_id}/history",
  summary: "Append one entry",
  tag: "History",
  body: history.appendHistoryRequest,
  status: 201,
  answer: history.historyEntry,
  problems: sessionProblems,
});

export const clearHistory = defineRoute("clearHistory", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/history",
  summary: "Remove what was said and done so far; the session stays",
  tag: "History",
  answer: history.historyCleared,
  problems: sessionProblems,
});

export const getApproval = defineRoute("getApproval", {
  method: "GET",
  path: "/v1/sessions/{session_id}/approval",
  summary: "What waits for a person's yes or no; 404 with how the last one ended",
  tag: "Approvals",
  answer: approvals.pendingApproval,
  problems: [...sessionProblems, "approval_not_found"],
});

export const setApproval = defineRoute("setApproval", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/approval",
  summary: "Ask for approval, one at a time; the same call again by the same caller is answered as before",
  tag: "Approvals",
  body: approvals.setApprovalRequest,
  status: 201,
  answer: approvals.pendingApproval,
  problems: [...sessionProblems, "approval_pending"],
});

export const withdrawApproval = defineRoute("withdrawApproval", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/approval",
  summary: "Withdraw what is pending; who comes too late is told who decided what",
  tag: "Approvals",
  answer: approvals.endedApproval,
  problems: [
    ...sessionProblems,
    "approval_not_found",
    "approval_decided",
    "approval_withdrawn",
    "approval_expired",
    "precondition_failed",
  ],
});

export const decideApproval = defineRoute("decideApproval", {
  method: "POST",
  path: "/v1/sessions/{session_id}/approval/decision",
  summary: "Decide, exactly once; who comes too late is told who decided what",
  tag: "Approvals",
  body: approvals.decideApprovalRequest,
  answer: approvals.endedApproval,
  problems: [...sessionProblems, "approval_not_found", "approval_decided", "approval_withdrawn", "approval_expired"],
});

export const listFiles = defineRoute("listFiles", {
  method: "GET",
  path: "/v1/sessions/{session_id}/files",
  summary: "Files, by folder",
  tag: "Files",
  query: files.listFilesQuery,
  answer: files.filePage,
  problems: sessionProblems,
});

export const uploadFiles = defineRoute("uploadFiles", {
  method: "POST",
  path: "/v1/sessions/{session_id}/files",
  summary: "Upload up to 4 MiB as multipart/form-data, any field names; zips are unpacked",
  tag: "Files",
  query: files.uploadFilesQuery,
  bodyKind: "multipart",
  answer: files.filesUploaded,
  problems: [
    ...sessionProblems,
    "invalid_multipart",
    "body_too_large",
    "media_type_not_supported",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const putFile = defineRoute("putFile", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Store one file of up to 4 MiB from a raw body",
  tag: "Files",
  query: files.fileQuery,
  bodyKind: "binary",
  answer: files.fileResult,
  problems: [
    ...sessionProblems,
    "path_not_allowed",
    "body_too_large",
    "precondition_failed",
    "file_too_large",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const getFile = defineRoute("getFile", {
  method: "GET",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Redirect to a short-lived presigned URL, or the URL as JSON with redirect=false",
  tag: "Files",
  query: files.downloadQuery,
  answer: files.fileLink,
  problems: [...sessionProblems, "path_not_allowed", "file_not_found"],
});

export const deleteFile = defineRoute("deleteFile", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Remove one file and the tables made from it",
  tag: "Files",
  query: files.fileQuery,
  answer: files.fileDeleted,
  problems: [...sessionProblems, "path_not_allowed", "file_not_found"],
});

export const deleteFiles = defineRoute("deleteFiles", {
  method: "POST",
  path: "/v1/sessions/{session_id}/files/delete",
  summary: "Remove up to 1,000 files and the tables made from them; one result a file",
  tag: "Files",
  body: files.deleteFilesRequest,
  answer: files.filesDeleted,
  problems: sessionProblems,
});

export const listLogs = defineRoute("listLogs", {
  method: "GET",
  path: "/v1/sessions/{session_id}/logs",
  summary: "Logs, by name",
  tag: "Files",
  query: logs.listLogsQuery,
  answer: logs.logPage,
  problems: sessionProblems,
});

export const appendLog = defineRoute("appendLog", {
  method: "POST",
  path: "/v1/sessions/{session_id}/logs/{name}",
  summary: "Append up to 256 KB of text or JSON lines to a log; kept as given, as a numbered file of the folder `logs`",
  tag: "Files",
  bodyKind: "binary",
  bodyTypes: ["text/plain", "application/x-ndjson", "application/octet-stream"],
  status: 201,
  answer: logs.appended,
  problems: [...sessionProblems, "path_not_allowed", "body_too_large", "media_type_not_supported", "session_full"],
});

export const readLog = defineRoute("readLog", {
  method: "GET",
  path: "/v1/sessions/{session_id}/logs/{name}",
  summary: "A log's pieces joined, as text; about 4 MiB an answer, with a `next` link while there is more",
  tag: "Files",
  query: logs.readLogQuery,
  problems: [...sessionProblems, "path_not_allowed", "log_not_found"],
});

const uploadProblems = [...sessionProblems, "upload_not_found"] as const;

export const createUpload = defineRoute("createUpload", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads",
  summary:
    "Begin an upload that goes straight to the storage; `If-Match` and `If-None-Match: *` hold until it completes",
  tag: "Files",
  body: uploads.createUploadRequest,
  status: 201,
  answer: uploads.uploadTarget,
  problems: [
    ...sessionProblems,
    "path_not_allowed",
    "precondition_failed",
    "file_too_large",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const listUploads = defineRoute("listUploads", {
  method: "GET",
  path: "/v1/sessions/{session_id}/uploads",
  summary: "Uploads in progress",
  tag: "Files",
  query: pageQuery,
  answer: uploads.uploadPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getUpload = defineRoute("getUpload", {
  method: "GET",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}",
  summary: "How far an upload is, with the parts that the storage has: from here it is resumed",
  tag: "Files",
  answer: uploads.upload,
  problems: uploadProblems,
});

export const signParts = defineRoute("signParts", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}/parts",
  summary: "Fresh URLs for up to 20 parts, or a fresh form; also a sign of life for another day",
  tag: "Files",
  body: uploads.signPartsRequest,
  answer: uploads.uploadTarget,
  problems: [...uploadProblems, "upload_busy", "upload_completed"],
});

export const completeUpload = defineRoute("completeUpload", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}/complete",
  summary: "Have what came verified, and made a file; the same again is answered the same",
  tag: "Files",
  body: uploads.completeUploadRequest,
  answer: files.fileResult,
  problems: [
    ...uploadProblems,
    "upload_incomplete",
    "upload_busy",
    "checksum_mismatch",
    "precondition_failed",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const abortUpload = defineRoute("abortUpload", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}",
  summary: "Give an upload up; what came of it is removed",
  tag: "Files",
  answer: uploads.uploadAborted,
  problems: [...uploadProblems, "upload_busy", "upload_completed"],
});

export const createArchive = defineRoute("createArchive", {
  method: "POST",
  path: "/v1/sessions/{session_id}/archive",
  summary: "All files, a folder or chosen paths as one ZIP; 202 while it is still being built",
  tag: "Files",
  body: archives.archiveRequest,
  answer: archives.archive,
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "archive_failed"],
});

export const getArchive = defineRoute("getArchive", {
  method: "GET",
  path: "/v1/sessions/{session_id}/archive/{archive_id}",
  summary: "How far an archive is; with its URL once it is ready",
  tag: "Files",
  answer: archives.archive,
  problems: [...sessionProblems, "archive_not_found"],
});

const storeDocumentProblems = [
  ...sessionProblems,
  "path_not_allowed",
  "document_exists",
  "precondition_failed",
  "session_full",
] as const;
const readDocumentProblems = [
  ...sessionProblems,
  "path_not_allowed",
  "file_not_found",
  "document_damaged",
  "result_too_large",
] as const;

export const addResearchData = defineRoute("addResearchData", {
  method: "POST",
  path: "/v1/sessions/{session_id}/research-data",
  summary: "Store one research document: any JSON value in its envelope, as a file of its own",
  tag: "Documents",
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  problems: storeDocumentProblems,
});

export const addNamedResearchData = defineRoute("addNamedResearchData", {
  method: "POST",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  problems: storeDocumentProblems,
});

export const listResearchData = defineRoute("listResearchData", {
  method: "GET",
  path: "/v1/sessions/{session_id}/research-data",
  summary: "Research documents without their values, newest first",
  tag: "Documents",
  query: documents.listDocumentsQuery,
  answer: documents.documentPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getResearchData = defineRoute("getResearchData", {
  method: "GET",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "One research document in its envelope, every value exactly as it was sent",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: documents.documentEnvelope,
  problems: readDocumentProblems,
});

export const deleteResearchData = defineRoute("deleteResearchData", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "Remove one research document",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: files.fileDeleted,
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "precondition_failed"],
});

export const addIntermediateResult = defineRoute("addIntermediateResult", {
  method: "POST",
  path: "/v1/sessions/{session_id}/intermediate-results",
  summary: "Store one intermediate result: any JSON value in its envelope, as a file of its own",
  tag: "Documents",
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  problems: storeDocumentProblems,
});

export const addNamedIntermediateResult = defineRoute("addNamedIntermediateResult", {
  method: "POST",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  problems: storeDocumentProblems,
});

export const listIntermediateResults = defineRoute("listIntermediateResults", {
  method: "GET",
  path: "/v1/sessions/{session_id}/intermediate-results",
  summary: "Intermediate results without their values, newest first",
  tag: "Documents",
  query: documents.listDocumentsQuery,
  answer: documents.documentPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getIntermediateResult = defineRoute("getIntermediateResult", {
  method: "GET",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "One intermediate result in its envelope, every value exactly as it was sent",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: documents.documentEnvelope,
  problems: readDocumentProblems,
});

export const deleteIntermediateResult = defineRoute("deleteIntermediateResult", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "Remove one intermediate result",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: files.fileDeleted,
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "precondition_failed"],
});

export const lookupCache = defineRoute("lookupCache", {
  method: "POST",
  path: "/v1/sessions/{session_id}/cache/lookup",
  summary: "The answer that was stored for this query and mode: hit, miss or expired, with its age",
  tag: "Cache",
  body: cache.cacheLookup,
  answer: cache.cacheAnswer,
  problems: sessionProblems,
});

export const putCache = defineRoute("putCache", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/cache",
  summary: "Store the answer for a query and mode, for 48 hours and never beyond the session",
  tag: "Cache",
  body: cache.cacheStore,
  bodyLimit: "inline",
  answer: cache.cacheStored,
  problems: [...sessionProblems, "session_full"],
});

export const clearCache = defineRoute("clearCache", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/cache",
  summary: "Forget the answer for a query and mode, or with no body all of them",
  tag: "Cache",
  body: cache.cacheClear,
  answer: cache.cacheCleared,
  problems: sessionProblems,
});

export const listTables = defineRoute("listTables", {
  method: "GET",
  path: "/v1/sessions/{session_id}/tables",
  summary: "Tables with their columns",
  tag: "Tables",
  query: pageQuery,
  answer: tables.tablePage,
  problems: sessionProblems,
});

export const getTable = defineRoute("getTable", {
  method: "GET",
  path: "/v1/sessions/{session_id}/tables/{name}",
  summary: "One table with profile and sample rows",
  tag: "Tables",
  answer: tables.table,
  problems: [...sessionProblems, "table_not_found"],
});

export const query = defineRoute("query", {
  method: "POST",
  path: "/v1/sessions/{session_id}/query",
  summary: "One read-only SQL statement; `format: csv` answers text/csv",
  tag: "Tables",
  body: tables.queryRequest,
  answer: tables.queryAnswer,
  problems: [
    ...sessionProblems,
    "statement_refused",
    "statement_failed",
    "query_timeout",
    "query_crashed",
    "result_too_large",
    "invalid_cursor",
  ],
});

export const listConversions = defineRoute("listConversions", {
  method: "GET",
  path: "/v1/sessions/{session_id}/conversions",
  summary: "What became of every file, with its report",
  tag: "Tables",
  query: pageQuery,
  answer: tables.conversionPage,
  problems: sessionProblems,
});

export const listReceipts = defineRoute("listReceipts", {
  method: "GET",
  path: "/v1/receipts",
  summary: "What ended of mine in the last seven days, newest first",
  tag: "Account",
  query: account.listReceiptsQuery,
  answer: account.receiptPage,
  problems: ["not_allowed", "invalid_cursor"],
});

export const usage = defineRoute("usage", {
  method: "GET",
  path: "/v1/usage",
  summary: "What my live sessions come to, and how much there may be",
  tag: "Account",
  query: account.usageQuery,
  answer: account.usage,
  problems: ["not_allowed"],
});

export const getPreferences = defineRoute("getPreferences", {
  method: "GET",
  path: "/v1/preferences",
  summary: "My preferences, which outlive every session; `{}` while there are none",
  tag: "Account",
  access: "account",
  answer: account.preferences,
  problems: ["not_allowed"],
});

export const putPreferences = defineRoute("putPreferences", {
  method: "PUT",
  path: "/v1/preferences",
  summary: "Replace my preferences; with If-Match only the version that was read, with `If-None-Match: *` only create",
  tag: "Account",
  access: "account",
  body: account.preferences,
  answer: account.preferences,
  problems: ["not_allowed", "precondition_failed"],
});

export const stats = defineRoute("stats", {
  method: "GET",
  path: "/v1/stats",
  summary: "Sessions by platform and status, sizes, the oldest, and what ends soon",
  tag: "Operations",
  access: "operator",
  answer: account.stats,
});

export const evictUser = defineRoute("evictUser", {
  method: "DELETE",
  path: "/v1/users/{user_id}",
  summary: "End all sessions of a user and remove what else is kept of him; call again while `remaining`",
  tag: "Operations",
  access: "operator",
  query: account.evictQuery,
  answer: account.evicted,
  problems: ["confirmation_needed"],
});

export const exportSessions = defineRoute("exportSessions", {
  method: "GET",
  path: "/v1/sessions/export",
  summary: "Live sessions' records as CSV or as a sessions.json file; redirects to a short-lived presigned URL",
  tag: "Operators",
  access: "operator",
  query: transfer.exportSessionsQuery,
  answer: transfer.exportLink,
  problems: ["export_too_large"],
});

export const importSessions = defineRoute("importSessions", {
  method: "POST",
  path: "/v1/sessions/import",
  summary: "Sessions of another stage or an older system from CSV, JSON or NDJSON of up to 4 MiB; one result a row",
  tag: "Operators",
  access: "operator",
  query: transfer.importSessionsQuery,
  bodyKind: "binary",
  bodyTypes: ["text/csv", "application/json", "application/x-ndjson", "application/octet-stream"],
  answer: transfer.importAnswer,
  problems: ["invalid_csv", "invalid_json", "body_too_large", "media_type_not_supported"],
});

export const upload = defineRoute("upload", {
  method: "POST",
  path: "/upload",
  summary: "A new session with these files in it (for clients of older systems)",
  tag: "Compatibility",
  access: "maybe_guest",
  bodyKind: "multipart",
  answer: compatibility.uploadAnswer,
  problems: ["invalid_multipart", "body_too_large", "media_type_not_supported"],
});

export const sessionInfo = defineRoute("sessionInfo", {
  method: "GET",
  path: "/session/info",
  summary: "My sessions in the shape of older systems",
  tag: "Compatibility",
  answer: compatibility.sessionInfo,
});

export const removeSession = defineRoute("removeSession", {
  method: "DELETE",
  path: "/session/{session_id}",
  summary: "Remove a session that is not the current one",
  tag: "Compatibility",
  answer: compatibility.sessionRemoved,
  problems: ["session_not_found", "session_is_current"],
});

export const chatSessions = defineRoute("chatSessions", {
  method: "GET",
  path: "/api/sessions",
  summary: "My live sessions in the shape of older chat servers, newest first",
  tag: "Compatibility",
  answer: compatibility.chatSessions,
});

export const removeChat = defineRoute("removeChat", {
  method: "DELETE",
  path: "/api/chat/{session_id}",
  summary: "Delete the conversation as older chat servers do: its session ends, with its history and its files",
  tag: "Compatibility",
  answer: compatibility.sessionRemoved,
  problems: ["session_not_found"],
});
