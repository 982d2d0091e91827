import { AppError } from "../../shared/errors.ts";

/** As the contract says; ours are shorter. */
const MAX_LENGTH = 64;

/** An id that cannot be one is like any that does not exist. DynamoDB itself would fail on a key of 2,048 bytes. */
export function assertPossibleSessionId(sessionId: string | undefined): void {
  if (sessionId === undefined || sessionId.length <= MAX_LENGTH) return;
  throw new AppError("session_not_found", `Cannot find session "${sessionId.slice(0, MAX_LENGTH)}…"`);
}
