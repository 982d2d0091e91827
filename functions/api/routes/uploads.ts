/** Direct uploads: opened here, their bytes go straight to the bucket, and what came is verified here. */
import { PREFIX } from "../../../shared/aws/item-keys.ts";
import type { File } from "../../../shared/contract/file.ts";
import type { CreateUploadRequest } from "../../../shared/contract/upload.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import { toFile } from "../../../shared/files/file-record.ts";
import { toUpload, type UploadRecord } from "../../../shared/files/uploads/upload-record.ts";
import { kindOf, MAX_FORM_BYTES } from "../../../shared/files/uploads/upload-rules.ts";
import { assertWritable } from "../../../shared/files/write-rules.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { assertFileSize } from "../../../shared/sessions/room.ts";
import { abortUpload as giveUp } from "../../../shared/uploading/abort-upload.ts";
import {
  type CompletedUpload,
  completeUpload as finish,
  uploadNotFound,
} from "../../../shared/uploading/complete-upload.ts";
import { openUpload } from "../../../shared/uploading/open-upload.ts";
import { answer } from "../answer.ts";
import { convertNow, queueConversion } from "../convert-now.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";
import { madeBefore } from "../keyed-call.ts";
import { assertMatches, listed, quoteEtag, wantsAbsent } from "../preconditions.ts";
import { firstParts, toTarget } from "../upload-target.ts";

/** `POST /v1/sessions/{session_id}/uploads` */
export const createUpload = answer(contract.createUpload, async ({ params, body, principal, request, deps, keyed }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const made = await madeBefore(keyed, ({ id }) => deps.uploads.findMadeBy(session.session_id, id));
  if (made !== undefined) return { status: 201, body: await toTarget(deps, session, made, firstParts(made)) };
  const path = parseFilePath(body.path);
  assertWritable(path);
  assertFileSize(path.path, body.size_bytes, deps.quota.limits);
  assertVerifiable(body);
  const existing = await deps.files.find(session.session_id, path.path);
  const condition = conditionOf(request);
  if (condition.if_none_match === true && existing !== undefined) {
    throw new AppError("precondition_failed", `Cannot create "${path.path}": it exists`);
  }
  assertMatches(request, existing === undefined ? undefined : quoteEtag(existing.etag));
  const touched = await deps.sessions.touch(session);
  const actor = actorOf(principal);
  const order = { session: touched, path, request: body, existing, condition, actor, callId: keyed?.id };
  const upload = await openUpload(deps, order);
  return { status: 201, body: await toTarget(deps, touched, upload, firstParts(upload)) };
});

/** A checksum that the storage cannot check is refused, not forgotten. */
function assertVerifiable({ size_bytes, sha256, checksum_algorithm }: CreateUploadRequest): void {
  const kind = kindOf(size_bytes);
  if (kind === "multipart" && sha256 !== undefined) {
    throw new AppError(
      "invalid_request",
      `Cannot verify a SHA-256 over more than ${MAX_FORM_BYTES} bytes: the storage computes CRCs over parts; give \`complete\` a \`checksum\``,
      { details: { errors: [{ field: "sha256", in: "body", message: `is for at most ${MAX_FORM_BYTES} bytes` }] } },
    );
  }
  if (kind === "post" && checksum_algorithm !== undefined) {
    throw new AppError("invalid_request", "Cannot use a CRC for an upload by form: send its `sha256`", {
      details: { errors: [{ field: "checksum_algorithm", in: "body", message: "is for uploads in parts" }] },
    });
  }
}

/** What the caller wants to find at the end, too. */
function conditionOf(request: Request): Pick<UploadRecord, "if_match" | "if_none_match"> {
  if (wantsAbsent(request)) return { if_none_match: true };
  const wanted = request.headers.get("if-match");
  if (wanted === null) return {};
  return { if_match: listed(wanted).join(" ").replaceAll('"', "") };
}

/** `GET /v1/sessions/{session_id}/uploads` */
export const listUploads = answer(contract.listUploads, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["upload_id"])?.upload_id;
  const options = { limit: query.limit, ...(after === undefined ? {} : { after }) };
  const { records, next } = await deps.uploads.list(session_id, options);
  const data = records.map((record) => toUpload(record));
  return { body: { data, next_cursor: toCursor(next === undefined ? undefined : { upload_id: next }) } };
});

