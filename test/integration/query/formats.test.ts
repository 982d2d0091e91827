import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../../unit/xlsx/load.ts";
import { openQueryHouse, type QueryHouse, startForms } from "./harness.ts";

const maxInlineBytes = 50_000;
const folder = mkdtempSync(join(tmpdir(), "cubby-formats-test-"));
let house: QueryHouse;
let forms: Awaited<ReturnType<typeof startForms>>;
beforeAll(async () => {
  house = await openQueryHouse({ maxInlineBytes });
  forms = await startForms();
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  forms.close();
  rmSync(folder, { recursive: true });
});

async function answered(...[sql, more]: Parameters<QueryHouse["ask"]>) {
  const response = await house.ask(sql, more);
  if (!response.ok) throw new Error(`${sql}: ${JSON.stringify(response.problem)}`);
  return response;
}

/** What another DuckDB reads in a Parquet file, as text. */
async function readParquet(bytes: Buffer): Promise<{ types: string[]; rows: unknown[][] }> {
  const path = join(folder, "read.parquet");
  writeFileSync(path, bytes);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const reader = await connection.runAndReadAll(`FROM '${path}'`);
  const result = { types: reader.columnTypes().map(String), rows: reader.getRowsJson() };
  connection.closeSync();
  instance.closeSync();
  return result;
}

async function readSheet(bytes: Buffer): Promise<ExcelJS.Worksheet> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
  const sheet = workbook.worksheets[0];
  if (sheet === undefined) throw new Error("no sheet");
  return sheet;
}

describe("NDJSON", () => {
  test("is one object per row, each column under a name of its own", async () => {
    const sql = "SELECT 9007199254740993 AS a, DATE '2024-02-29' AS b, NULL AS a, [1, 2] AS \"l\nist\"";
    const { text, columns } = await answered(sql, { format: "ndjson" });
    expect(text).toBe('{"a":"9007199254740993","b":"2024-02-29","a_2":null,"l\\nist":[1,2]}\n');
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ["a", "BIGINT"],
      ["b", "DATE"],
      ["a", "INTEGER"],
      ["l\nist", "INTEGER[]"],
    ]);
  });
});

describe("CSV", () => {
  const sql = `SELECT * FROM (VALUES ('=1+1', -5, '+x'), ('@a', -1.5, '-b'), (E'\\tc', 2, 'plain')) AS v("=h", n, t)`;
  const plain = `=h,n,t\r\n=1+1,-5.0,+x\r\n@a,-1.5,-b\r\n"\tc",2.0,plain\r\n`;
  const safe = `'=h,n,t\r\n'=1+1,-5.0,'+x\r\n'@a,-1.5,'-b\r\n'\tc,2.0,plain\r\n`;

  test.each([
    { safe_for_spreadsheets: false, csv: plain },
    { safe_for_spreadsheets: true, csv: safe },
  ])("is changed for spreadsheets only when asked: $safe_for_spreadsheets", async ({ safe_for_spreadsheets, csv }) => {
    expect((await answered(sql, { format: "csv", safe_for_spreadsheets })).text).toBe(csv);
  });
});

