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

const headersEnd = "\r\n\r\n";
/** Four times what the parser takes; it says so itself. */
const maxHeaderBytes = 64 * 1024;

/**
 * Counts the parts of a body by its delimiter lines, independently of busboy.
 *
 * busboy drops a part without a word when it cannot use its headers, and takes `--boundaryX` for the end
 * of a part, which would cut a file short. Counting is how both are noticed. A delimiter among headers makes it
 * read on as if there was none: the next part's bytes are taken for this one's, or it waits for ever.
 */
export class DelimiterCounter {
  parts = 0;
  isClosed = false;
  readonly #delimiter: Buffer;
  #isInHeaders = false;
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
      if (this.#isInHeaders) {
        const end = this.#findHeadersEnd(data, from);
        if (end === undefined) {
          this.#rest = Buffer.from(data.subarray(from));
          return;
        }
        from = end;
        this.#isInHeaders = false;
      }
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

  /**
   * Where a part's content begins, counted from the line break behind its delimiter; undefined as long as more has to
   * come. The empty line's own break is not that of a delimiter.
   */
  #findHeadersEnd(data: Buffer, from: number): number | undefined {
    const end = data.indexOf(headersEnd, from);
    const next = data.indexOf(this.#delimiter, from);
    const after = end + headersEnd.length;
    if (next >= 0 && (end < 0 || next < after)) throw refuse(`part ${this.parts} ends within its headers`);
    // One that is only beginning may share the break.
    if (end >= 0 && data.length >= end + 2 + this.#delimiter.length) return after;
    if (data.length - from > maxHeaderBytes) throw refuse("a part's headers are longer than 16 KiB");
    return undefined;
  }

  #judge(following: string): boolean {
    if (following === "--") this.isClosed = true;
    else if (following === "\r\n") {
      this.parts += 1;
      this.#isInHeaders = true;
    } else throw refuse(`the boundary of part ${this.parts + 1} is not followed by a line break`);
    return this.isClosed;
  }
}
