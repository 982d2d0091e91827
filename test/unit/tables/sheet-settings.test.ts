import { describe, expect, test } from "vitest";
import type { ConversionSettings } from "../../../shared/contract/conversion.ts";
import { writeXlsx } from "../../support/xlsx-writer.ts";
import { rowsOf } from "../xlsx/load.ts";
import { workshop } from "./build-one.ts";

/** Two sheets: a table that begins at B3, with a remark beside it, and a plain one. */
const book = writeXlsx([
  {
    name: "Sales",
    data: rowsOf([
      ["Sales of the year", null, null, null],
      [null, "old", "names", "here"],
      [null, "item", "n", "when"],
      [null, "bolt", 1, "-"],
      [null, "nut", 2.5, "x"],
      ["remark", "cog", 3, "y"],
    ]),
  },
  {
    name: "Costs",
    data: rowsOf([
      ["what", "euro"],
      ["rent", "1.250,50"],
      ["tea", "3,20"],
    ]),
  },
]);

interface Reading {
  what: string;
  settings: ConversionSettings[];
  sales?: { types?: string[]; rows: unknown[][]; names?: string[] };
  costs?: { types?: string[]; rows: unknown[][] };
}

const costs = {
  rows: [
    ["rent", "1.250,50"],
    ["tea", "3,20"],
  ],
};

describe("settings of workbooks", () => {
  test.each<Reading>([
    {
      what: "a range of one sheet, and the other as before",
      settings: [{ sheet: "Sales", range: "B3:D5" }],
      sales: {
        names: ["item", "n", "when"],
        rows: [
          ["bolt", "1.0", "-"],
          ["nut", "2.5", "x"],
        ],
      },
      costs,
    },
    {
      what: "a range from a cell on",
      settings: [{ sheet: "Sales", range: "C3" }],
      sales: {
        names: ["n", "when"],
        rows: [
          ["1.0", "-"],
          ["2.5", "x"],
          ["3.0", "y"],
        ],
      },
    },
    {
      what: "a header in a row that is not the likeliest",
      settings: [{ sheet: "Sales", header_row: 2, range: "B:D" }],
      sales: {
        names: ["old", "names", "here"],
        rows: [
          ["item", "n", "when"],
          ["bolt", "1", "-"],
          ["nut", "2.5", "x"],
          ["cog", "3", "y"],
        ],
      },
    },
    {
      what: "no header",
      settings: [{ sheet: "Costs", header_row: null }],
      costs: {
        rows: [
          ["what", "euro"],
          ["rent", "1.250,50"],
          ["tea", "3,20"],
        ],
      },
    },
    {
      what: "every cell as text",
      settings: [{ sheet: "Sales", range: "B3:D6", all_text: true }],
      sales: {
        types: ["VARCHAR", "VARCHAR", "VARCHAR"],
        rows: [
          ["bolt", "1", "-"],
          ["nut", "2.5", "x"],
          ["cog", "3", "y"],
        ],
      },
    },
    {
      what: "spellings of NULL, and settings of each sheet",
      settings: [
        { sheet: "Sales", range: "B3:D6", nulls: ["-", "x"], types: { n: "VARCHAR" } },
        { sheet: "Costs", decimal: ",", types: { what: "TEXT" } },
      ],
      sales: {
        types: ["VARCHAR", "VARCHAR", "VARCHAR"],
        rows: [
          ["bolt", "1", null],
          ["nut", "2.5", null],
          ["cog", "3", "y"],
        ],
      },
      costs: {
        types: ["VARCHAR", "DOUBLE"],
        rows: [
          ["rent", "1250.5"],
          ["tea", "3.2"],
        ],
      },
    },
    {
      what: "a NULL that would have made a column of numbers text",
      settings: [
        { range: "C3:C6", nulls: ["2.5"] },
        { sheet: "Costs", nulls: ["1.250,50"], decimal: "," },
      ],
      costs: {
        types: ["VARCHAR", "DOUBLE"],
        rows: [
          ["rent", null],
          ["tea", "3.2"],
        ],
      },
    },
    {
      what: "a type that fits every row",
      settings: [{ sheet: "Sales", range: "B3:D6", types: { n: "DECIMAL(5,1)" } }],
      sales: {
        types: ["VARCHAR", "DECIMAL(5,1)", "VARCHAR"],
        rows: [
          ["bolt", "1.0", "-"],
          ["nut", "2.5", "x"],
          ["cog", "3.0", "y"],
        ],
      },
    },
  ])("$what", async ({ settings, ...wanted }) => {
    const { buildWith, ask } = await workshop();
    const report = await buildWith("uploads/t.xlsx", book, ...settings);
    expect(report).toMatchObject({ status: "converted", tables: ["t_sales", "t_costs"], settings });
    for (const [name, table] of Object.entries(wanted)) {
      if (typeof table !== "object") continue;
      expect(await ask(`SELECT COLUMNS(*)::VARCHAR FROM t_${name}`)).toEqual(table.rows);
      const columns = await ask(
        `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't_${name}' ORDER BY column_index`,
      );
      if (table.types !== undefined) expect(columns.map(([, type]) => type)).toEqual(table.types);
      if ("names" in table && table.names !== undefined) expect(columns.map(([column]) => column)).toEqual(table.names);
    }
  });

  test.each<{ settings: ConversionSettings; setting: string; detail: string }>([
    {
      settings: { sheet: "Profit", all_text: true },
      setting: "sheet",
      detail: 'Cannot find a sheet "Profit": the workbook has "Sales", "Costs"',
    },
    {
      settings: { sheet: "Costs", range: "X1:Z9" },
      setting: "range",
      detail: 'Cannot read X1:Z9 of sheet "Costs": no cell there holds anything',
    },
    { settings: { range: "X1:Z9" }, setting: "range", detail: "Cannot read X1:Z9: no cell there holds anything" },
    {
      settings: { sheet: "Costs", header_row: 9 },
      setting: "header_row",
      detail: "Cannot take row 9 for the header: none of the first 3 rows with cells",
    },
    {
      settings: { sheet: "Sales", types: { euro: "DATE" } },
      setting: "types.euro",
      detail: 'Cannot set the type of "euro": there is no such column',
    },
    {
      settings: { sheet: "Costs", types: { what: "DATE" } },
      setting: "types.what",
      detail: 'Cannot make "what" DATE: not every value is one, "rent" is not',
    },
    { settings: { delimiter: ";" }, setting: "delimiter", detail: "Cannot use `delimiter`: the file is a workbook" },
  ])("$setting: $detail; the tables stay", async ({ settings, setting, detail }) => {
    const { buildWith, ask } = await workshop();
    await buildWith("uploads/t.xlsx", book);
    const report = await buildWith("uploads/t.xlsx", book, settings);
    expect(report).toMatchObject({ status: "failed", tables: ["t_sales", "t_costs"] });
    expect(report.reason).toEqual({ code: "setting_not_possible", setting, detail });
    expect(await ask("SELECT count(*) FROM t_costs")).toEqual([["2"]]);
    expect(await ask("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'")).toEqual([["2"]]);
  });
});