describe("Parquet", () => {
  const exact: [sql: string, type: string, value: unknown][] = [
    ["9223372036854775807", "BIGINT", "9223372036854775807"],
    ["sum(9223372036854775807)", "DECIMAL(38,0)", "9223372036854775807"],
    ["12345678901234567890.123456789::DECIMAL(38,9)", "DECIMAL(38,9)", "12345678901234567890.123456789"],
    ["340282366920938463463374607431768211455::UHUGEINT", "VARCHAR", "340282366920938463463374607431768211455"],
    ["'12:00:00+05:30'::TIMETZ", "VARCHAR", "12:00:00+05:30"],
    ["INTERVAL '-1 month 3 microseconds'", "VARCHAR", "-1 month 00:00:00.000003"],
    ["DATE '2024-02-29'", "DATE", "2024-02-29"],
    ["TIMESTAMP '2024-02-29 12:34:56.789012'", "TIMESTAMP", "2024-02-29 12:34:56.789012"],
    ["'\\x00\\xFF'::BLOB", "BLOB", "\\x00\\xFF"],
    [
      "[{'h': 5::HUGEINT, 'it''s': INTERVAL 1 DAY}]",
      `STRUCT("h" DECIMAL(38,0), "it's" VARCHAR)[]`,
      [{ h: "5", "it's": "1 day" }],
    ],
    ["MAP {'k': 1::HUGEINT}", "MAP(VARCHAR, DECIMAL(38,0))", [{ key: "k", value: "1" }]],
    ["true", "BOOLEAN", true],
    ["NULL", "INTEGER", null],
  ];

  test.each(exact)("holds %s", async (expression, type, value) => {
    const { base64 = "", row_count } = await answered(`SELECT ${expression} AS x`, { format: "parquet" });
    expect(row_count).toBe(1);
    expect(await readParquet(Buffer.from(base64, "base64"))).toEqual({ types: [type], rows: [[value]] });
  });

  test.each([
    "SELECT id FROM sales WHERE id >= $1 ORDER BY id; -- the end",
    "DESCRIBE sales",
    "SUMMARIZE people",
    "PIVOT sales ON year USING sum(amount) GROUP BY region ORDER BY region",
    "VALUES (1), (2)",
    "SELECT 1 AS a, 2 AS a",
    "WITH x AS (SELECT 1) FROM x",
  ])("has the rows that JSON has: %s", async (sql) => {
    const more = sql.includes("$1") ? { params: [9_990] } : {};
    const { base64 = "", columns } = await answered(sql, { ...more, format: "parquet" });
    const json = await answered(sql, more);
    expect(columns).toEqual(json.columns);
    const { rows } = await readParquet(Buffer.from(base64, "base64"));
    expect(rows.length).toBe(json.rows?.length);
    expect(JSON.stringify(rows[0]?.[0])).toContain(String(json.rows?.[0]?.[0]));
  });

  test.each([
    { limit: 3, offset: 0, ids: [0, 1, 2], more: true },
    { limit: 3, offset: 9_997, ids: [9_997, 9_998, 9_999], more: false },
    { limit: 3, offset: 9_999, ids: [9_999], more: false },
    { limit: 3, offset: 10_000, ids: [], more: false },
  ])("has pages: limit $limit, offset $offset", async ({ limit, offset, ids, more }) => {
    const answer = await answered("SELECT id FROM sales ORDER BY id", { format: "parquet", limit, offset });
    expect(answer).toMatchObject({ row_count: ids.length, more });
    const { rows } = await readParquet(Buffer.from(answer.base64 ?? "", "base64"));
    expect(rows).toEqual(ids.map((id) => [String(id)]));
  });

  test("refuses what it cannot hold, and nothing else can be written that way", async () => {
    const ask = (sql: string) => house.problem(sql, { format: "parquet" });
    expect(await ask("SELECT 170141183460469231731687303715884105727")).toMatchObject({ code: "statement_failed" });
    expect(await ask("EXPLAIN SELECT 1")).toMatchObject({ code: "statement_refused" });
    expect(await ask("SELECT 1) TO '/tmp/x' (FORMAT csv); --")).toMatchObject({ code: "statement_failed" });
    expect(await ask("COPY sales TO '/tmp/x.parquet'")).toMatchObject({ code: "statement_refused" });
    expect(await ask("SELECT * FROM read_blob('/etc/passwd')")).toMatchObject({ code: "statement_refused" });
    expect(await ask("SELECT nope FROM sales")).toMatchObject({ position: { offset: 7 } });
    expect(house.leftovers()).toEqual([]);
  });
});

