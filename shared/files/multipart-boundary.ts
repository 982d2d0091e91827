import { AppError } from "../errors.ts";
import { refuse } from "./multipart-parser.ts";

/** The characters and length RFC 2046 gives a boundary; anything else is a mistake or an attempt. */
const boundaryPattern = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const parameterPattern = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/gi;

/** The boundary that a request's Content-Type names; throws when there is not exactly one that can be used. */
export function parseBoundary(contentType: string): string {
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new AppError(
      "media_type_not_supported",
      "Cannot read the upload: its Content-Type is not multipart/form-data",
    );
  }
  const found = [...contentType.matchAll(parameterPattern)].map((match) => match[1] ?? match[2] ?? "");
  const [boundary] = found;
  if (boundary === undefined) throw refuse("its Content-Type names no boundary");
  if (found.length > 1) throw refuse("its Content-Type names more than one boundary");
  if (!boundaryPattern.test(boundary)) throw refuse("its boundary is not 1 to 70 of the characters RFC 2046 allows");
  return boundary;
}

/**
 * Counts the parts of a body by its delimiter lines, independently of busboy.
 *
 * busboy drops a part without a word when it cannot use its headers, and takes `--boundaryX` for the end
 * of a part, which would cut a file short. Counting is how both are noticed.
 */
export class DelimiterCounter {
  parts = 0;
  isClosed = false;
  readonly #delimiter: Buffer;
  // The first delimiter needs no line break before it.
  #rest: Buffer = Buffer.from("\r\n");

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Reads on; throws when a delimiter is followed by anything but a line break or the closing `--`. */
  push(chunk: Buffer): void {
    if (this.isClosed) return; // what follows the closing delimiter is an epilogue and means nothing
    const data = Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (;;) {
      const at = data.indexOf(this.#delimiter, from);
      const after = at + this.#delimiter.length;
      // Both bytes behind a delimiter are needed to judge it; else it is kept for the next chunk.
      if (at < 0 || after + 2 > data.length) {
        const keepFrom = at < 0 ? Math.max(from, data.length - this.#delimiter.length + 1) : at;
        this.#rest = Buffer.from(data.subarray(keepFrom));
        return;
      }
      if (this.#judge(data.toString("latin1", after, after + 2))) return;
      from = after;
    }
  }

  #judge(following: string): boolean {
    if (following === "--") this.isClosed = true;
    else if (following === "\r\n") this.parts += 1;
    else throw refuse(`the boundary of part ${this.parts + 1} is not followed by a line break`);
    return this.isClosed;
  }
}
