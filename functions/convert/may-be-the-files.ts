/** Whether an error that ended a round may come from what was read, or says that something else failed. */
import { isEngineFault } from "../../shared/engine-faults.ts";
import { AppError } from "../../shared/errors.ts";

/** What the engines say of a thing that is too much for them, however often it comes; any other refusal is of rights, or of what is not there. */
const TOO_MUCH =
  /^(ValidationException|ItemCollectionSizeLimitExceededException|EntityTooLarge|MetadataTooLarge|KeyTooLong\w*)$/;

/**
 * True of what nobody foresaw: an error of ours or of a library, or an engine that does not take what we made of a file.
 * The same bytes would bring the same error again, before everybody else's files.
 */
export function mayBeTheFiles(error: unknown): boolean {
  if (error instanceof AppError || isEngineFault(error)) return false;
  const isRefusal = error instanceof Error && "$fault" in error;
  return !isRefusal || TOO_MUCH.test(error.name);
}
