import { S3Error } from "./errors.ts";

/** Both ends included, as in the header. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header against a size. Undefined means the whole object: S3 ignores what it cannot read and
 * does not serve several ranges at once. Throws InvalidRange when nothing of the object is inside.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? unsatisfiable(size) : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) return unsatisfiable(size);
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/** `x-amz-copy-source-range` must be complete and inside its object; S3 does not trim it. */
export function parseCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || start > end) {
    throw new S3Error("InvalidArgument", "The x-amz-copy-source-range value must be of the form bytes=first-last");
  }
  if (end >= size) {
    throw new S3Error("InvalidArgument", `Range specified is not valid for source object of size: ${size}`);
  }
  return { start, end };
}

function unsatisfiable(size: number): never {
  throw new S3Error("InvalidRange", undefined, { ActualObjectSize: String(size) });
}
