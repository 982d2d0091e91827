import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a test archive; every field of the format can be made to lie. */
export interface ZipWriterEntry {
  name: string | Buffer;
  data?: string | Buffer;
  /** 8 (deflate) by default. */
  method?: number;
  /** Bit 11 (UTF-8 names) by default. */
  flags?: number;
  /** Unix mode with its file type, as in 0o120777 for a link. */
  mode?: number;
  crc32?: number;
  declaredSize?: number;
  declaredPackedSize?: number;
  /** Raw bytes in place of the packed data. */
  packed?: Buffer;
  /** Where the central directory says the local header stands. */
  offset?: number;
  extra?: Buffer;
  comment?: Buffer;
  /** Sizes and offset in a ZIP64 extra field, as large archives have them. */
  isZip64?: boolean;
}

export interface ZipWriterOptions {
  /** Instead of the true number of entries. */
  entryCount?: number;
  comment?: string;
  /** Ends with the ZIP64 records. */
  isZip64?: boolean;
}

/** Writes a ZIP by hand: honest by default, and exactly as dishonest as asked. */
export function writeZip(entries: ZipWriterEntry[], options: ZipWriterOptions = {}): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const written = writeEntry(entry, position);
    local.push(written.local);
    central.push(written.central);
    position += written.local.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, writeEnd(entries.length, position, directory.length, options)]);
}

function writeEntry(entry: ZipWriterEntry, position: number): { local: Buffer; central: Buffer } {
  const name = Buffer.from(entry.name);
  const data = Buffer.from(entry.data ?? "");
  const method = entry.method ?? 8;
  const packed = entry.packed ?? (method === 8 ? deflateRawSync(data) : data);
  const sizes = { plain: entry.declaredSize ?? data.length, packed: entry.declaredPackedSize ?? packed.length };
  const offset = entry.offset ?? position;
  const common = writeCommon(entry, method, entry.crc32 ?? crc32(data), sizes, name.length);
  const extra = Buffer.concat([
    entry.isZip64 ? zip64Extra(sizes, offset) : Buffer.alloc(0),
    entry.extra ?? Buffer.alloc(0),
  ]);
  const comment = entry.comment ?? Buffer.alloc(0);
  const tail = Buffer.alloc(16);
  tail.writeUInt16LE(extra.length, 0);
  tail.writeUInt16LE(comment.length, 2);
  tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 8);
  tail.writeUInt32LE(entry.isZip64 ? 0xffffffff : offset, 12);
  return {
    local: Buffer.concat([word(0x04034b50), common, Buffer.alloc(2), name, packed]),
    // "Made by" 3: Unix, so that the mode counts.
    central: Buffer.concat([word(0x02014b50), Buffer.of(20, 3), common, tail, name, extra, comment]),
  };
}

/** The 24 bytes that local header and central directory share, from "version needed" to the name's length. */
function writeCommon(
  entry: ZipWriterEntry,
  method: number,
  checksum: number,
  sizes: { plain: number; packed: number },
  nameLength: number,
): Buffer {
  const common = Buffer.alloc(24);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(entry.flags ?? 0x800, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt16LE(0x21, 8); // 1 January 1980
  common.writeUInt32LE(checksum, 10);
  common.writeUInt32LE(entry.isZip64 ? 0xffffffff : sizes.packed, 14);
  common.writeUInt32LE(entry.isZip64 ? 0xffffffff : sizes.plain, 18);
  common.writeUInt16LE(nameLength, 22);
  return common;
}

function zip64Extra(sizes: { plain: number; packed: number }, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(sizes.plain), 4);
  extra.writeBigUInt64LE(BigInt(sizes.packed), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

function writeEnd(entries: number, start: number, size: number, options: ZipWriterOptions): Buffer {
  const count = options.entryCount ?? entries;
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(options.isZip64 ? 0xffffffff : start, 16);
  end.writeUInt16LE(comment.length, 20);
  const records = options.isZip64 ? [zip64End(count, start, size)] : [];
  return Buffer.concat([...records, end, comment]);
}

function zip64End(count: number, start: number, size: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(start + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
