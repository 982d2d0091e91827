import type { PutCondition } from "../../../shared/aws/bucket.ts";
import type { FileResult } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { type FileRecord, toFile } from "../../../shared/files/file-record.ts";
import { assertRemovable, assertWritable } from "../../../shared/files/write-rules.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { assertFileSize, roomFor } from "../../../shared/sessions/room.ts";
import { answer } from "../answer.ts";
import { assertIntact, readBody } from "../body.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import { conversionOf, convertAndRefresh, noteOrDiscard, noteUpload, takeIn } from "../intake.ts";
import { databaseFile, fileNotFound, requestedFile } from "../locate-file.ts";
import { assertMatches, quoteEtag, wantsAbsent } from "../preconditions.ts";
import { removeFiles } from "../remove-files.ts";

/** `GET /v1/sessions/{session_id}/files` */
export const listFiles = answer(contract.listFiles, async ({ params, query, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["path"])?.path;
  const { folder, limit } = query;
  const page = await deps.files.list(record.session_id, {
    limit,
    ...(folder === undefined ? {} : { folder }),
    ...(after === undefined ? {} : { after }),
  });
  const data = page.records.map(toFile);
  const database = databaseFile(record);
  const isLast = page.next === undefined;
  if (isLast && database !== undefined && (folder ?? "workspace") === "workspace") data.push(database);
  return { body: { data, next_cursor: toCursor(page.next === undefined ? undefined : { path: page.next }) } };
});

/** `POST /v1/sessions/{session_id}/files` */
export const uploadFiles = answer(
  contract.uploadFiles,
  async ({ params, query, principal, request, deps, requestId }) => {
    const record = await deps.sessions.get(principal, params.session_id ?? "");
    const intake = await takeIn(deps, { session: record, folder: query.folder, actor: actorOf(principal) }, request);
    const files = await convertAndRefresh(deps, record.session_id, intake, requestId);
    const { database } = await deps.sessions.current(record.session_id);
    return { body: { files, tables: await deps.tables.listNames(record.session_id), database } };
  },
);

/** `PUT /v1/sessions/{session_id}/files/{path+}` */
export const putFile = answer(contract.putFile, async ({ params, query, principal, request, deps, requestId }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const path = requestedFile(params, query);
  assertWritable(path);
  const existing = await deps.files.find(record.session_id, path.path);
  if (wantsAbsent(request) && existing !== undefined) {
    throw new AppError("precondition_failed", `Cannot create "${path.path}": it exists`);
  }
  assertMatches(request, existing === undefined ? undefined : quoteEtag(existing.etag));
  const bytes = await readBody(request, deps.limits.inlineUploadBytes);
  assertIntact(request, bytes);
  assertFileSize(path.path, bytes.byteLength, deps.quota.limits);
  const reserved = roomFor(bytes.byteLength, existing);
  await deps.quota.reserve(record, reserved);
  const about = { conversion: { state: conversionOf(path.folder), tables: [] }, uploadedBy: actorOf(principal) };
  const condition = conditionOf(request, existing);
  const stored = await deps.files
    .putIf(record.session_id, path, bytes, { ...about, condition })
    .catch(async (error: unknown) => {
      await deps.quota.release(record, reserved);
      throw error;
    });
  if (stored === undefined) {
    await deps.quota.release(record, reserved);
    throw new AppError("precondition_failed", `Cannot store "${path.path}": another version came meanwhile`);
  }
  await noteOrDiscard(deps, record, { records: [stored.record], deltas: [stored.delta], reserved });
  await noteUpload(deps, record.session_id, stored.record);
  const result: FileResult = { path: path.path, status: "stored", file: toFile(stored.record) };
  const intake = { results: [result], records: [stored.record] };
  const [fresh] = await convertAndRefresh(deps, record.session_id, intake, requestId);
  const status = existing === undefined ? 201 : 200;
  return { status, body: fresh, headers: { etag: quoteEtag(stored.record.etag) } };
});

/** What the bucket is held to: of two who saw the same, one is to hear of the other. */
function conditionOf(request: Request, existing: FileRecord | undefined): PutCondition {
  if (wantsAbsent(request)) return "absent";
  const wanted = request.headers.get("if-match");
  return wanted === null || wanted.trim() === "*" || existing === undefined ? "any" : { etag: existing.etag };
}

/** `DELETE /v1/sessions/{session_id}/files/{path+}` */
export const deleteFile = answer(
  contract.deleteFile,
  async ({ params, query, principal, request, deps, requestId }) => {
    const record = await deps.sessions.get(principal, params.session_id ?? "");
    const wanted = requestedFile(params, query);
    assertRemovable(wanted);
    const { path } = wanted;
    const existing = await deps.files.find(record.session_id, path);
    if (existing === undefined) throw fileNotFound(path);
    assertMatches(request, quoteEtag(existing.etag));
    const order = { session: record, records: [existing], actor: actorOf(principal), requestId };
    const [removal] = await removeFiles(deps, order);
    if (removal?.status === "kept") throw removal.why;
    if (removal?.status === "gone") throw fileNotFound(path);
    return { body: { path, status: "deleted" } };
  },
);
