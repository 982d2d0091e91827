import { invoke } from "../../../shared/aws/functions.ts";
import { databaseObjectKey } from "../../../shared/aws/object-keys.ts";
import type { QueryRequest, QueryResponse } from "../../../shared/contract/functions.ts";
import * as contract from "../../../shared/contract/routes.ts";
import type { QueryBody } from "../../../shared/contract/table.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { sha256Hex } from "../../../shared/ids.ts";
import { assertLive } from "../../../shared/sessions/assert-live.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer } from "../answer.ts";
import { urlSeconds } from "../url-seconds.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";

const TIMEOUT_SECONDS = 20;
type Answered = Extract<QueryResponse, { ok: true }>;

/** The function fetches the database at once or never. */
const DATABASE_URL_SECONDS = 60;

/** `POST /v1/sessions/{session_id}/query` */
export const query = answer(contract.query, async ({ params, body, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const offset = offsetOf(body);
  const session = await deps.sessions.touch(record);
  const result = await askTwice(deps, session, body, offset);
  // The statement may have run past the session's end.
  assertLive(session, { rules: deps.rules.current(), now: deps.clock.now() });
  const next = result.more ? { offset: String(offset + result.row_count), sql: fingerprint(body) } : undefined;
  if (body.format === "csv") return csvResponse(result.csv ?? "", toCursor(next));
  const { columns, rows, row_count } = result;
  return { body: { columns, rows: rows ?? [], row_count, next_cursor: toCursor(next) } };
});

/**
 * Once more after a fault: between reading the pointer and fetching the database, two publications may have removed
 * that version; and a function whose process died is a new one the next time. Asking twice changes nothing.
 */
async function askTwice(deps: ApiDeps, session: SessionRecord, body: QueryBody, offset: number): Promise<Answered> {
  try {
    return await ask(deps, session, body, offset);
  } catch (error) {
    if (!isAppError(error, "unavailable")) throw error;
    deps.log.warn("Query failed, asking again", { session_id: session.session_id, error });
    return ask(deps, await deps.sessions.current(session.session_id), body, offset);
  }
}

async function ask(deps: ApiDeps, session: SessionRecord, body: QueryBody, offset: number): Promise<Answered> {
  const { session_id, database } = session;
  if (database.version === 0) {
    throw new AppError(
      "table_not_found",
      "Cannot ask yet: the session has no tables; upload a CSV or Excel file first",
    );
  }
  const key = databaseObjectKey(session_id, database.version);
  const request: QueryRequest = {
    sql: body.sql,
    ...(body.params === undefined ? {} : { params: body.params }),
    limit: body.limit,
    offset,
    format: body.format,
    database_url: await deps.bucket.presignGet(key, {
      expiresInSeconds: urlSeconds(deps, session, DATABASE_URL_SECONDS),
    }),
    database_key: key,
    timeout_seconds: TIMEOUT_SECONDS,
  };
  const result = await invoke<QueryResponse>(deps.lambda, deps.queryFunction, request);
  if (!result.ok) throw toAppError(result.problem);
  return result;
}

/** A cursor belongs to its statement: another one would be cut at a meaningless place. */
function offsetOf(body: QueryBody): number {
  const position = parseCursor(body.cursor, ["offset", "sql"]);
  if (position === undefined) return 0;
  const offset = Number(position.offset);
  if (position.sql !== fingerprint(body) || !Number.isSafeInteger(offset) || offset < 0) {
    throw new AppError("invalid_cursor", "Cannot continue: this cursor belongs to another statement");
  }
  return offset;
}

function fingerprint({ sql, params }: QueryBody): string {
  return sha256Hex(JSON.stringify([sql, params ?? null])).slice(0, 16);
}

function toAppError({ code, detail, ...details }: { code: AppError["code"]; detail: string }): AppError {
  return new AppError(code, detail, { details });
}

function csvResponse(csv: string, cursor: string | null): Response {
  const headers = {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="query.csv"',
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    ...(cursor === null ? {} : { "x-next-cursor": cursor }),
  };
  return new Response(csv, { headers });
}
