import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { crc32, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../../shared/ids.ts";
import { inStoredBlocks } from "../../../shared/files/archive/stored-blocks.ts";
import { packWhole, type StreamedFile, type WholeFile, writeZip } from "../../../shared/files/archive/write-zip.ts";
import { centralRecord, dataDescriptor, endRecords, localHeader } from "../../../shared/files/archive/zip-records.ts";
import { readFromFront } from "../../support/zip-front-reader.ts";
import { readEntries, readWithPython, readZip } from "../../support/zip-readers.ts";

const modifiedAt = new Date("2026-11-21T09:30:01.000Z");

async function zipOf(files: Iterable<WholeFile | StreamedFile>): Promise<Buffer> {
  return buffer(writeZip(files));
}

function streamed(name: string, chunks: readonly Uint8Array[], compress: boolean): StreamedFile {
  const plainBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    name,
    modifiedAt,
    compress,
    plainBytes,
    open: async () =>
      (async function* () {
        yield* chunks;
      })(),
  };
}

function whole(name: string, bytes: string | Uint8Array, compress = true): Promise<WholeFile> {
  return packWhole({ name, modifiedAt, compress }, Buffer.from(bytes));
}

/** The bytes cut into pieces of this size. */
function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe("writeZip()", () => {
  test("is read back byte for byte, with names, times and methods", async () => {
    const text = "the same words again and again ".repeat(1000);
    const zip = await zipOf([
      await whole("uploads/deflated.txt", text),
      await whole("uploads/stored.png", text, false),
      await whole("uploads/empty", ""),
      await whole("uploads/too small to deflate", "a"),
      streamed("uploads/streamed.txt", cut(Buffer.from(text), 1000), true),
      streamed("uploads/streamed.mp4", cut(Buffer.from(text), 70_000), false),
      streamed("uploads/日本 🎉 100%.txt", [], true),
    ]);
    const entries = await readEntries(zip);
    expect(entries.map(({ entry, bytes }) => [entry.fileName, entry.compressionMethod, bytes.length])).toEqual([
      ["uploads/deflated.txt", 8, text.length],
      ["uploads/stored.png", 0, text.length],
      ["uploads/empty", 0, 0],
      ["uploads/too small to deflate", 0, 1],
      ["uploads/streamed.txt", 8, text.length],
      ["uploads/streamed.mp4", 8, text.length],
      ["uploads/日本 🎉 100%.txt", 8, 0],
    ]);
    for (const { entry } of entries) {
      expect(entry.getLastModDate()).toEqual(modifiedAt);
      expect(entry.generalPurposeBitFlag & 0x800).toBe(0x800);
      expect(entry.externalFileAttributes >>> 16).toBe(0o100644);
    }
    const python = await readWithPython(zip);
    if (python !== undefined) {
      expect(python).toEqual(entries.map(({ entry, bytes }) => [entry.fileName, sha256Hex(bytes)]));
    }
  });

  test("gives any bytes back, however they are cut", async () => {
    const file = fc.record({
      bytes: fc.uint8Array({ maxLength: 140_000, size: "max" }),
      piece: fc.integer({ min: 1000, max: 90_000 }),
      compress: fc.boolean(),
      isWhole: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 4 }), async (files) => {
        const make = ({ bytes, piece, compress, isWhole }: (typeof files)[number], index: number) =>
          isWhole ? whole(`${index}`, bytes, compress) : streamed(`${index}`, cut(bytes, piece), compress);
        const read = await readZip(await zipOf(await Promise.all(files.map(make))));
        expect([...read.values()].map((bytes) => sha256Hex(bytes))).toEqual(files.map(({ bytes }) => sha256Hex(bytes)));
      }),
      { numRuns: 20 },
    );
  });

  test("is read from the front while it comes, by local headers alone, wherever it is cut", async () => {
    const text = Buffer.from("the same words again and again ".repeat(3000));
    const files = [
      await whole("deflated", text),
      await whole("stored", text, false),
      streamed("streamed and deflated", cut(text, 1000), true),
      await whole("empty", ""),
      streamed("streamed and stored", cut(text, 70_000), false),
      streamed("streamed and empty", [], true),
      // Sizes of eight bytes behind its own, as of a file beyond 4 GiB.
      { ...streamed("announced as large", cut(text, 5000), true), plainBytes: 2 ** 33 },
      await whole("last", "a"),
    ];
    const zip = await zipOf(files);
    for (const size of [1, 7, 1000, 65_536, zip.length]) {
      const sums = new Map<string, number>();
      const read = await readFromFront(Readable.from(cut(zip, size)), (name, bytes) => {
        sums.set(name, crc32(bytes, sums.get(name)));
      });
      expect(read.map(({ name, plainBytes }) => [name, plainBytes])).toEqual(
        files.map(({ name }) => [name, name.includes("empty") ? 0 : name === "last" ? 1 : text.length]),
      );
      for (const { name, crc32: told } of read) expect([name, sums.get(name) ?? 0]).toEqual([name, told]);
    }
    await expect(readFromFront(Readable.from([zip.subarray(0, zip.length / 2)]))).rejects.toThrow("in the middle");
  });

  test.each([true, false])(
    "makes the same bytes of the same files, however they arrive (compress: %s)",
    async (compress) => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
      const once = await zipOf([streamed("a", cut(bytes, 65_535), compress)]);
      for (const size of [100, 1000, 65_536, 300_000]) {
        expect(Buffer.compare(await zipOf([streamed("a", cut(bytes, size), compress)]), once)).toBe(0);
      }
    },
  );

  test("holds 70,000 files, more than the old format counts", async () => {
    const files = await Promise.all(
      Array.from({ length: 70_000 }, (_, index) => whole(`outputs/bulk/${index}.txt`, `${index}`)),
    );
    const zip = await zipOf(files);
    const read = await readEntries(zip);
    expect(read.length).toBe(70_000);
    expect(
      read.every(
        ({ entry, bytes }, index) => entry.fileName === `outputs/bulk/${index}.txt` && String(bytes) === `${index}`,
      ),
    ).toBe(true);
    const python = await readWithPython(zip);
    expect(python?.length ?? 70_000).toBe(70_000);
  }, 60_000);

  test("ends with the source's own error when a file fails", async () => {
    const failing = {
      ...streamed("b", [], true),
      plainBytes: 10,
      open: async () =>
        (async function* () {
          yield Buffer.from("half");
          throw new RangeError("gone");
        })(),
    };
    for (const compress of [true, false]) {
      await expect(zipOf([await whole("a", "a"), { ...failing, compress }])).rejects.toThrow(new RangeError("gone"));
    }
  });
});

