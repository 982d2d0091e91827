import { randomUUID } from "node:crypto";
import { fileObjectKey, queryResultKey } from "../../../shared/aws/object-keys.ts";
import { DEFAULT_QUERY_ROWS, type QueryBody, resultTypes } from "../../../shared/contract/query.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { attachment } from "../../../shared/files/download-headers.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { toFile } from "../../../shared/files/file-record.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { sha256Hex } from "../../../shared/ids.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer } from "../answer.ts";
import { type Answered, askQuery, type Question } from "../ask-query.ts";
import { columnsHeader } from "../columns-header.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";
import { keepResult } from "../keep-result.ts";
import { signDownload } from "../sign-download.ts";

/** `POST /v1/sessions/{session_id}/query` */
export const query = answer(contract.query, async ({ params, body, principal, request, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const position = positionOf(body);
  const session = await deps.sessions.touch(record);
  const question = toQuestion(deps, session, body, { offset: position.offset, signal: request.signal });
  const { answered, version } = await askInOrder(deps, session, question, position.version);
  const next = answered.more ? toNext(body, { offset: position.offset + answered.row_count, version }) : null;
  if (answered.file === undefined || question.upload === undefined) return inline(body, answered, next);
  const { key } = question.upload;
  const arrived = { ...answered.file, key, format: body.format, rows: answered.row_count, actor: actorOf(principal) };
  const kept = await keepResult(deps, session, arrived);
  const { columns, row_count } = answered;
  const link = await linkTo(deps, session, kept);
  const headers = { location: link.file.href };
  return { status: 201, body: { columns, rows: [], row_count, next_cursor: next, ...link }, headers };
});

function toQuestion(
  deps: ApiDeps,
  { session_id }: SessionRecord,
  body: QueryBody,
  { offset, signal }: { offset: number; signal: AbortSignal },
): Question & { upload?: { key: string; maxBytes: number } } {
  const { sql, params, format, output, safe_for_spreadsheets: safeForSpreadsheets } = body;
  const limit = body.limit ?? (output === "file" ? undefined : DEFAULT_QUERY_ROWS);
  const question = { sql, params, limit, offset, format, output, safeForSpreadsheets, signal };
  if (output === "inline") return question;
  const upload = { key: queryResultKey(session_id, randomUUID()), maxBytes: deps.quota.limits.fileBytes };
  return { ...question, upload };
}

/** A page belongs to the version of its first one; where that is gone, the rest of it is gone too. */
async function askInOrder(deps: ApiDeps, session: SessionRecord, question: Question, version?: number) {
  try {
    return await askQuery(deps, session, question, version);
  } catch (error) {
    if (version === undefined || version === session.database.version || !isAppError(error, "unavailable")) throw error;
    throw new AppError("invalid_cursor", "Cannot continue: the tables were replaced since the first page; ask again", {
      cause: error,
    });
  }
}

interface Position {
  offset: number;
  version?: number;
}

/** A cursor belongs to its statement: another one would be cut at a meaningless place. */
function positionOf(body: QueryBody): Position {
  const position = parseCursor(body.cursor, ["offset", "sql", "version"]);
  if (position === undefined) return { offset: 0 };
  const [offset, version] = [Number(position.offset), Number(position.version)];
  const isCount = Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(version) && version > 0;
  if (position.sql !== fingerprint(body) || !isCount) {
    throw new AppError("invalid_cursor", "Cannot continue: this cursor belongs to another statement");
  }
  return { offset, version };
}

function toNext(body: QueryBody, { offset, version }: Required<Position>): string | null {
  return toCursor({ offset: String(offset), version: String(version), sql: fingerprint(body) });
}

function fingerprint({ sql, params }: QueryBody): string {
  return sha256Hex(JSON.stringify([sql, params ?? null])).slice(0, 16);
}

function inline({ format }: QueryBody, answered: Answered, next_cursor: string | null) {
  const { columns, rows = [], row_count } = answered;
  if (format === "json") return { body: { columns, rows, row_count, next_cursor } };
  const headers = {
    "content-type": resultTypes[format],
    "content-disposition": attachment(`query.${format}`),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cubby-row-count": String(row_count),
    ...columnsHeader(columns),
    ...(next_cursor === null ? {} : { "x-next-cursor": next_cursor }),
  };
  return new Response(answered.base64 === undefined ? answered.text : Buffer.from(answered.base64, "base64"), {
    headers,
  });
}

async function linkTo(deps: ApiDeps, session: SessionRecord, record: FileRecord) {
  const { path, name, content_type: contentType } = record;
  const key = fileObjectKey(session.session_id, path);
  return { file: toFile(record), ...(await signDownload(deps, { key, name, contentType }, session)) };
}
