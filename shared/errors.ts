/** Every failure a caller can act on. The key is the public code: it never changes meaning. */
export const problems = {
  invalid_request: { status: 400, title: "Request does not fit the contract" },
  invalid_json: { status: 400, title: "Body is not valid JSON" },
  invalid_multipart: { status: 400, title: "Body is not valid multipart/form-data" },
  invalid_cursor: { status: 400, title: "Cursor is not one of ours" },
  path_not_allowed: { status: 400, title: "Path not allowed" },
  archive_refused: { status: 400, title: "Archive refused" },
  statement_refused: { status: 400, title: "Statement refused" },
  statement_failed: { status: 400, title: "Statement failed" },
  not_authenticated: { status: 401, title: "Not authenticated" },
  not_allowed: { status: 403, title: "Not allowed" },
  route_not_found: { status: 404, title: "Route not found" },
  session_not_found: { status: 404, title: "Session not found" },
  file_not_found: { status: 404, title: "File not found" },
  table_not_found: { status: 404, title: "Table not found" },
  upload_not_found: { status: 404, title: "Upload not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  session_is_current: { status: 409, title: "Session is the current one" },
  conflict: { status: 409, title: "Conflict" },
  session_expired: { status: 410, title: "Session expired" },
  precondition_failed: { status: 412, title: "Precondition failed" },
  body_too_large: { status: 413, title: "Body too large" },
  file_too_large: { status: 413, title: "File too large" },
  media_type_not_supported: { status: 415, title: "Media type not supported" },
  idempotency_key_reused: { status: 422, title: "Idempotency key reused with another body" },
  too_many_requests: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
  query_timeout: { status: 504, title: "Query took too long" },
  query_crashed: { status: 422, title: "Query used more than it may" },
  result_too_large: { status: 422, title: "Result too large" },
  session_full: { status: 507, title: "Session is full" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Facts that go with a problem onto the wire: the limit that was hit, the field that is wrong. */
export type ProblemDetails = Record<string, unknown>;

/** A failure the caller can act on. Any other thrown value is a bug and answers 500. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, message: string, options: ErrorOptions & { details?: ProblemDetails } = {}) {
    super(message, options); // pass `cause`: the log wants it, the caller never sees it
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for an `AppError`, also one of those given codes. */
export function isAppError(value: unknown, ...codes: ProblemCode[]): value is AppError {
  return value instanceof AppError && (codes.length === 0 || codes.includes(value.code));
}
