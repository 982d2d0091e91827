/** Routes for clients that were written for the systems Cubby replaces. */
import { basename } from "node:path";
import { sessionPrefix } from "../../../shared/aws/object-keys.ts";
import type { FileResult } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { scriptLanguage } from "../../../shared/python/script-language.ts";
import { endSession } from "../../../shared/sessions/end-session.ts";
import { answer } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { convertAndRefresh, type Intake, takeIn } from "../intake.ts";
import { openSession } from "../open-session.ts";
import { endOwn } from "./sessions.ts";

/** `POST /upload`: a new session with these files in it; no session when none of them could be stored. */
export const upload = answer(contract.upload, async ({ principal, request, deps, requestId, keyed }) => {
  const { record, token } = await openSession(deps, principal, { platform: "web", reuse: false }, keyed);
  let intake: Intake;
  try {
    intake = await takeIn(deps, { session: record, folder: "uploads", actor: record.created_by }, request);
    assertAnyStored(intake.results);
  } catch (error) {
    if (isAppError(error)) await endSession(deps, record, "deleted");
    throw error;
  }
  const results = await convertAndRefresh(deps, record.session_id, intake, requestId);
  return { body: await toUploadAnswer(deps, record.session_id, token, results) };
});

function assertAnyStored(results: readonly FileResult[]): void {
  const refused = results.find((result) => result.status === "refused");
  if (refused === undefined || results.some((result) => result.status === "stored")) return;
  const { code, detail, ...details } = refused.problem ?? { code: "invalid_request", detail: "No file was stored" };
  throw new AppError(code as AppError["code"], detail, { details: { ...details, files: results } });
}

async function toUploadAnswer(
  deps: ApiDeps,
  sessionId: string,
  token: string | undefined,
  results: readonly FileResult[],
) {
  const { database } = await deps.sessions.current(sessionId);
  const tables: { name: string; source_path: string; row_count: number }[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await deps.tables.list(sessionId, 100, after);
    tables.push(...page.tables);
    after = page.next;
  }
  const names = tables.map((table) => table.name);
  const location = `s3://${deps.bucket.name}/${sessionPrefix(sessionId)}`;
  const stored = results.filter((result) => result.status === "stored");
  const failed = stored.filter((result) => result.file?.conversion.state === "failed");
  const scripts = await toTransformations(deps, sessionId, stored);
  const waiting = stored.filter((result) => /^(pending|converting)$/.test(result.file?.conversion.state ?? ""));
  return {
    message: `Stored ${count(stored.length, "file")}, made ${count(names.length, "table")}${refusals(results)}`,
    session_id: sessionId,
    ...(token === undefined ? {} : { session_token: token }),
    temp_dir: location,
    files: stored.map((result) => result.file?.name ?? result.path),
    file_results: results,
    table_names_message: names.length === 0 ? "No tables" : `Tables: ${names.join(", ")}`,
    sql_conversion: {
      converted_tables: tables.map(({ name, source_path, row_count }) => ({
        table_name: name,
        source_file: source_path,
        row_count,
      })),
      total_tables: names.length,
      conversion_summary: summarize(names.length, failed, waiting.length),
      python_transformations: scripts,
      database_info:
        database.version === 0
          ? null
          : { path: `${location}workspace/project_data.db`, version: database.version, tables: names },
      // Nothing is ever removed from what came in.
      csv_files_removed: [],
      excel_files_removed: [],
      python_files_updated: scripts.flatMap(({ rewritten, output }) => (rewritten && output ? basename(output) : [])),
    },
  };
}

/** What became of the scripts among these files. */
async function toTransformations(deps: ApiDeps, sessionId: string, stored: readonly FileResult[]) {
  const paths = stored.flatMap(({ path }) => (scriptLanguage(path) === undefined ? [] : [path]));
  const records = await deps.files.findMany(sessionId, paths);
  return [...records.values()].flatMap(({ name, path, conversion, report }) => {
    if (report?.script === undefined) return [];
    const { state, reason } = conversion;
    return [{ file: name, path, state, ...(reason === undefined ? {} : { reason }), ...report.script }];
  });
}

function summarize(tables: number, failed: readonly FileResult[], waiting: number): string {
  const parts = [`${count(tables, "table")} in project_data.db`];
  for (const result of failed) parts.push(`${result.path} failed: ${result.file?.conversion.reason?.detail ?? ""}`);
  if (waiting > 0) parts.push(`${count(waiting, "file")} still being converted`);
  return parts.join("; ");
}

function refusals(results: readonly FileResult[]): string {
  const refused = results.filter((result) => result.status === "refused");
  return refused.length === 0 ? "" : `, refused ${refused.map((result) => result.path).join(", ")}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `GET /session/info` */
export const sessionInfo = answer(contract.sessionInfo, async ({ principal, deps }) => {
  const { sessions } = await deps.sessions.list(principal.userId, 100);
  const current = sessions[0]?.session_id ?? null;
  return {
    body: {
      current_session_id: current,
      total_sessions: sessions.length,
      max_sessions: deps.rules.current().keepNewest,
      all_sessions: sessions.map((session) => ({
        session_id: session.session_id,
        path: `s3://${deps.bucket.name}/${sessionPrefix(session.session_id)}`,
        creation_time: session.created_at,
        size_bytes: session.total_size_bytes,
        is_current: session.session_id === current,
      })),
    },
  };
});

/** `DELETE /session/{session_id}`: not the current one. */
export const removeSession = answer(contract.removeSession, async ({ params, principal, request, deps }) => {
  const sessionId = params.session_id ?? "";
  const { sessions } = await deps.sessions.list(principal.userId, 1);
  if (sessions[0]?.session_id === sessionId) {
    throw new AppError("session_is_current", `Cannot delete session "${sessionId}": it is the current one`);
  }
  await endOwn(deps, principal, sessionId, request);
  return { body: { message: `Session ${sessionId} deleted`, session_id: sessionId } };
});

/** `GET /api/sessions` */
export const chatSessions = answer(contract.chatSessions, async ({ principal, deps }) => {
  const { sessions } = await deps.sessions.list(principal.userId, 100);
  const data = sessions.map(({ session_id, style, created_at, last_activity }) => ({
    session_id,
    style: style ?? null,
    created_at,
    last_used: last_activity,
  }));
  return { body: { sessions: data, total: data.length } };
});

/** `DELETE /api/chat/{session_id}`: users of such a route mean the conversation with all that is in it. */
export const removeChat = answer(contract.removeChat, async ({ params, principal, request, deps }) => {
  const sessionId = params.session_id ?? "";
  await endOwn(deps, principal, sessionId, request);
  return { body: { message: "Chat history cleared", session_id: sessionId } };
});
