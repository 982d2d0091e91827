import ExcelJS from "exceljs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load } from "./load.ts";

/** A workbook as exceljs writes it. */
async function write(fill: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  fill(workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

describe("loadWorkbook() reads what exceljs writes:", () => {
  test("values of every kind", async () => {
    const book = await write((workbook) => {
      const sheet = workbook.addWorksheet("Orders");
      sheet.addRow(["id", "name", "price", "ordered", "shipped", "paid", "share", "total", "note"]);
      sheet.addRow([
        1,
        "Größe & Co <1>",
        9.99,
        new Date("2024-01-31"),
        new Date("2024-02-01T10:30:00Z"),
        true,
        0.25,
        { formula: "A2*C2", result: 9.99 },
        { richText: [{ text: "very " }, { text: "good", font: { bold: true } }] },
      ]);
      sheet.addRow([
        2,
        "  spaced  ",
        -0.5,
        new Date("1999-12-31"),
        null,
        false,
        1,
        { formula: "A3*C3", result: 0 },
        { text: "link", hyperlink: "https://example.org" },
      ]);
      sheet.addRow([
        3,
        null,
        1e21,
        null,
        new Date("2024-02-29T23:59:59.500Z"),
        null,
        0,
        { formula: "1/0", result: { error: "#DIV/0!" } },
        "two\nlines",
      ]);
      sheet.getColumn(4).numFmt = "dd/mm/yyyy";
      sheet.getColumn(5).numFmt = "yyyy-mm-dd hh:mm";
      sheet.getColumn(7).numFmt = "0%";
    });
    const [sheet] = await load(book);
    expect(sheet?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "id BIGINT",
      "name VARCHAR",
      "price DOUBLE",
      "ordered DATE",
      "shipped TIMESTAMP",
      "paid BOOLEAN",
      "share DOUBLE",
      "total DOUBLE",
      "note VARCHAR",
    ]);
    expect(sheet?.cells).toEqual([
      ["1", "Größe & Co <1>", "9.99", "2024-01-31", "2024-02-01 10:30:00", "true", "0.25", "9.99", "very good"],
      ["2", "  spaced  ", "-0.5", "1999-12-31", null, "false", "1.0", "0.0", "link"],
      ["3", null, "1e+21", null, "2024-02-29 23:59:59.5", null, "0.0", null, "two\nlines"],
    ]);
  });

  test("merged titles, hidden rows, columns and sheets", async () => {
    const book = await write((workbook) => {
      const sheet = workbook.addWorksheet("Plan");
      sheet.addRow(["Budget 2024"]);
      sheet.mergeCells("A1:C1");
      sheet.addRow([]);
      sheet.addRow(["item", "cost", "year"]);
      sheet.addRow(["a", 1, 2024]);
      sheet.addRow(["b", 2, 2025]).hidden = true;
      sheet.getColumn(3).hidden = true;
      workbook.addWorksheet("Lists", { state: "hidden" }).addRow(["x"]);
    });
    const [plan, lists] = await load(book);
    expect(plan?.columns.map(({ name }) => name)).toEqual(["item", "cost", "year"]);
    expect(plan?.cells).toEqual([
      ["a", "1", "2024"],
      ["b", "2", "2025"],
    ]);
    expect(plan?.warnings).toEqual([
      'Rows above the table were left out: "Budget 2024"',
      "1 rows are hidden in the sheet; the table holds them too",
      'Columns are hidden in the sheet; the table holds them too: "year"',
    ]);
    expect([lists?.hidden, lists?.rows]).toEqual([true, 0]);
  });

  test("any text and any number", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !/\p{Cc}|_x|^\s*$/u.test(value));
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const rows = fc.array(fc.tuple(fc.option(text), fc.option(number)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const book = await write((workbook) => {
          const sheet = workbook.addWorksheet("Data");
          sheet.addRow(["text", "number", "last"]);
          for (const [a, b] of values) sheet.addRow([a, b, 0.5]);
        });
        const [sheet] = await load(book);
        expect(sheet?.cells.map(([a, b]) => [a, b === null ? null : Number(b)])).toEqual(values);
      }),
      { numRuns: 25 },
    );
  });
});
