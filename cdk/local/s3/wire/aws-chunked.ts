import { createHash } from "node:crypto";
import { ByteReader } from "./byte-reader.ts";
import { S3Error } from "./errors.ts";

/** Checks the signatures inside a signed aws-chunked body, each of which continues the one before. */
export interface ChunkVerifier {
  /** Throws SignatureDoesNotMatch unless the chunk with that digest carries that signature. */
  chunk(sha256: string, signature: string | undefined): void;
  /** The same for the trailers, in the canonical form `name:value\n`. */
  trailers(canonical: string, signature: string | undefined): void;
}

export interface ChunkedBody {
  /** Undefined for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly verifier: ChunkVerifier | undefined;
  /** Filled once the body has been read to its end. */
  readonly trailers: Map<string, string>;
}

// Generous against real clients (64 KiB to 1 MiB chunks, one trailer) and small against hostile ones.
const MAX_LINE_BYTES = 4096;
const MAX_TRAILERS = 16;

/** S3 takes smaller chunks only at the end: a stream of small writes that passes here must pass there. */
const MIN_CHUNK_BYTES = 8192;

/**
 * Decodes `aws-chunked`: `<hex size>[;chunk-signature=<hex>] CRLF <data> CRLF`, a chunk of size 0, trailers, an
 * empty line. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * Data is handed on before its chunk's signature is known; the caller keeps it invisible until the end.
 */
export async function* decodeAwsChunked(source: AsyncIterable<Buffer>, body: ChunkedBody): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  let previousSize = MIN_CHUNK_BYTES;
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line(MAX_LINE_BYTES));
    if (size > 0 && previousSize < MIN_CHUNK_BYTES) throw new S3Error("InvalidChunkSizeError");
    previousSize = size;
    const hash = body.verifier === undefined ? undefined : createHash("sha256");
    for (let left = size; left > 0; ) {
      const piece = await reader.upTo(left);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    if (hash !== undefined) body.verifier?.chunk(hash.digest("hex"), signature);
    if (size === 0) break;
    if ((await reader.line(0)) !== "") throw new S3Error("IncompleteBody");
  }
  await readTrailers(reader, body);
  if (!(await reader.isAtEnd())) throw new S3Error("IncompleteBody", "There are bytes behind the last chunk.");
}

function parseChunkHeader(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (match?.[1] === undefined) throw new S3Error("IncompleteBody", "The chunk header is not well-formed.");
  return { size: Number.parseInt(match[1], 16), signature: match[2] };
}

async function readTrailers(reader: ByteReader, body: ChunkedBody): Promise<void> {
  let signature: string | undefined;
  for (let count = 0; ; count++) {
    // The last CRLF is missing from what some clients send without trailers.
    const line = (await reader.isAtEnd()) ? "" : await reader.line(MAX_LINE_BYTES);
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon < 1 || count >= MAX_TRAILERS) throw new S3Error("IncompleteBody", "Malformed trailer.");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") signature = value;
    else body.trailers.set(name, value);
  }
  if (body.verifier === undefined || body.trailers.size === 0) return;
  const canonical = [...body.trailers].map(([name, value]) => `${name}:${value}\n`).join("");
  body.verifier.trailers(canonical, signature);
}