describe("XLSX", () => {
  const cells: [sql: string, value: unknown][] = [
    ["42", 42],
    ["-7::BIGINT", -7],
    ["999999999999999", 999_999_999_999_999],
    ["1000000000000000", "1000000000000000"],
    ["1.50::DECIMAL(18,2)", 1.5],
    ["1234567890123.4567::DECIMAL(20,4)", "1234567890123.4567"],
    ["0.1::DOUBLE", 0.1],
    ["1e300::DOUBLE", 1e300],
    ["'NaN'::DOUBLE", "NaN"],
    ["0.1::FLOAT", 0.1],
    ["true", true],
    ["false", false],
    ["'007'", "007"],
    ["'=1+1'", "=1+1"],
    ["' a & <b> \"c\" '", ' a & <b> "c" '],
    ["E'two\\nlines'", "two\nlines"],
    ["'Zoë 🦊'", "Zoë 🦊"],
    ["DATE '2024-02-29'", new Date("2024-02-29")],
    ["DATE '1900-03-01'", new Date("1900-03-01")],
    ["DATE '1900-02-28'", "1900-02-28"],
    ["DATE '9999-12-31'", new Date("9999-12-31")],
    ["'infinity'::DATE", "infinity"],
    ["TIMESTAMP '2024-02-29 12:34:56.789'", new Date("2024-02-29T12:34:56.789Z")],
    ["TIMESTAMP '2024-02-29 12:34:56.789012'", "2024-02-29 12:34:56.789012"],
    ["TIMESTAMPTZ '2024-02-29 12:34:56+00'", "2024-02-29 12:34:56+00"],
    ["[1, 2]", "[1,2]"],
    ["NULL", null],
  ];

  test("holds values as what they are, exactly or as text", async () => {
    const sql = `SELECT ${cells.map(([expression], index) => `${expression} AS c${index}`).join(", ")}`;
    const sheet = await readSheet(Buffer.from((await answered(sql, { format: "xlsx" })).base64 ?? "", "base64"));
    const seen = cells.map(([expression], index) => [expression, sheet.getCell(2, index + 1).value]);
    expect(seen).toEqual(cells);
    expect(sheet.getCell(1, 1).value).toBe("c0");
  });

  test("holds every character of a text", async () => {
    const texts = ["bell\u0007", "_x0041_", "car\rriage", "\u0000", "tab\tand\nline", "\ufffe", "\u0085", "🦊"];
    const sql = `SELECT ${texts.map((_, index) => `$${index + 1} AS "c${index}"`).join(", ")}`;
    const { base64 = "" } = await answered(sql, { format: "xlsx", params: texts });
    // Our own reader: exceljs leaves the escapes of inline texts as they are.
    const [sheet] = await load(Buffer.from(base64, "base64"));
    expect(sheet?.cells).toEqual([texts]);
  });

  test("keeps a text that looks like a formula a text in every editor, when asked", async () => {
    const order = { format: "xlsx", safe_for_spreadsheets: true } as const;
    const sheet = await readSheet(Buffer.from((await answered("SELECT '=1+1', 'x'", order)).base64 ?? "", "base64"));
    expect([sheet.getCell("A2").value, sheet.getCell("B2").value]).toEqual(["=1+1", "x"]);
    expect(sheet.getCell("A2").numFmt).toBe("@");
    expect(sheet.getCell("B2").numFmt).not.toBe("@");
  });

  test.each([
    { what: "characters of a cell", sql: (n: number) => `SELECT repeat('x', ${n})`, most: 32_767 },
    { what: "columns", sql: (n: number) => `SELECT ${Array.from({ length: n }, () => 1)}`, most: 16_384 },
    { what: "rows", sql: (n: number) => `SELECT 1 FROM range(${n})`, most: 1_048_575 },
  ])("ends where Excel does: $most $what", async ({ sql, most }) => {
    const order = { output: "file", upload: forms.upload("big.xlsx"), limit: 2_000_000 } as const;
    expect(await house.ask(sql(most), { format: "xlsx", ...order })).toMatchObject({ ok: true });
    const problem = await house.problem(sql(most + 1), { format: "xlsx", ...order });
    expect(problem).toMatchObject({ code: "result_too_large" });
    expect(problem.detail).toMatch(/csv or parquet/);
  });
});

