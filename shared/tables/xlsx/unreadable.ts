import { ConversionError } from "../conversion-error.ts";

/** A workbook that cannot be read, with the reason as a clause that follows "Cannot read the workbook:". */
export function unreadable(reason: string, cause?: unknown): ConversionError {
  return new ConversionError("unreadable_workbook", `Cannot read the workbook: ${reason}`, { cause });
}
