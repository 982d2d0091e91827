import { Readable } from "node:stream";
import { AppError } from "../errors.ts";

/** One file of a multipart body, as it arrives. */
export interface ReceivedFile {
  fieldName: string;
  /**
   * As the client sent it, path included; not yet fit to be a name. Undefined without a `filename`, and for
   * the empty file input that browsers send when nothing was chosen.
   */
  fileName: string | undefined;
  contentType: string;
  /** Ends when the file is complete. Errors with `file_too_large` beyond the limit, or with what broke the body. */
  stream: Readable;
}

/**
 * A stream over one of busboy's file streams that errors beyond `maxBytes`.
 *
 * Whatever happens to it, busboy's own stream is read to its end and never destroyed: busboy waits for that
 * end, for ever, before it goes on to the next part.
 */
export function limitFile(source: Readable, maxBytes: number, label: string): Readable {
  let size = 0;
  const output = new Readable({
    read: () => void source.resume(),
    destroy(error, done) {
      source.resume();
      done(error);
    },
  });
  source.on("data", (chunk: Buffer) => {
    if (output.destroyed) return;
    size += chunk.length;
    if (size > maxBytes) output.destroy(tooLarge(label, maxBytes));
    else if (!output.push(chunk)) source.pause();
  });
  source.on("end", () => output.destroyed || output.push(null));
  // A consumer that has turned away must not make the error an uncaught one.
  output.on("error", () => {});
  return output;
}

function tooLarge(label: string, maxBytes: number): AppError {
  const message = `Cannot take ${JSON.stringify(label)}: it is larger than ${maxBytes} bytes`;
  return new AppError("file_too_large", message, { details: { limit_bytes: maxBytes } });
}
