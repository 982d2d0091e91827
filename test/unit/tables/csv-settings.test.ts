import { describe, expect, test } from "vitest";
import type { ConversionSettings } from "../../../shared/contract/conversion.ts";
import { type Workshop, workshop } from "./build-one.ts";

interface Reading {
  what: string;
  content: string | Uint8Array;
  settings: ConversionSettings;
  /** Types by column, in order. */
  types?: Record<string, string>;
  rows: unknown[][];
  report?: object;
}

async function readBack({ ask }: Workshop): Promise<{ types: Record<string, unknown>; rows: unknown[][] }> {
  const types = await ask("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't'");
  return {
    types: Object.fromEntries(types.map(([name, type]) => [String(name), type])),
    rows: await ask('SELECT COLUMNS(*)::VARCHAR FROM "t"'),
  };
}

describe("settings of delimited text", () => {
  test.each<Reading>([
    {
      what: "a separator that nobody would guess",
      content: "aQbQc\n1Q2Q3\n",
      settings: { delimiter: "Q" },
      rows: [["1", "2", "3"]],
      report: { delimiter: "Q" },
    },
    {
      what: "a separator of several characters",
      content: 'a<>b\n1<>x\n2<>"y<>z"\n',
      settings: { delimiter: "<>" },
      types: { a: "BIGINT", b: "VARCHAR" },
      rows: [
        ["1", "x"],
        ["2", "y<>z"],
      ],
    },
    {
      what: "no quotes at all",
      content: 'a,b\n"x,1\n"y,2\n',
      settings: { quote: "" },
      rows: [
        ['"x', "1"],
        ['"y', "2"],
      ],
      report: { quote: "" },
    },
    {
      what: "another quote",
      content: "a;b\n|x;1|;2\n",
      settings: { quote: "|", delimiter: ";" },
      rows: [["x;1", "2"]],
    },
    {
      what: "an encoding that is not found by looking",
      content: Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xb3, 0xf3, 0xbf, 0x2c, 0x31, 0x0a]),
      settings: { encoding: "windows-1250" },
      rows: [["łóż", "1"]],
      report: { encoding: "windows-1250" },
    },
    {
      what: "a header below notes",
      content: "made by,me,now\nx,y,z\n1,2,3\n4,5,6\n",
      settings: { header_row: 2 },
      rows: [
        ["1", "2", "3"],
        ["4", "5", "6"],
      ],
      report: { header_row: 2, skipped_lines: 1 },
    },
    {
      what: "no header",
      content: "name,city\nana,oslo\nbob,rome\n",
      settings: { header_row: null },
      types: { column_1: "VARCHAR", column_2: "VARCHAR" },
      rows: [
        ["name", "city"],
        ["ana", "oslo"],
        ["bob", "rome"],
      ],
      report: { header_row: null },
    },
    {
      what: "everything as text",
      content: "a,b\n1,NA\n2,\n",
      settings: { all_text: true },
      types: { a: "VARCHAR", b: "VARCHAR" },
      rows: [
        ["1", "NA"],
        ["2", null],
      ],
    },
    {
      what: "spellings of NULL, in columns of text too, and no others",
      content: "a,b,c\n1,-,NA\n-,x,2\n?,y,3\n",
      settings: { nulls: ["-", "?"] },
      types: { a: "BIGINT", b: "VARCHAR", c: "VARCHAR" },
      rows: [
        ["1", null, "NA"],
        [null, "x", "2"],
        [null, "y", "3"],
      ],
      report: { columns: [{ null_spellings: ["-", "?"] }, { null_spellings: ["-"] }, {}] },
    },
    {
      what: "a comma before the decimals where it might stand between thousands",
      content: "a;b\n1,234;1.5\n5,678;2.5\n",
      settings: { decimal: "," },
      types: { a: "DOUBLE", b: "VARCHAR" },
      rows: [
        ["1.234", "1.5"],
        ["5.678", "2.5"],
      ],
    },
    {
      what: "a comma before the decimals, and points between thousands",
      content: "a;b;c\n1.250,50;1.234;007,50\n999,05;5;1.007,50\n-1.000.000,00;12.345.678;3,00\n",
      settings: { decimal: "," },
      types: { a: "DOUBLE", b: "BIGINT", c: "VARCHAR" },
      rows: [
        ["1250.5", "1234", "007,50"],
        ["999.05", "5", "1.007,50"],
        ["-1000000.0", "12345678", "3,00"],
      ],
    },
    {
      what: "a point before the decimals, and a comma as no such thing",
      content: "a;b\n1,25;1.5\n5,5;2.5\n",
      settings: { decimal: "." },
      types: { a: "VARCHAR", b: "DOUBLE" },
      rows: [
        ["1,25", "1.5"],
        ["5,5", "2.5"],
      ],
    },
    {
      what: "types by column",
      content: "zip,n,d,f,ok\n01234,1,31/12/2024,007,yes\n56789,2,01/02/2024,8,no\n",
      settings: {
        types: { n: "VARCHAR", d: "DATE(%d/%m/%Y)", f: "INTEGER", ok: "BOOLEAN", zip: "DECIMAL(10,2)" },
      },
      types: { zip: "DECIMAL(10,2)", n: "VARCHAR", d: "DATE", f: "INTEGER", ok: "BOOLEAN" },
      rows: [
        ["1234.00", "1", "2024-12-31", "7", "true"],
        ["56789.00", "2", "2024-02-01", "8", "false"],
      ],
    },
    {
      what: "a type for a column without values, by its header's own words",
      content: "a, the  b\n1,\n2,\n",
      settings: { types: { " the  b": "DATE" } },
      types: { a: "BIGINT", "the b": "DATE" },
      rows: [
        ["1", null],
        ["2", null],
      ],
    },
    {
      what: "percentages on request",
      content: "p\n12.5%\n7 %\n-0.3%\n",
      settings: { percent: true },
      types: { p: "DOUBLE" },
      rows: [["0.125"], ["0.07"], ["-0.003"]],
    },
    {
      what: "one currency on request, two never",
      content: 'eur,mixed,after\n"€ 1,234.50",$1,1.5 kr\n-€3,€2,2 kr\n',
      settings: { currency: true },
      types: { eur: "DOUBLE", mixed: "VARCHAR", after: "DOUBLE" },
      rows: [
        ["1234.5", "$1", "1.5"],
        ["-3.0", "€2", "2.0"],
      ],
    },
    {
      what: "a table in what looks like prose",
      content: "to be or\nnot to be\nthat is the\n",
      settings: { delimiter: " ", header_row: null },
      rows: [
        ["to", "be", "or"],
        ["not", "to", "be"],
        ["that", "is", "the"],
      ],
      report: { kind: "delimited" },
    },
  ])("$what", async ({ content, settings, types, rows, report = {} }) => {
    const shop = await workshop();
    const made = await shop.buildWith(
      settings.delimiter === " " ? "uploads/t.log" : "uploads/t.csv",
      content,
      settings,
    );
    expect(made).toMatchObject({ status: "converted", settings: [settings], ...report });
    const read = await readBack(shop);
    expect(read.rows).toEqual(rows);
    if (types !== undefined) expect(read.types).toEqual(types);
  });

  test.each<{ settings: ConversionSettings; setting: string; detail: string }>([
    { settings: { sheet: "S" }, setting: "sheet", detail: "Cannot use `sheet`: the file is delimited text" },
    {
      settings: { delimiter: ";" },
      setting: "delimiter",
      detail: 'Cannot use the separator ";": the file does not hold it',
    },
    {
      settings: { encoding: "utf-8" },
      setting: "encoding",
      detail: "Cannot read it as utf-8: some bytes of it are no such text",
    },
    {
      settings: { header_row: 9 },
      setting: "header_row",
      detail: "Cannot take line 9 for the header: no record begins there",
    },
    {
      settings: { types: { nothing: "DATE" } },
      setting: "types.nothing",
      detail: 'Cannot set the type of "nothing": there is no such column',
    },
    {
      settings: { types: { n: "BIGINT" } },
      setting: "types.n",
      detail: 'Cannot make "n" BIGINT: not every value is one, "1.5" is not',
    },
    {
      settings: { types: { d: "DATE" } },
      setting: "types.d",
      detail: 'Cannot make "d" DATE: day or month may come first; say which comes first, as DATE(%d/%m/%Y)',
    },
    {
      settings: { types: { d: "DATE(%Q)" } },
      setting: "types.d",
      detail: 'Cannot use the type "DATE(%Q)": DuckDB does not know it',
    },
    {
      settings: { types: { d: "DECIMAL(99,1)" } },
      setting: "types.d",
      detail: 'Cannot use the type "DECIMAL(99,1)": DuckDB does not know it',
    },
  ])("$setting: $detail; the tables stay", async ({ settings, setting, detail }) => {
    const { buildWith, ask } = await workshop();
    const content = Buffer.from("n,d,name\n1,01/02/2024,ren\xe9\n1.5,03/04/2024,x\n", "latin1");
    await buildWith("uploads/t.csv", content);
    const report = await buildWith("uploads/t.csv", content, settings);
    expect(report).toMatchObject({ status: "failed", tables: ["t"] });
    expect(report.reason).toEqual({ code: "setting_not_possible", setting, detail });
    expect(await ask("SELECT n, name FROM t")).toEqual([
      [1, "rené"],
      [1.5, "x"],
    ]);
    expect(await ask("SELECT table_name FROM cubby.tables")).toEqual([["t"]]);
  });

  test("new content under old settings that it does not bear leaves no old table", async () => {
    const { build, buildWith, ask } = await workshop();
    await buildWith("uploads/t.csv", "a;b\n1;2\n", { delimiter: ";" });
    await build({ "uploads/t.csv": "" });
    expect(await ask("SELECT count(*) FROM cubby.tables")).toEqual([["0"]]);
  });
});