describe("settings of JSON", () => {
  const json = JSON.stringify([
    { id: 1, who: { name: "ana", at: { city: "oslo", zip: "0150" } }, tags: ["a"], note: "-" },
    { id: 2, who: { name: "bob", at: null }, tags: [], note: "x" },
  ]);

  test("fields of nested objects as columns, on request", async () => {
    const { buildWith, ask } = await workshop();
    const report = await buildWith("uploads/t.json", json, { flatten: true });
    expect(report.columns?.map(({ name, type }) => [name, type])).toEqual([
      ["id", "BIGINT"],
      ["who.name", "VARCHAR"],
      ["who.at.city", "VARCHAR"],
      ["who.at.zip", "VARCHAR"],
      ["tags", "VARCHAR[]"],
      ["note", "VARCHAR"],
    ]);
    expect(await ask('SELECT id, "who.name", "who.at.city" FROM t')).toEqual([
      ["1", "ana", "oslo"],
      ["2", "bob", null],
    ]);
  });

  test("types, NULLs and text by column", async () => {
    const { buildWith, ask } = await workshop();
    const settings: ConversionSettings = { nulls: ["-"], types: { id: "VARCHAR", tags: "VARCHAR" } };
    const report = await buildWith("uploads/t.json", json, settings);
    expect(report.status).toBe("converted");
    expect(await ask("SELECT id, tags, note FROM t")).toEqual([
      ["1", '["a"]', null],
      ["2", "[]", "x"],
    ]);
  });

  test("all of it as text", async () => {
    const { buildWith, ask } = await workshop();
    await buildWith("uploads/t.json", json, { all_text: true });
    expect(await ask("SELECT DISTINCT data_type FROM duckdb_columns() WHERE table_name = 't'")).toEqual([["VARCHAR"]]);
    expect(await ask("SELECT who FROM t LIMIT 1")).toEqual([['{"name":"ana","at":{"city":"oslo","zip":"0150"}}']]);
  });

  test("names the setting that does not fit", async () => {
    const { buildWith } = await workshop();
    const report = await buildWith("uploads/t.json", json, { types: { note: "BIGINT" } });
    expect(report.reason).toMatchObject({ code: "setting_not_possible", setting: "types.note" });
  });
});