/** `GET /v1/sessions/{session_id}/uploads/{upload_id}` */
export const getUpload = answer(contract.getUpload, async ({ params, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const upload = await findUpload(deps, session_id, params.upload_id);
  const { object_key: key, s3_upload_id: uploadId } = upload;
  const mayHaveParts = upload.kind === "multipart" && upload.state !== "done" && typeof uploadId === "string";
  const parts = mayHaveParts ? await deps.bucket.listParts({ key, uploadId }) : undefined;
  return { body: toUpload(upload, parts) };
});

/** `POST /v1/sessions/{session_id}/uploads/{upload_id}/parts` */
export const signParts = answer(contract.signParts, async ({ params, body, principal, deps }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const upload = await findUpload(deps, session.session_id, params.upload_id);
  const open = await deps.uploads.extend(upload);
  if (open === undefined) throw notOpen(await findUpload(deps, session.session_id, params.upload_id));
  const touched = await deps.sessions.touch(session);
  return { body: await toTarget(deps, touched, open, body.part_numbers) };
});

/** How long one request may wait for another that completes the same upload. */
const PATIENCE_MS = 20_000;

/** `POST /v1/sessions/{session_id}/uploads/{upload_id}/complete` */
export const completeUpload = answer(contract.completeUpload, async ({ params, body, principal, deps, requestId }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const upload = await findUpload(deps, session.session_id, params.upload_id);
  if (upload.kind === "post" && (body.checksum !== undefined || body.parts !== undefined)) {
    throw new AppError("invalid_request", "Cannot use `parts` or `checksum`: this upload has no parts");
  }
  const completed = await finish(deps, session, upload, { proof: body, patienceMs: PATIENCE_MS });
  await convert(deps, session.session_id, completed, requestId);
  const file = await asItIsNow(deps, session.session_id, completed.file);
  return { body: { path: upload.path, status: "stored", ...(file === undefined ? {} : { file }) } };
});

/** Small files are converted by the time of the answer, large ones by and by. */
async function convert(deps: ApiDeps, sessionId: string, { file, isNew }: CompletedUpload, requestId: string) {
  if (!isNew || file?.conversion.state !== "pending") return;
  if (file.size_bytes <= deps.limits.inlineUploadBytes) await convertNow(deps, sessionId, requestId);
  else await queueConversion(deps, sessionId);
}

/** With how far its conversion is, unless another file has taken its place. */
async function asItIsNow(deps: ApiDeps, sessionId: string, file: File | undefined): Promise<File | undefined> {
  if (file === undefined) return undefined;
  const record = await deps.files.find(sessionId, file.path);
  return record === undefined || record.etag !== file.etag ? file : toFile(record);
}

/** `DELETE /v1/sessions/{session_id}/uploads/{upload_id}` */
export const abortUpload = answer(contract.abortUpload, async ({ params, principal, deps }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const upload = await findUpload(deps, session.session_id, params.upload_id);
  if (!(await giveUp(deps, session, upload))) {
    throw notOpen(await findUpload(deps, session.session_id, params.upload_id));
  }
  return { body: { upload_id: upload.upload_id, status: "aborted" } };
});

async function findUpload(deps: ApiDeps, sessionId: string, uploadId = ""): Promise<UploadRecord> {
  const isPossible = uploadId.length <= 64 && !uploadId.includes(PREFIX.upload);
  const upload = isPossible && uploadId !== "" ? await deps.uploads.find(sessionId, uploadId) : undefined;
  if (upload === undefined) throw uploadNotFound(uploadId);
  return upload;
}

function notOpen({ upload_id, state, path }: UploadRecord): AppError {
  if (state === "completing") {
    return new AppError("upload_busy", `Cannot change upload "${upload_id}": it is just being completed`);
  }
  if (state !== "done") return uploadNotFound(upload_id);
  return new AppError("upload_completed", `Cannot change upload "${upload_id}": it has become "${path}"`);
}
