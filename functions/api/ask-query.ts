import { invoke } from "../../shared/aws/functions.ts";
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import type { QueryParams, QueryRequest, QueryResponse, ResultFormat } from "../../shared/contract/functions.ts";
import { resultTypes } from "../../shared/contract/query.ts";
import { AppError, isAppError } from "../../shared/errors.ts";
import { assertLive } from "../../shared/sessions/assert-live.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";
import { urlSeconds } from "./url-seconds.ts";

/** One statement, and what is to become of its result. */
export interface Question {
  sql: string;
  params?: QueryParams | undefined;
  /** Absent: all rows. */
  limit?: number | undefined;
  offset: number;
  format: ResultFormat;
  safeForSpreadsheets: boolean;
  output: QueryRequest["output"];
  /** Of the statement; 20 unless given. */
  timeoutSeconds?: number | undefined;
  /** Where a file goes to, and how large it may become. */
  upload?: { key: string; maxBytes: number };
  /** Aborted when the caller hung up; only the local host knows. */
  signal?: AbortSignal;
}

export type Answered = Extract<QueryResponse, { ok: true }>;

const TIMEOUT_SECONDS = 20;
/** The function fetches the database at once or never, and sends its file within its own time. */
const URL_SECONDS = 60;

/** Media type of each format; JSON's file is the document that the answer would have been. */
export function mediaTypeOf(format: ResultFormat): string {
  return format === "json" ? "application/json" : resultTypes[format];
}

/** The version of the database that questions are put to, 404 while there is none. */
export function publishedVersion({ database }: SessionRecord): number {
  if (database.version > 0) return database.version;
  throw new AppError("table_not_found", "Cannot ask yet: the session has no tables; upload a CSV or Excel file first");
}

/**
 * Asks the newest version, or the given one. Once more after a fault: between reading the pointer and fetching the
 * database, two publications may have removed that version; and a function whose process died is a new one the next
 * time. Asking twice changes nothing.
 */
export async function askQuery(
  deps: ApiDeps,
  session: SessionRecord,
  question: Question,
  version?: number,
): Promise<{ answered: Answered; version: number }> {
  const first = version ?? publishedVersion(session);
  try {
    return { answered: await ask(deps, session, question, first), version: first };
  } catch (error) {
    if (question.signal?.aborted === true) {
      throw new AppError("unavailable", "Cannot finish the query: its caller hung up", { cause: error });
    }
    if (!isAppError(error, "unavailable")) throw error;
    deps.log.warn("Query failed, asking again", { session_id: session.session_id, error });
    const current = await deps.sessions.current(session.session_id);
    const second = version ?? publishedVersion(current);
    return { answered: await ask(deps, current, question, second), version: second };
  }
}

async function ask(deps: ApiDeps, session: SessionRecord, question: Question, version: number): Promise<Answered> {
  const { sql, params, limit, offset, format, output, upload, safeForSpreadsheets } = question;
  const expiresInSeconds = urlSeconds(deps, session, URL_SECONDS);
  const key = databaseObjectKey(session.session_id, version);
  const request: QueryRequest = {
    ...{ sql, offset, format, output, safe_for_spreadsheets: safeForSpreadsheets },
    ...(params === undefined ? {} : { params }),
    ...(limit === undefined ? {} : { limit }),
    ...(upload === undefined ? {} : { upload: await signUpload(deps, { ...upload, format, expiresInSeconds }) }),
    database_url: await deps.bucket.presignGet(key, { expiresInSeconds, checksummed: true }),
    database_key: key,
    timeout_seconds: question.timeoutSeconds ?? TIMEOUT_SECONDS,
  };
  const result = await invoke<QueryResponse>(deps.lambda, deps.queryFunction, request, question.signal);
  if (!result.ok) throw toAppError(result.problem);
  // The statement may have run past the session's end.
  assertLive(session, { rules: deps.rules.current(), now: deps.clock.now() });
  return result;
}

async function signUpload(
  { bucket }: ApiDeps,
  upload: { key: string; maxBytes: number; format: ResultFormat; expiresInSeconds: number },
): Promise<NonNullable<QueryRequest["upload"]>> {
  const { key, maxBytes, format, expiresInSeconds } = upload;
  const contentType = mediaTypeOf(format);
  const form = await bucket.presignPost(key, { sizeBytes: { most: maxBytes }, contentType, expiresInSeconds });
  return { ...form, max_bytes: maxBytes };
}

function toAppError({ code, detail, ...details }: { code: AppError["code"]; detail: string }): AppError {
  return new AppError(code, detail, { details });
}
