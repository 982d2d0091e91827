import { bytesOf, type Expectation, failed, type FileCase, reviewed, rows } from "./case.ts";
import { lengthOf, replaced, varint, withFooter, writeParquetFiles } from "./parquet-writing.ts";

const parquet = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({
  name,
  ending: ".parquet",
  bytes,
  expect,
});
const damaged = failed("unreadable_parquet");

const simple = "SELECT range AS a, 'n' || range AS b FROM range(3)";
const plain = rows('{"a":0,"b":"n0"}', '{"a":1,"b":"n1"}', '{"a":2,"b":"n2"}');

/** Which is how many rows the file is said to have, and how often that stands in its footer. */
const ROWS = 777n;

/** Footers that lie, pages that break, descriptions that never end: whatever reads them must live on. */
export async function parquetCases(): Promise<FileCase[]> {
  const [file, packed, counted, nested, empty, wide] = (await writeParquetFiles([
    [simple, "CODEC 'uncompressed'"],
    [simple, "CODEC 'zstd'"],
    [`SELECT range AS a FROM range(${ROWS})`, "CODEC 'uncompressed'"],
    ["SELECT [range, NULL] AS l, {'x': range} AS s, MAP {'k': range} AS m FROM range(2)", "CODEC 'snappy'"],
    ["SELECT 1 AS a WHERE false", "CODEC 'snappy'"],
    [`SELECT ${Array.from({ length: 30 }, (_, at) => `${at} AS c${at}`).join(", ")}`, "CODEC 'snappy'"],
  ])) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const footerStart = file.length - 8 - file.readUInt32LE(file.length - 8);
  const rowsSaid = (count: bigint, most?: number) =>
    withFooter(counted, (footer) => replaced(footer, varint(ROWS), varint(count), most));
  const footers = (name: string, footer: Buffer) =>
    parquet(
      name,
      withFooter(file, () => footer),
      damaged,
    );
  const set = (at: number, ...values: number[]) => {
    const copy = Buffer.from(file);
    for (const [index, value] of values.entries()) copy[at + index] = value;
    return copy;
  };
  return [
    ...[
      0,
      1,
      3,
      4,
      5,
      8,
      11,
      12,
      footerStart - 1,
      footerStart,
      footerStart + 1,
      file.length - 9,
      file.length - 8,
      file.length - 5,
      file.length - 4,
      file.length - 1,
    ].map((at) =>
      parquet(
        `cut off behind byte ${at} of ${file.length}`,
        file.subarray(0, at),
        at === 0 ? failed("empty_file") : damaged,
      ),
    ),
    ...[0, 1, 7, 0x7fffffff, 0x80000000, 0xffffffff, file.length - 8, file.length - 12, file.length].map((length) =>
      parquet(
        `a footer said to be ${length} bytes long`,
        Buffer.concat([file.subarray(0, -8), lengthOf(length), file.subarray(-4)]),
        damaged,
      ),
    ),
    parquet("no mark in front", set(0, 0x58), damaged),
    parquet("no mark behind", set(file.length - 1, 0x58), damaged),
    parquet(
      "the mark of an encrypted one",
      Buffer.concat([Buffer.from("PARE"), file.subarray(4, -4), Buffer.from("PARE")]),
      damaged,
    ),
    parquet("marks and nothing else", bytesOf("PAR1PAR1"), damaged),
    parquet("marks around nothing", bytesOf("PAR1", [0, 0, 0, 0], "PAR1"), damaged),
    ...[10_000n, 2n ** 31n, 2n ** 40n, 2n ** 62n, 2n ** 63n - 1n, -1n, -(2n ** 63n)].map((count) =>
      parquet(`${count} rows instead of ${ROWS}, wherever that is said`, rowsSaid(count), reviewed),
    ),
    ...[0n, 1n, 778n, 2n ** 40n, 2n ** 63n - 1n, -1n].map((count) =>
      parquet(`${count} rows instead of ${ROWS}, where it is said first`, rowsSaid(count, 1), reviewed),
    ),
    footers("an empty description", Buffer.of(0)),
    footers("a description of zeros", Buffer.alloc(200)),
    footers("a description of ones", Buffer.alloc(200, 0xff)),
    footers("a list of two thousand million columns", bytesOf([0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07])),
    footers(
      "a list of columns that ends after one",
      bytesOf([0x15, 0x02, 0x19, 0xfc, 0x80, 0x80, 0x40, 0x48, 0x01, 0x61, 0]),
    ),
    footers(
      "a name of two thousand million letters",
      bytesOf([0x15, 0x02, 0x19, 0x1c, 0x48, 0xff, 0xff, 0xff, 0xff, 0x07, 0x61]),
    ),
    footers("structures 100,000 deep", Buffer.alloc(100_000, 0x1c)),
    footers("lists 100,000 deep", Buffer.alloc(100_000, 0x19)),
    footers("a field nobody knows, 100,000 deep", bytesOf([0xfc], Buffer.alloc(100_000, 0x1c))),
    footers("a number without an end", Buffer.concat([Buffer.of(0x15), Buffer.alloc(1000, 0x80)])),
    footers(
      "a schema whose root has more children than there are",
      bytesOf([0x15, 2, 0x19, 0x1c, 0x48, 4], "root", [0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0x16, 0, 0x19, 0x0c, 0]),
    ),
    ...Array.from({ length: 30 }, (_, at) => 4 + at * 4)
      .filter((at) => at < footerStart - 4)
      .map((at) => parquet(`ones in its pages, from byte ${at}`, set(at, 0xff, 0xff, 0xff, 0xff), reviewed)),
    ...Array.from({ length: 40 }, (_, at) => footerStart + at * 7)
      .filter((at) => at < file.length - 12)
      .map((at) =>
        parquet(`ones in its footer, from byte ${at - footerStart}`, set(at, 0xff, 0xff, 0xff, 0xff), reviewed),
      ),
    parquet(
      "a name with a NUL",
      withFooter(file, (footer) => replaced(footer, bytesOf([1], "a"), bytesOf([1], "\0"))),
      failed("unreadable_parquet", "NUL"),
    ),
    parquet("garbage in packed pages", withGarbage(packed), damaged),
    parquet("another format", bytesOf("a,b\n1,2\n"), damaged),
    parquet("an honest one", file, plain),
    parquet("an honest one, packed", packed, plain),
    { name: "an honest one, called otherwise", ending: ".dat", bytes: file, expect: plain },
    parquet(
      "an honest one of nested values",
      nested,
      rows('{"l":[0,null],"s":{"x":0},"m":{"k":0}}', '{"l":[1,null],"s":{"x":1},"m":{"k":1}}'),
    ),
    parquet("an honest one without rows", empty, rows()),
    parquet(
      "an honest one of 30 columns",
      wide,
      rows(`{${Array.from({ length: 30 }, (_, at) => `"c${at}":${at}`).join(",")}}`),
    ),
  ];
}

/** Behind the head of its first page. */
function withGarbage(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd));
  copy.fill(0x5a, at + 5, at + 12);
  return copy;
}
