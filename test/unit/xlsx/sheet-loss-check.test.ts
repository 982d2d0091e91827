import { describe, expect, test } from "vitest";
import { heldToCount } from "../../../shared/tables/xlsx/hold-to-count.ts";
import { RowBatch } from "../../../shared/tables/xlsx/row-batch.ts";
import { type SheetCount, SheetFacts } from "../../../shared/tables/xlsx/sheet-facts.ts";
import { loadSheetData, rowsOf } from "./load.ts";

describe("heldToCount()", () => {
  async function hold(counted: SheetCount, met: SheetCount): Promise<void> {
    const facts = new SheetFacts();
    async function* rows(): AsyncGenerator<RowBatch> {
      yield new RowBatch();
      facts.counts = { counted, met }; // known at the end
    }
    for await (const _ of heldToCount(rows(), facts));
  }

  test("lets rows pass of which every cell was met", async () => {
    await hold({ cells: 7, rows: 3 }, { cells: 7, rows: 3 });
  });

  test.each<[SheetCount, SheetCount]>([
    [
      { cells: 7, rows: 3 },
      { cells: 6, rows: 3 },
    ],
    [
      { cells: 7, rows: 3 },
      { cells: 7, rows: 2 },
    ],
  ])("complains of %j where the reader met %j", async (counted, met) => {
    await expect(hold(counted, met)).rejects.toThrow(/^A count found 7 cells with a value in 3 rows and the reader /);
  });
});

describe("loadWorkbook() accounts for every cell", () => {
  test("by reading once more, tag by tag, what a count does not confirm", async () => {
    const commented = '<row r="3"><!-- <c r="A3"><v>9</v></c> --><c r="A3"><v>2</v></c><c r="B3"><v>3</v></c></row>';
    const { cells, warnings } = await loadSheetData(rowsOf([["id", "v"]]) + rowsOf([[1, 2]], 2) + commented);
    expect(cells).toEqual([
      ["1", "2"],
      ["2", "3"],
    ]);
    expect(warnings).toEqual([
      "A count found 7 cells with a value in 3 rows and the reader 6 in 3, so the sheet was read a second time, tag by tag",
    ]);
  });

  test("and says how many came twice", async () => {
    const twice = '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="B2"><v>3</v></c></row>';
    const { cells, warnings } = await loadSheetData(rowsOf([["id", "v"]]) + twice);
    expect(cells).toEqual([["1", "3"]]);
    expect(warnings).toEqual(["1 cells are given again later in the sheet; the table holds what came last"]);
  });
});

describe("loadWorkbook() keeps empty texts", () => {
  const formula = (place: string, value: string, type = "str") =>
    `<c r="${place}" t="${type}"><f>IF(A1=1,"","x")</f><v>${value}</v></c>`;
  const book = (rows: string[]) =>
    loadSheetData(
      rowsOf([["id", "v"]]) +
        rows.map((cell, index) => `<row r="${index + 2}"><c r="A${index + 2}"><v>1</v></c>${cell}</row>`).join(""),
    );

  test("in a column of texts, apart from cells without anything", async () => {
    const { cells, columns } = await book([formula("B2", "x"), formula("B3", ""), "", formula("B5", "y")]);
    expect(cells.map(([, v]) => v)).toEqual(["x", "", null, "y"]);
    expect(columns[1]).toMatchObject({ type: "VARCHAR", evidence: "2 texts, 1 empty text" });
  });

  test("as NULL among numbers, and says so", async () => {
    const { cells, columns, warnings } = await book(['<c r="B2"><v>5</v></c>', formula("B3", "")]);
    expect(cells.map(([, v]) => v)).toEqual(["5", null]);
    expect(columns[1]?.type).toBe("BIGINT");
    expect(warnings).toEqual(['Column "v" holds 1 empty text (="") among its values, which count as NULL']);
  });

  test("shared and inline ones alike", async () => {
    const data = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c></row>
      <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="inlineStr"><is><t>z</t></is></c></row>
      <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="inlineStr"><is><t/></is></c></row>`;
    const { cells } = await loadSheetData(data, { strings: ["<t>head</t>", "<t/>", "<t>tail</t>"] });
    expect(cells).toEqual([
      ["", "z"],
      ["head", ""],
    ]);
  });

  test("but makes no rows of them, as where a formula was filled down", async () => {
    const data = rowsOf([
      ["id", "v"],
      [1, "x"],
    ]);
    const filled = [3, 4, 5].map((row) => `<row r="${row}">${formula(`A${row}`, "")}${formula(`B${row}`, "")}</row>`);
    const { rows, warnings } = await loadSheetData(data + filled.join(""));
    expect(rows).toBe(1);
    expect(warnings).toEqual([]);
  });
});
