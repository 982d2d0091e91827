import { S3Error } from "./errors.ts";

/** Reads lines and counted bytes from a stream of chunks, without ever joining more than one line. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #current: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** At least one byte and at most that many; throws IncompleteBody at the end of the stream. */
  async upTo(maxBytes: number): Promise<Buffer> {
    if (!(await this.#fill())) throw new S3Error("IncompleteBody");
    const piece = this.#current.subarray(0, maxBytes);
    this.#current = this.#current.subarray(piece.length);
    return piece;
  }

  /** A line without its CRLF; throws IncompleteBody when it is longer than that or never ends. */
  async line(maxBytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      if (!(await this.#fill())) throw new S3Error("IncompleteBody");
      const end = this.#current.indexOf(10);
      const piece = end < 0 ? this.#current : this.#current.subarray(0, end + 1);
      this.#current = this.#current.subarray(piece.length);
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes + 2) throw new S3Error("IncompleteBody");
      if (end >= 0) break;
    }
    const line = Buffer.concat(pieces).toString("latin1");
    if (!line.endsWith("\r\n")) throw new S3Error("IncompleteBody");
    return line.slice(0, -2);
  }

  /** Makes sure that a byte is at hand; false at the end of the stream. */
  async #fill(): Promise<boolean> {
    while (this.#current.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#current = next.value;
    }
    return true;
  }
}
