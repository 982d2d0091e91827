import type { PutCondition } from "../../../shared/aws/bucket.ts";
import type { DocumentInfo, DocumentRequest, DocumentType } from "../../../shared/contract/document.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { type ComposedDocument, positionOf } from "../../../shared/documents/document-store.ts";
import { AppError } from "../../../shared/errors.ts";
import { parseFileName } from "../../../shared/files/file-names.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import type { Stored } from "../../../shared/files/file-store.ts";
import { actorOf, type Somebody } from "../../../shared/identity/principal.ts";
import { type Room, roomFor } from "../../../shared/sessions/room.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer, type Reply } from "../answer.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";
import { type KeyedCall, madeBefore } from "../keyed-call.ts";
import { noteOrDiscard, noteUpload } from "../intake.ts";
import { fileNotFound } from "../locate-file.ts";
import { removeFiles } from "../remove-files.ts";
import { assertMatches, isUnchanged, notModified, quoteEtag, wantsAbsent } from "../preconditions.ts";

interface AnyCall {
  params: Record<string, string>;
  principal: Somebody;
  request: Request;
  deps: ApiDeps;
}
type AddCall = AnyCall & {
  query: { name?: string | undefined } | undefined;
  body: DocumentRequest;
  text: string;
  keyed: KeyedCall | undefined;
};
type NamedCall = AnyCall & { query: { name?: string | undefined } };
type ListCall = AnyCall & { query: { limit: number; cursor?: string | undefined } };

// The two kinds have the same routes; only their folders differ.
export const addResearchData = answer(contract.addResearchData, (call) => add(call, "research_data"));
export const addNamedResearchData = answer(contract.addNamedResearchData, (call) => add(call, "research_data"));
export const listResearchData = answer(contract.listResearchData, (call) => list(call, "research_data"));
export const getResearchData = answer(contract.getResearchData, (call) => get(call, "research_data"));
export const deleteResearchData = answer(contract.deleteResearchData, (call) => remove(call, "research_data"));

export const addIntermediateResult = answer(contract.addIntermediateResult, (call) =>
  add(call, "intermediate_results"),
);
export const addNamedIntermediateResult = answer(contract.addNamedIntermediateResult, (call) =>
  add(call, "intermediate_results"),
);
export const listIntermediateResults = answer(contract.listIntermediateResults, (call) =>
  list(call, "intermediate_results"),
);
export const getIntermediateResult = answer(contract.getIntermediateResult, (call) =>
  get(call, "intermediate_results"),
);
export const deleteIntermediateResult = answer(contract.deleteIntermediateResult, (call) =>
  remove(call, "intermediate_results"),
);

/** `POST …/research-data[/{name}]` */
async function add(call: AddCall, type: DocumentType): Promise<Reply> {
  const { params, principal, request, deps, text, keyed } = call;
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const made = await madeBefore(keyed, ({ id }) => deps.files.findMadeBy(record.session_id, type, id));
  if (made !== undefined) return toReply(record.session_id, type, made, 201);
  const body = { ...call.body, ...nameOf(call) };
  const path = body.name === undefined ? undefined : `${type}/${parseFileName(body.name)}`;
  const existing = path === undefined ? undefined : await deps.files.find(record.session_id, path);
  const condition = conditionOf(request, body.overwrite === true, existing);
  if (condition === "absent" && existing !== undefined) throw notFree(existing.path, request);
  const document = deps.documents.compose({
    sessionId: record.session_id,
    type,
    body,
    text,
    createdAt: keyed?.firstAt,
  });
  const reserved = roomFor(Buffer.byteLength(document.envelope), existing);
  await deps.quota.reserve(record, reserved);
  const stored = await storeOrRelease(call, { record, reserved, document, condition });
  if (stored === undefined) throw notFree(path ?? type, request);
  await noteOrDiscard(deps, record, { records: [stored.record], deltas: [stored.delta], reserved });
  await noteUpload(deps, record.session_id, stored.record);
  return toReply(record.session_id, type, stored.record, stored.delta.files === 0 ? 200 : 201);
}

function toReply(sessionId: string, type: DocumentType, record: FileRecord, status: 200 | 201): Reply {
  return { status, body: toInfo(sessionId, type, record), headers: { etag: quoteEtag(record.etag) } };
}

