import type { ProblemCode } from "./contract/problems.ts";

export { type ProblemCode, problems } from "./contract/problems.ts";

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
