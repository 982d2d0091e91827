/** A reason not to start (or not to go on) that the person at the terminal can act on: printed without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The `code` of a system error ("EADDRINUSE"), if `error` is one. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