interface Storing {
  record: SessionRecord;
  reserved: Room;
  document: ComposedDocument;
  condition: PutCondition;
}

/** Gives the room back when nothing came of it. */
async function storeOrRelease({ deps, principal, keyed }: AddCall, { record, reserved, document, condition }: Storing) {
  let stored: Stored | undefined;
  try {
    stored = await deps.documents.add(document, { uploadedBy: actorOf(principal), condition, callId: keyed?.id });
    return stored;
  } finally {
    if (stored === undefined) await deps.quota.release(record, reserved);
  }
}

/** A name in the address is the document's; one in the body may not contradict it. */
function nameOf({ params, query, body }: AddCall): { name?: string } {
  const name = query?.name ?? params.name;
  if (name === undefined) return {};
  if (body.name === undefined || body.name === name) return { name };
  throw new AppError("invalid_request", `Cannot tell the name: the address says "${name}", the body "${body.name}"`);
}

/** What may be replaced: nothing unless asked, and with If-Match only the version that was read. */
function conditionOf(request: Request, overwrite: boolean, existing: FileRecord | undefined): PutCondition {
  assertMatches(request, existing === undefined ? undefined : quoteEtag(existing.etag));
  if (wantsAbsent(request)) return "absent";
  if (request.headers.get("if-match") !== null && existing !== undefined) return { etag: existing.etag };
  return overwrite ? "any" : "absent";
}

function notFree(path: string, request: Request): AppError {
  const details = { path };
  if (request.headers.get("if-match") !== null || wantsAbsent(request)) {
    return new AppError("precondition_failed", `Cannot store "${path}": another version is there`, { details });
  }
  const message = `Cannot store "${path}": it exists; send \`overwrite\` or If-Match to replace it`;
  return new AppError("document_exists", message, { details });
}

/** `GET …/research-data` */
async function list(call: ListCall, type: DocumentType): Promise<Reply> {
  const { params, query, principal, deps } = call;
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const before = parseCursor(query.cursor, ["position"])?.position;
  const all = await deps.documents.list(session_id, type);
  const rest = before === undefined ? all : all.filter((record) => positionOf(record) < before);
  const page = rest.slice(0, query.limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return {
    body: {
      data: page.map((record) => toInfo(session_id, type, record)),
      next_cursor: toCursor(last === undefined ? undefined : { position: positionOf(last) }),
    },
  };
}

/** `GET …/research-data/{name}`: the file's own text, so that not a letter of the values changes on the way. */
async function get(call: NamedCall, type: DocumentType): Promise<Response> {
  const { request, deps } = call;
  const { record, session } = await locate(call, type);
  if (isUnchanged(request, quoteEtag(record.etag))) return notModified(quoteEtag(record.etag));
  await deps.sessions.touch(session);
  const { text, etag } = await deps.documents.read(session.session_id, record);
  const headers = { "content-type": "application/json", "cache-control": "no-store", etag: quoteEtag(etag) };
  return new Response(text, { headers });
}

/** `DELETE …/research-data/{name}` */
async function remove(call: NamedCall & { requestId: string }, type: DocumentType): Promise<Reply> {
  const { principal, request, deps, requestId } = call;
  const { record, session } = await locate(call, type);
  assertMatches(request, quoteEtag(record.etag));
  const [removal] = await removeFiles(deps, { session, records: [record], actor: actorOf(principal), requestId });
  if (removal?.status === "kept") throw removal.why;
  if (removal?.status === "gone") throw fileNotFound(record.path);
  return { body: { path: record.path, status: "deleted" } };
}

/** A name with a `?` comes in the query: the gateway cuts paths there. */
async function locate({ params, query, principal, deps }: NamedCall, type: DocumentType) {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const path = `${type}/${parseFileName(query.name ?? params.name ?? "")}`;
  const record = await deps.files.find(session.session_id, path);
  if (record === undefined) throw fileNotFound(path);
  return { session, record };
}

function toInfo(sessionId: string, type: DocumentType, record: FileRecord): DocumentInfo {
  const { name, path, etag, size_bytes, created_at, document } = record;
  return { name, path, etag, size_bytes, created_at, ...document, session_id: sessionId, file_type: type };
}