describe("inStoredBlocks()", () => {
  test.each([0, 1, 65_534, 65_535, 65_536, 131_070, 131_071])("makes a DEFLATE stream of %i bytes", async (size) => {
    const bytes = Buffer.alloc(size, "xyz");
    const packed = await buffer(
      inStoredBlocks(
        (async function* () {
          yield* cut(bytes, 10_000);
        })(),
      ),
    );
    expect(Buffer.compare(inflateRawSync(packed), bytes)).toBe(0);
    expect(packed.length).toBe(size + 5 * Math.max(1, Math.ceil(size / 65_535)));
  });
});

/** Beyond what a test can write: the records alone. */
describe("records beyond 4 GB", () => {
  const facts = {
    name: "a",
    modifiedAt,
    method: 8,
    isStreamed: true,
    isLarge: false,
    crc32: 1,
    plainBytes: 7,
    packedBytes: 5,
    offset: 0,
  } as const;

  test("a large file announces eight-byte sizes before its bytes, and has them behind", () => {
    const large = { ...facts, isLarge: true, plainBytes: 5e9, packedBytes: 4.9e9 };
    const header = localHeader(large);
    expect(header.readUInt16LE(4)).toBe(45);
    expect([header.readUInt32LE(18), header.readUInt32LE(22)]).toEqual([0xffffffff, 0xffffffff]);
    expect(header.subarray(31 + 9).readUInt16LE(0)).toBe(1); // behind the name and the time: the ZIP64 field
    expect(dataDescriptor(large).length).toBe(24);
    expect(Number(dataDescriptor(large).readBigUInt64LE(16))).toBe(5e9);
  });

  test("a small file behind the 4 GB mark keeps four-byte sizes; only its place needs eight", () => {
    const late = { ...facts, offset: 5e9 };
    expect(localHeader(late).readUInt16LE(4)).toBe(20);
    expect(dataDescriptor(late).length).toBe(16);
    const record = centralRecord(late);
    expect([record.readUInt32LE(20), record.readUInt32LE(24), record.readUInt32LE(42)]).toEqual([5, 7, 0xffffffff]);
    const field = record.subarray(47 + 9);
    expect([field.readUInt16LE(0), field.readUInt16LE(2), Number(field.readBigUInt64LE(4))]).toEqual([1, 8, 5e9]);
  });

  test.each([
    { files: 65_534, offset: 1, bytes: 1, length: 22 },
    { files: 65_535, offset: 1, bytes: 1, length: 98 },
    { files: 1, offset: 0xfffffffe, bytes: 1, length: 22 },
    { files: 1, offset: 0xffffffff, bytes: 1, length: 98 },
    { files: 1, offset: 1, bytes: 0xffffffff, length: 98 },
  ])("the end has $length bytes for $files files at $offset", ({ length, ...directory }) => {
    expect(endRecords(directory).length).toBe(length);
  });
});
