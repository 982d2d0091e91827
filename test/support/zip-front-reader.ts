/**
 * Reads a ZIP from the front as it comes, by its local headers alone, as programs do that unpack a download while it
 * runs: nothing is looked up at the end, nothing is read twice. Strict where such programs stop or lose files.
 */
import { createInflateRaw, crc32, type InflateRaw } from "node:zlib";

/** What stood in front of a file's bytes, and what they came to. */
export interface FrontEntry {
  name: string;
  method: number;
  crc32: number;
  plainBytes: number;
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const DIRECTORY = [0x02014b50, 0x06064b50, 0x06054b50];
const SIZES_FOLLOW = 1 << 3;
const ZIP64_FIELD = 1;

/** Every file in order; `onBytes` gets its bytes while they come. Throws where a reader from the front would. */
export async function readFromFront(
  zip: AsyncIterable<Uint8Array>,
  onBytes: (name: string, bytes: Uint8Array) => void = () => {},
): Promise<FrontEntry[]> {
  const input = inputOf(zip);
  const entries: FrontEntry[] = [];
  for (;;) {
    const signature = (await input.take(4)).readUInt32LE();
    if (DIRECTORY.includes(signature)) return entries;
    if (signature !== LOCAL) throw new Error(`No file begins behind "${entries.at(-1)?.name}"`);
    entries.push(await readFile(input, onBytes));
  }
}

type Input = ReturnType<typeof inputOf>;

async function readFile(input: Input, onBytes: (name: string, bytes: Uint8Array) => void): Promise<FrontEntry> {
  const header = await input.take(26);
  const [flags, method] = [header.readUInt16LE(2), header.readUInt16LE(4)];
  const name = (await input.take(header.readUInt16LE(22))).toString();
  const isLarge = hasField(await input.take(header.readUInt16LE(24)), ZIP64_FIELD);
  const follows = (flags & SIZES_FOLLOW) !== 0;
  const known = { crc: header.readUInt32LE(10), packed: header.readUInt32LE(14), plain: header.readUInt32LE(18) };
  const found = { crc: 0, packed: 0, plain: 0 };
  const take = (bytes: Uint8Array) => {
    found.crc = crc32(bytes, found.crc);
    found.plain += bytes.length;
    onBytes(name, bytes);
  };
  if (method === 8) found.packed = await inflate(input, take);
  // The end of stored bytes stands nowhere but in front of them.
  else if (method === 0 && !follows) found.packed = await input.each(known.packed, take);
  else throw new Error(`Cannot see where "${name}" ends`);
  const told = follows ? await readDescriptor(input, isLarge) : known;
  if (told.crc !== found.crc || told.packed !== found.packed || told.plain !== found.plain) {
    throw new Error(`"${name}" says ${JSON.stringify(told)} and has ${JSON.stringify(found)}`);
  }
  return { name, method, crc32: found.crc, plainBytes: found.plain };
}

async function readDescriptor(input: Input, isLarge: boolean) {
  const record = await input.take(isLarge ? 24 : 16);
  if (record.readUInt32LE() !== DESCRIPTOR) throw new Error("No descriptor behind a file whose sizes follow");
  const size = (at: number) => Number(record.readBigUInt64LE(at));
  const [packed, plain] = isLarge ? [size(8), size(16)] : [record.readUInt32LE(8), record.readUInt32LE(12)];
  return { crc: record.readUInt32LE(4), packed, plain };
}

function hasField(extra: Buffer, id: number): boolean {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) return true;
  }
  return false;
}

/** DEFLATE says itself where it ends; what came behind it goes back. Answers how many bytes it took. */
async function inflate(input: Input, take: (bytes: Uint8Array) => void): Promise<number> {
  const inflater: InflateRaw = createInflateRaw();
  const ended = Promise.withResolvers<void>();
  let isOver = false;
  inflater.on("data", take);
  inflater.once("error", ended.reject);
  inflater.once("end", () => {
    isOver = true;
    ended.resolve();
  });
  let fed = 0;
  while (!isOver) {
    const chunk = await input.next();
    fed += chunk.length;
    const written = new Promise<void>((resolve) => inflater.write(chunk, () => resolve()));
    await Promise.race([written, ended.promise]);
    if (inflater.bytesWritten === fed) continue;
    await ended.promise;
    input.giveBack(chunk.subarray(chunk.length - (fed - inflater.bytesWritten)));
    return inflater.bytesWritten;
  }
  return inflater.bytesWritten;
}

/** The bytes as they come, taken in the pieces that are asked for. */
function inputOf(zip: AsyncIterable<Uint8Array>) {
  const source = zip[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();

  async function next(): Promise<Uint8Array> {
    const held = rest;
    rest = new Uint8Array();
    if (held.length > 0) return held;
    const { done, value } = await source.next();
    if (done === true) throw new Error("The archive ends in the middle");
    return value;
  }

  async function each(bytes: number, take: (bytes: Uint8Array) => void): Promise<number> {
    for (let left = bytes; left > 0; ) {
      const chunk = await next();
      take(chunk.subarray(0, left));
      rest = chunk.subarray(left);
      left -= Math.min(left, chunk.length);
    }
    return bytes;
  }

  async function take(bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    await each(bytes, (piece) => pieces.push(piece));
    return Buffer.concat(pieces);
  }

  return { next, each, take, giveBack: (bytes: Uint8Array) => (rest = bytes) };
}
