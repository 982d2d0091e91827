import type { Readable } from "node:stream";
import busboy from "busboy";
import { AppError } from "../errors.ts";
import type { MultipartLimits } from "./multipart.ts";

/** A busboy that keeps to the limits; throws `invalid_multipart` where busboy throws something of its own. */
export function createParser(boundary: string, limits: MultipartLimits): busboy.Busboy {
  try {
    return busboy({
      // Rebuilt from the boundary that was checked, so that parser and counter cannot disagree about it.
      headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
      defParamCharset: "utf8",
      preservePath: true,
      limits: {
        fields: limits.maxFields,
        fieldSize: limits.maxFieldBytes + 1, // a value that reaches the limit counts as cut
        files: limits.maxFiles,
        fileSize: limits.maxFileBytes + 1,
        parts: limits.maxFiles + limits.maxFields + 1, // told when the last allowed part ends, hence one more
      },
    });
  } catch (error) {
    throw refuse("its Content-Type cannot be parsed", error);
  }
}

/** The chunks of a body; a connection that breaks is the sender's fault, not ours. */
export async function* chunksOf(source: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  } catch (error) {
    throw refuse("the connection ended before the body did", error);
  }
}

/** What busboy's error means for the sender. */
export function toReason(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (message === "Malformed part header") return "a part's headers are malformed or longer than 16 KiB";
  if (message.startsWith("Unexpected end")) return "it ends before its closing boundary";
  return "it cannot be parsed";
}

/** `invalid_multipart` with the reason. */
export function refuse(reason: string, cause?: unknown): AppError {
  return new AppError("invalid_multipart", `Cannot read the upload: ${reason}`, { cause });
}

/** `body_too_large` with the limit. */
export function tooLarge(limit: number): AppError {
  const message = `Cannot take the upload: it is larger than ${limit} bytes`;
  return new AppError("body_too_large", message, { details: { limit_bytes: limit } });
}

/** Why a field cannot be taken. For a missing name and for an unknown charset busboy gives undefined, unlike its types. */
export function findFieldFault(
  name: string | undefined,
  value: string | undefined,
  info: busboy.FieldInfo,
): string | undefined {
  if (name === undefined) return "one of its fields has no name";
  if (value === undefined) return `field ${quote(name)} is in an unknown charset`;
  if (info.nameTruncated || info.valueTruncated) return `field ${quote(name)} is longer than is allowed`;
  return undefined;
}

/** Why a file cannot be taken: busboy names a transfer encoding, it does not decode it. */
export function findFileFault({ encoding }: busboy.FileInfo): string | undefined {
  if (["7bit", "8bit", "binary"].includes(encoding)) return undefined;
  return `a file is sent with Content-Transfer-Encoding ${quote(encoding)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
