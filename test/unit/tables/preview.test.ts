import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ConversionSettings } from "../../../shared/contract/conversion.ts";
import type { Beginning } from "../../../shared/tables/preview/beginning.ts";
import { type FilePreview, previewTables } from "../../../shared/tables/preview/preview-tables.ts";
import { wholeElements } from "../../../shared/tables/preview/whole-elements.ts";
import { encodeUtf32 } from "../../support/encode-utf32.ts";
import { writeXlsx } from "../../support/xlsx-writer.ts";
import { rowsOf } from "../xlsx/load.ts";

/** Previews a file of which so many bytes and rows are wanted. */
async function preview(
  name: string,
  content: string | Uint8Array,
  { settings = [], ...wanted }: Partial<Beginning> & { settings?: ConversionSettings[] } = {},
): Promise<FilePreview> {
  const temporaryDirectory = await mkdtemp(join(tmpdir(), "preview-"));
  onTestFinished(() => rm(temporaryDirectory, { recursive: true, force: true }));
  const localPath = join(temporaryDirectory, "source");
  await writeFile(localPath, content);
  return previewTables({
    file: { path: `uploads/${name}`, localPath, sizeBytes: content.length, settings },
    beginning: { maxBytes: 1_000_000, maxRows: 2000, isWhole: true, ...wanted },
    now: new Date("2026-11-21T09:30:00Z"),
    temporaryDirectory,
  });
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

describe("previewTables()", () => {
  test("shows the first hundred rows as a query would, and the report of all", async () => {
    const { report, complete, tables } = await preview(
      "t.csv",
      `n,big\n${lines(500, (i) => `${i},9007199254740993\n`)}`,
    );
    expect(report).toMatchObject({ status: "converted", rows: 500, tables: ["t"] });
    expect(complete).toBe(true);
    expect(tables).toMatchObject([
      {
        name: "t",
        columns: [
          { name: "n", type: "BIGINT" },
          { name: "big", type: "BIGINT" },
        ],
      },
    ]);
    expect(tables[0]?.rows).toHaveLength(100);
    expect(tables[0]?.rows[7]).toEqual([7, "9007199254740993"]);
  });

  test.each([
    { what: "UTF-8", content: `id,text\n${lines(300, (i) => `${i},"é, ""x""\nsecond line"\n`)}`, encoding: "utf-8" },
    {
      what: "Windows-1252",
      content: Buffer.from(`id,text\n${lines(300, (i) => `${i},"é, ""x""\nsecond line"\n`)}`, "latin1"),
      encoding: "windows-1252",
    },
    {
      what: "UTF-16",
      content: Buffer.from(`\uFEFFid,text\n${lines(300, (i) => `${i},"é, ""x""\nsecond line"\n`)}`, "utf16le"),
      encoding: "utf-16le",
    },
    ...(["utf-32le", "utf-32be"] as const).map((encoding) => ({
      what: encoding,
      content: encodeUtf32(`\uFEFFid,text\n${lines(300, (i) => `${i},"é, ""x""\nsecond line"\n`)}`, encoding),
      encoding,
    })),
  ])("reads the beginning of $what up to a whole record, wherever it was cut", async ({ content, encoding }) => {
    for (let maxBytes = 2000; maxBytes < 2060; maxBytes += 7) {
      const { report, complete, tables } = await preview("t.csv", content, { maxBytes });
      expect(complete).toBe(false);
      expect(report).toMatchObject({ encoding, reader: "strict", warnings: [], status: "converted" });
      expect(tables[0]?.rows.every(([, text]) => text === 'é, "x"\nsecond line')).toBe(true);
    }
  });

  test("reads the beginning of packed text, also of what was cut while packed", async () => {
    const content = gzipSync(`a,b\n${lines(50_000, (i) => `${i},${Math.imul(i, 2654435761) >>> 0}\n`)}`);
    const whole = await preview("t.csv.gz", content, { maxBytes: 10_000 });
    expect(whole).toMatchObject({ complete: false, report: { status: "converted" } });
    const cut = await preview("t.csv.gz", content.subarray(0, 30_000), { isWhole: false });
    expect(cut).toMatchObject({ complete: false, report: { status: "converted" } });
    expect(cut.report.rows).toBeGreaterThan(1000);
  });

  test("reads packed text to the end of its last frame", async () => {
    const frames = ["a,b\n", "1,2\n", "3,4\n5,6\n"].map((text) => zstdCompressSync(text));
    const whole = await preview("t.csv.zst", Buffer.concat(frames));
    expect(whole).toMatchObject({
      complete: true,
      tables: [
        {
          rows: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
      ],
    });
    const cut = await preview("t.csv.zst", Buffer.concat(frames).subarray(0, -9), { isWhole: false });
    expect(cut).toMatchObject({ complete: false, tables: [{ rows: [[1, 2]] }] });
  });

  test("says of packed text that is damaged what its conversion would say", async () => {
    for (const damaged of [gzipSync("a,b\n1,2\n").subarray(0, -3), zstdCompressSync("a,b\n1,2\n").subarray(0, -3)]) {
      const { report } = await preview("t.csv", damaged);
      expect(report).toMatchObject({ status: "failed", reason: { code: "unreadable_text" } });
    }
  });

  test.each([
    { name: "t.json", content: `[${lines(500, (i) => `{"id":${i},"x":{"y":"},{"}},`)}{"id":1}]` },
    { name: "t.ndjson", content: lines(500, (i) => `{"id":${i},"x":{"y":"}\\"{"}}\n`) },
  ])("reads the beginning of $name up to a whole element", async ({ name, content }) => {
    const { report, complete } = await preview(name, content, { maxBytes: 1000 });
    expect(complete).toBe(false);
    expect(report.status).toBe("converted");
    expect(report.rows).toBeGreaterThan(10);
  });

  test("reads the first rows of each sheet, or of the sheet that is asked for", async () => {
    const data = rowsOf([["a", "b"], ...Array.from({ length: 5000 }, (_, i) => [i, `x${i}`])]);
    const book = writeXlsx([
      { name: "One", data },
      { name: "Two", data: rowsOf([["c"], [1]]) },
    ]);
    const both = await preview("t.xlsx", book, { maxRows: 100 });
    expect(both).toMatchObject({ complete: false, tables: [{ sheet: "One" }, { sheet: "Two", rows: [[1]] }] });
    expect(both.report.rows).toBeLessThan(2100);
    const settings = [{ sheet: "Two", all_text: true }];
    const two = await preview("t.xlsx", book, { maxRows: 100, sheet: "Two", settings });
    expect(two).toMatchObject({ complete: true, tables: [{ sheet: "Two", rows: [["1"]] }] });
  });

  test("reads the first rows of Parquet", async () => {
    const directory = await mkdtemp(join(tmpdir(), "parquet-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, "t.parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT i FROM range(1000) t(i)) TO '${path}'`);
    connection.closeSync();
    const { readFile } = await import("node:fs/promises");
    const content = await readFile(path);
    expect(await preview("t.parquet", content, { maxRows: 50 })).toMatchObject({
      complete: false,
      report: { rows: 50 },
    });
    expect(await preview("t.parquet", content)).toMatchObject({ complete: true, report: { rows: 1000 } });
  });

  test("says which setting does not fit, and shows no table", async () => {
    const { report, tables } = await preview("t.csv", "a,b\n1,2\n", { settings: [{ types: { c: "DATE" } }] });
    expect(report).toMatchObject({ status: "failed", reason: { setting: "types.c" } });
    expect(tables).toEqual([]);
  });

  test("shows long texts shortened, and fewer rows of very wide tables", async () => {
    const long = await preview("t.csv", `a,b\n1,${"x".repeat(5000)}\n`);
    expect(String(long.tables[0]?.rows[0]?.[1])).toBe(`${"x".repeat(999)}…`);
    const wide = await preview(
      "w.csv",
      `${"name,".repeat(3000)}z\n${`${"a longer text,".repeat(3000)}z\n`.repeat(90)}`,
      {
        maxBytes: 10_000_000,
      },
    );
    const shown = wide.tables[0]?.rows.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(shown).toBeLessThan(90);
  });
});

describe("wholeElements()", () => {
  test.each([
    { json: '[{"a":1},{"a":2},{"a', whole: '[{"a":1},{"a":2}]' },
    { json: '[{"a":1},{"a":2}', whole: '[{"a":1},{"a":2}]' },
    { json: '[{"a":"]}"},{"a":["x', whole: '[{"a":"]}"}]' },
    { json: '{"a":1}\n{"a":"\\"}"}\n{"a"', whole: '{"a":1}\n{"a":"\\"}"}' },
    { json: "[1,2,3", whole: "[1,2]" },
    { json: '[{"a', whole: "[]" },
  ])("$json becomes $whole", ({ json, whole }) => {
    expect(wholeElements(Buffer.from(json)).toString()).toBe(whole);
  });
});
