import type { ConversionReasonCode } from "./report.ts";

/**
 * A file that cannot become tables, and why. Not an `AppError`: nobody's request fails by it. It becomes the `reason`
 * of the file's report, so the message is a sentence for the person who uploaded it, without paths of this machine.
 */
export class ConversionError extends Error {
  override readonly name = "ConversionError";
  readonly code: ConversionReasonCode;

  constructor(code: ConversionReasonCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