describe("a file", () => {
  const rows = "SELECT range AS id, repeat('x', 100) AS t FROM range($1)";

  test.each([
    { format: "json", text: '{"rows":[\n[0],\n[1]\n],"columns":[{"name":"id","type":"BIGINT"}],"row_count":2}\n' },
    { format: "ndjson", text: '{"id":0}\n{"id":1}\n' },
    { format: "csv", text: "id\r\n0\r\n1\r\n" },
  ] as const)("of $format is made when it is asked for, however small", async ({ format, text }) => {
    const order = { format, output: "file", upload: forms.upload(format) } as const;
    const answer = await answered("SELECT id FROM sales WHERE id < 2", order);
    expect(answer).toMatchObject({ row_count: 2, more: false, file: { size_bytes: Buffer.byteLength(text) } });
    expect(answer).not.toHaveProperty("text");
    expect(forms.received(format)).toMatchObject({ text, sha256: answer.file?.sha256, fields: { key: format } });
  });

  test.each(["json", "ndjson", "csv"] as const)("of %s is made when the answer would be too large", async (format) => {
    const upload = forms.upload(`auto-${format}`);
    const small = await answered(rows, { format, output: "auto", upload, params: [300], limit: 1000 });
    expect(small).not.toHaveProperty("file");
    const large = await answered(rows, { format, output: "auto", upload, params: [900], limit: 1000 });
    expect(large).toMatchObject({ row_count: 900, more: false });
    expect(large).not.toHaveProperty("text");
    const lines = forms.received(`auto-${format}`).text.split("xx\n").length;
    expect(large.file?.size_bytes).toBe(forms.received(`auto-${format}`).text.length);
    expect(lines).toBeGreaterThan(0);
  });

  test("has all rows unless a limit is set, however many that is", async () => {
    const all = { format: "csv", output: "file", upload: forms.upload("all") } as const;
    expect(await house.ask("SELECT 1 FROM range(150000)", { ...all, limit: undefined as never })).toMatchObject({
      row_count: 150_000,
      more: false,
    });
    expect(await house.ask("SELECT id FROM sales", { ...all, limit: 120 })).toMatchObject({
      row_count: 120,
      more: true,
    });
  });

  test.each(["json", "csv", "xlsx", "parquet"] as const)(
    "of %s is as large as it may be, and no larger",
    async (format) => {
      const sql = "SELECT md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS t FROM range(4000)";
      const order = { format, output: "file", limit: 10_000 } as const;
      const { file } = await answered(sql, { ...order, upload: forms.upload("full") });
      const size = file?.size_bytes ?? 0;
      // Parquet's wall is the kernel's and counts in blocks.
      const block = format === "parquet" ? 512 : 0;
      expect(await house.ask(sql, { ...order, upload: forms.upload("full", size + block) })).toMatchObject({
        ok: true,
      });
      const problem = await house.problem(sql, { ...order, upload: forms.upload("full", size - 1 - block) });
      expect(problem).toMatchObject({ code: "result_too_large", max_bytes: size - 1 - block });
    },
  );

  test("that storage does not take is no answer", async () => {
    const upload = { ...forms.upload("gone"), url: `${forms.upload("gone").url}refused` };
    const problem = await house.problem(rows, { format: "csv", output: "file", upload, params: [1] });
    expect(problem).toEqual({ code: "unavailable", detail: "Cannot store the result: storage did not take it" });
  });

  test("leaves nothing on this machine, whatever became of it", async () => {
    await house.problem("SELECT error('x') FROM range(10)", { format: "xlsx" });
    await house.problem("SELECT id, error('x') FROM sales", { output: "file", upload: forms.upload("never") });
    expect(house.leftovers()).toEqual([]);
    expect(readdirSync(folder)).not.toContain("result-1");
  });
});
