import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";

/**
 * What the log says of one query, in the form of `shared/log.ts`; by hand, because the logger would cost this function
 * 10 ms of its start. Never the statement, its parameters or what DuckDB says of them: they hold people's data.
 */
export function toLogLine(event: QueryRequest, answer: QueryResponse, milliseconds: number): string {
  return JSON.stringify({
    level: "INFO",
    message: "Query",
    timestamp: new Date().toISOString(),
    service: "query",
    ...(event.request_id !== undefined && { request_id: event.request_id }),
    session_id: sessionOf(event.database_key),
    format: event.format,
    milliseconds: Math.round(milliseconds),
    ...(answer.ok ? { outcome: "answered" } : { outcome: answer.problem.code }),
  });
}

/** Of `sessions/<session_id>/database/…`. */
function sessionOf(databaseKey: string): string | undefined {
  return /^sessions\/([^/]+)\//.exec(databaseKey)?.[1];
}

/** A fault of ours, for whoever reads the log: its cause, without the sentence that the caller gets. */
export function toFaultLine({ code, cause }: { code: string; cause: unknown }): string {
  return JSON.stringify({
    level: "ERROR",
    message: "Query failed",
    timestamp: new Date().toISOString(),
    service: "query",
    code,
    cause: cause instanceof Error ? cause.message : String(cause),
  });
}
