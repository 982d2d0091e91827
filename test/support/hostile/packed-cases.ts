import { gzipSync, zstdCompressSync } from "node:zlib";
import { bytesOf, type Expectation, failed, type FileCase, rows, reviewed } from "./case.ts";

const text = "a,b\n1,2\n3,4\n";
const plain = rows('{"a":1,"b":2}', '{"a":3,"b":4}');
const damaged = failed("unreadable_text", "damaged");
const gz = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({
  name: `gzip: ${name}`,
  ending: ".csv.gz",
  bytes,
  expect,
});
const zst = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({
  name: `zstd: ${name}`,
  ending: ".csv.zst",
  bytes,
  expect,
});

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? bytes.length + at : at] = value;
  return copy;
}

const gzip = gzipSync(text);
const zstd = zstdCompressSync(text);
/** 1.2 GB, in pieces of which each is one of its own. */
const zeros = Buffer.alloc(60_000_000);
const many = (piece: Buffer) => Buffer.concat(Array.from({ length: 20 }, () => piece));
const bomb = many(gzipSync(zeros));

/** Streams that end too soon, too late or never, or lie about what they hold; and honest ones. */
export const packedCases: FileCase[] = [
  ...[3, 5, 9, 10, 12, 20, gzip.length - 8, gzip.length - 5, gzip.length - 1].map((at) =>
    gz(`cut off behind byte ${at}`, gzip.subarray(0, at), damaged),
  ),
  ...[5, 8, 10, zstd.length - 3, zstd.length - 1].map((at) =>
    zst(`cut off behind byte ${at}`, zstd.subarray(0, at), damaged),
  ),
  gz("another method", changed(gzip, 2, 7), damaged),
  gz("a flag nobody knows", changed(gzip, 3, 0xe0), damaged),
  gz("a wrong checksum", changed(gzip, -8, 0x55), damaged),
  gz("a size that lies", changed(gzip, -4, 0x55), damaged),
  gz("a size of four gigabytes", changed(gzip, -1, 0xff), damaged),
  gz("garbage in the middle", changed(gzip, 14, 0xff), damaged),
  gz("garbage behind its end", bytesOf(gzip, "garbage"), reviewed),
  gz("zeros behind its end", bytesOf(gzip, Buffer.alloc(512)), plain),
  gz("two of them", bytesOf(gzip, gzipSync("5,6\n")), rows('{"a":1,"b":2}', '{"a":3,"b":4}', '{"a":5,"b":6}')),
  gz("two of them, the second cut off", bytesOf(gzip, gzipSync("5,6\n").subarray(0, 12)), damaged),
  gz("one in another", gzipSync(gzip), reviewed),
  gz("nothing in it", gzipSync(""), failed("empty_file")),
  { ...gz("a bomb of 1.2 GB", bomb, failed("too_large")), isHeavy: true },
  gz("a bomb in a bomb", gzipSync(bomb), reviewed),
  gz("a page in it", gzipSync("<!doctype html><html></html>"), failed("unreadable_text")),
  gz("no stream at all", Buffer.from(text), plain),
  gz("honest", gzip, plain),
  zst("another version", changed(zstd, 4, 0xff), damaged),
  zst("garbage in the middle", changed(zstd, 8, 0xff), damaged),
  zst("garbage behind its end", bytesOf(zstd, "garbage"), reviewed),
  zst("two of them", bytesOf(zstd, zstdCompressSync("5,6\n")), reviewed),
  zst("a frame to be skipped in front", bytesOf([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], "abc", zstd), plain),
  zst("a frame to be skipped behind", bytesOf(zstd, [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], "abc"), plain),
  zst(
    "a thousand frames of one byte",
    bytesOf(
      ...[...text]
        .map((letter) => zstdCompressSync(letter))
        .concat(Array.from({ length: 1000 }, () => zstdCompressSync("\n"))),
    ),
    plain,
  ),
  zst("nothing in it", zstdCompressSync(""), failed("empty_file")),
  { ...zst("a bomb of 1.2 GB", many(zstdCompressSync(zeros)), failed("too_large")), isHeavy: true },
  zst("honest", zstd, plain),
  { name: "gzip: JSON", ending: ".json.gz", bytes: gzipSync('[{"a":1}]'), expect: rows('{"a":1}') },
  {
    name: "gzip: JSON 100,000 deep",
    ending: ".json.gz",
    bytes: gzipSync("[".repeat(100_000)),
    expect: failed("too_deep"),
  },
];
