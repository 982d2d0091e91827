import { isEngineFault } from "../../shared/engine-faults.ts";
import { AppError, problems } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { logSecurityEvent } from "./security-events.ts";

/** The one place that turns an error into HTTP: RFC 9457, the same status in body and on the wire. */
export function toProblemResponse(error: unknown, requestId: string, log: Log): Response {
  const known = error instanceof AppError ? error : unknownProblem(error);
  const { status, title } = problems[known.code];
  if (status >= 500) log.error("Request failed", { request_id: requestId, code: known.code, error });
  logSecurityEvent(known, log);
  const body = {
    type: `urn:cubby:problem:${known.code}`,
    title,
    status,
    detail: known.message,
    code: known.code,
    request_id: requestId,
    ...known.details,
  };
  return new Response(JSON.stringify(body), { status, headers: problemHeaders(status) });
}

/** The same facts for one item of an answer that is otherwise a success. */
export function toItemProblem(error: AppError) {
  return { code: error.code, detail: error.message, ...error.details };
}

/** An error nobody planned says nothing to the outside; an engine that fails just now says to come again. */
function unknownProblem(error: unknown): AppError {
  return isEngineFault(error)
    ? new AppError("unavailable", "Cannot answer now: try again in a moment", { cause: error })
    : new AppError("internal", "Something went wrong here; the request id helps to find it", { cause: error });
}

function problemHeaders(status: number): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (status === 429 || status === 503) headers["retry-after"] = "2";
  return headers;
}
