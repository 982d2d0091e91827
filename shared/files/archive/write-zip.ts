/**
 * Writes a ZIP from the front, as an async generator: what is not read is not produced, so memory stays bounded
 * whatever the size, and a source that fails ends the archive with its own error.
 *
 * yazl (3.3.1) was read for this and does not serve: it announces no ZIP64 in the local header of a large file, and past the
 * 4 GB mark writes eight-byte sizes behind small files too, at which programs that read from the front (Java's
 * ZipInputStream) stop as if the archive ended; its stored entries carry their checksum behind the bytes, which the same
 * programs refuse; it looks through all entries after each one; and a source's error is the caller's to catch.
 */
import { pipeline } from "node:stream";
import { promisify } from "node:util";
import { crc32, createDeflateRaw, deflateRaw, deflateRawSync } from "node:zlib";
import { inStoredBlocks } from "./stored-blocks.ts";
import { centralRecord, dataDescriptor, endRecords, localHeader, type ZipFacts } from "./zip-records.ts";

/** A file whose bytes are all here: its headers are complete before its bytes. */
export interface WholeFile {
  readonly name: string;
  readonly modifiedAt: Date;
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly plainBytes: number;
  readonly packed: Uint8Array;
}

/** A file that is read while it is written. */
export interface StreamedFile {
  readonly name: string;
  readonly modifiedAt: Date;
  /** Announced size: decides whether its sizes need eight bytes. */
  readonly plainBytes: number;
  readonly compress: boolean;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** Where one piece of the central directory ends and the next begins. */
const DIRECTORY_PIECE = 64 * 1024;
const MAX_32 = 0xffffffff;
/** Below this DEFLATE saves next to nothing. */
const MIN_DEFLATED = 64;
/**
 * Up to here a file is deflated on the spot, in a millisecond or two. On zlib's threads each file has a stream of its
 * own: 256 KiB outside V8's heap and a buffer of 16 KiB, which wait for a collection that nothing asks for. 10,000 small
 * files held 100 MB in that way, and took longer.
 */
const MAX_AT_ONCE = 64 * 1024;

const deflateElsewhere = promisify(deflateRaw);

/** Packs bytes that are all here; stored when compression does not make them smaller. */
export async function packWhole(
  file: { name: string; modifiedAt: Date; compress: boolean },
  bytes: Uint8Array,
): Promise<WholeFile> {
  const { name, modifiedAt } = file;
  const facts = { name, modifiedAt, crc32: crc32(bytes), plainBytes: bytes.length };
  const deflated = file.compress && bytes.length >= MIN_DEFLATED ? await deflateWhole(bytes) : undefined;
  if (deflated === undefined || deflated.length >= bytes.length) return { ...facts, method: 0, packed: bytes };
  return { ...facts, method: 8, packed: deflated };
}

/** The archive's bytes, file after file in the order given, then the central directory. */
export async function* writeZip(
  files: AsyncIterable<WholeFile | StreamedFile> | Iterable<WholeFile | StreamedFile>,
): AsyncGenerator<Uint8Array> {
  const written: ZipFacts[] = [];
  let position = 0;
  for await (const file of files) {
    const facts = "packed" in file ? wholeFacts(file, position) : streamedFacts(file, position);
    const pieces = "packed" in file ? writeWhole(file, facts) : writeStreamed(file, facts);
    for await (const piece of pieces) {
      position += piece.length;
      yield piece;
    }
    written.push(facts);
  }
  yield* writeDirectory(written, position);
}

async function deflateWhole(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length <= MAX_AT_ONCE ? deflateRawSync(bytes, { chunkSize: bytes.length }) : deflateElsewhere(bytes);
}

function wholeFacts({ packed, ...file }: WholeFile, offset: number): ZipFacts {
  return { ...file, packedBytes: packed.length, isStreamed: false, isLarge: false, offset };
}

function streamedFacts({ name, modifiedAt, plainBytes }: StreamedFile, offset: number): ZipFacts {
  // What DEFLATE can add in the worst case is far below a thousandth.
  const isLarge = plainBytes * 1.001 + 1024 >= MAX_32;
  return { name, modifiedAt, method: 8, isStreamed: true, isLarge, crc32: 0, plainBytes: 0, packedBytes: 0, offset };
}

function writeWhole(file: WholeFile, facts: ZipFacts): Iterable<Uint8Array> {
  return [localHeader(facts), file.packed];
}

async function* writeStreamed(file: StreamedFile, facts: ZipFacts): AsyncGenerator<Uint8Array> {
  const plain = measure(await file.open(), facts);
  yield localHeader(facts);
  for await (const piece of file.compress ? deflate(plain) : inStoredBlocks(plain)) {
    facts.packedBytes += piece.length;
    yield piece;
  }
  yield dataDescriptor(facts);
}

/** Takes checksum and size of what flows through. */
async function* measure(body: AsyncIterable<Uint8Array>, facts: ZipFacts): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    facts.crc32 = crc32(chunk, facts.crc32);
    facts.plainBytes += chunk.length;
    yield chunk;
  }
}

function deflate(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Whoever reads the result sees the source's error: pipeline() hands it on.
  return pipeline(body, createDeflateRaw({ chunkSize: DIRECTORY_PIECE }), () => {});
}

function* writeDirectory(written: readonly ZipFacts[], offset: number): Generator<Uint8Array> {
  let piece: Buffer[] = [];
  let pieceBytes = 0;
  let bytes = 0;
  for (const facts of written) {
    const record = centralRecord(facts);
    piece.push(record);
    pieceBytes += record.length;
    bytes += record.length;
    if (pieceBytes < DIRECTORY_PIECE) continue;
    yield Buffer.concat(piece);
    piece = [];
    pieceBytes = 0;
  }
  yield Buffer.concat([...piece, endRecords({ files: written.length, offset, bytes })]);
}
