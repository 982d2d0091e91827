/**
 * The fixed-size records of a ZIP (APPNOTE.TXT 6.3), as far as we write them. Names are UTF-8 and say so (bit 11);
 * times stand in them twice, once in UTC seconds (extra field 0x5455) and once as DOS has them; ZIP64 fields appear
 * exactly where a value does not fit, as the format asks.
 */

/** Everything the records say about one file. */
export interface ZipFacts {
  readonly name: string;
  readonly modifiedAt: Date;
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  /** The checksum and the sizes follow the bytes, because they were not known before. */
  readonly isStreamed: boolean;
  /** Sizes of eight bytes behind the bytes: announced in the local header, before the size is known. */
  readonly isLarge: boolean;
  crc32: number;
  plainBytes: number;
  packedBytes: number;
  /** Where its local header stands. */
  readonly offset: number;
}

const UTF8_NAME = 1 << 11;
const SIZES_FOLLOW = 1 << 3;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const UNIX_6_3 = (3 << 8) | 63;
const REGULAR_FILE = 0o100644 * 0x10000;
const TIME_FIELD = 0x5455;
const ZIP64_FIELD = 0x0001;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** In front of a file's bytes. */
export function localHeader(facts: ZipFacts): Buffer {
  const name = Buffer.from(facts.name);
  const extra = Buffer.concat([timeField(facts), facts.isLarge ? zip64Field([0, 0]) : Buffer.alloc(0)]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(facts.isLarge ? VERSION_ZIP64 : VERSION, 4);
  const size = (known: number) => (facts.isLarge ? MAX_32 : facts.isStreamed ? 0 : known);
  writeCommon(header, 6, facts, facts.isStreamed ? 0 : facts.crc32, size);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** Behind the bytes of a streamed file: what its local header could not say. */
export function dataDescriptor({ isLarge, crc32, packedBytes, plainBytes }: ZipFacts): Buffer {
  const descriptor = Buffer.alloc(isLarge ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc32, 4);
  if (isLarge) {
    descriptor.writeBigUInt64LE(BigInt(packedBytes), 8);
    descriptor.writeBigUInt64LE(BigInt(plainBytes), 16);
  } else {
    descriptor.writeUInt32LE(packedBytes, 8);
    descriptor.writeUInt32LE(plainBytes, 12);
  }
  return descriptor;
}

/** The file's entry in the central directory, from which most programs read. */
export function centralRecord(facts: ZipFacts): Buffer {
  const name = Buffer.from(facts.name);
  const tooLarge = [facts.plainBytes, facts.packedBytes, facts.offset].filter((value) => value >= MAX_32);
  const isZip64 = facts.isLarge || tooLarge.length > 0;
  const extra = Buffer.concat([timeField(facts), tooLarge.length > 0 ? zip64Field(tooLarge) : Buffer.alloc(0)]);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(UNIX_6_3, 4);
  record.writeUInt16LE(isZip64 ? VERSION_ZIP64 : VERSION, 6);
  writeCommon(record, 8, facts, facts.crc32, (known) => Math.min(known, MAX_32));
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(REGULAR_FILE, 38);
  record.writeUInt32LE(Math.min(facts.offset, MAX_32), 42);
  return Buffer.concat([record, name, extra]);
}

/** The end of the archive: how many files, and where the central directory stands. */
export function endRecords(directory: { files: number; offset: number; bytes: number }): Buffer {
  const { files, offset, bytes } = directory;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files, MAX_16), 8);
  end.writeUInt16LE(Math.min(files, MAX_16), 10);
  end.writeUInt32LE(Math.min(bytes, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  const fits = files < MAX_16 && offset < MAX_32 && bytes < MAX_32;
  return fits ? end : Buffer.concat([zip64End(directory), end]);
}

function zip64End({ files, offset, bytes }: { files: number; offset: number; bytes: number }): Buffer {
  const end = Buffer.alloc(76);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(UNIX_6_3, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(files), 24);
  end.writeBigUInt64LE(BigInt(files), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56); // the locator, which says where this record stands
  end.writeBigUInt64LE(BigInt(offset + bytes), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

/** Flags, method, times, checksum and sizes stand in the same order in both headers. */
function writeCommon(to: Buffer, at: number, facts: ZipFacts, crc32: number, size: (known: number) => number): void {
  const { time, date } = dosTime(facts.modifiedAt);
  to.writeUInt16LE(UTF8_NAME | (facts.isStreamed ? SIZES_FOLLOW : 0), at);
  to.writeUInt16LE(facts.method, at + 2);
  to.writeUInt16LE(time, at + 4);
  to.writeUInt16LE(date, at + 6);
  to.writeUInt32LE(crc32, at + 8);
  to.writeUInt32LE(size(facts.packedBytes), at + 12);
  to.writeUInt32LE(size(facts.plainBytes), at + 16);
}

/** Only values that do not fit their place stand here, always in the order plain size, packed size, offset. */
function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(ZIP64_FIELD, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return field;
}

function timeField({ modifiedAt }: ZipFacts): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(TIME_FIELD, 0);
  field.writeUInt16LE(5, 2);
  field.writeUInt8(1, 4); // the modification time, and no other
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  field.writeInt32LE(Math.max(0, Math.min(seconds, 0x7fffffff)), 5);
  return field;
}

/** In UTC whatever the machine's zone, so that the same files make the same bytes everywhere. */
function dosTime(at: Date): { time: number; date: number } {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107);
  const date = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return { time, date };
}
