import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import { describe, expect, test } from "vitest";
import { type Cell, describeCell, type SheetCells } from "../../support/workbooks/cells.ts";
import { readWithExceljs } from "../../support/workbooks/exceljs-cells.ts";
import { judgeCell } from "../../support/workbooks/judge-cell.ts";
import { readWithCubby } from "../../support/workbooks/read-with-cubby.ts";
import { writeXlsx, type XlsxWriterOptions, type XlsxWriterSheet } from "../../support/xlsx-writer.ts";

/** Where Cubby and exceljs read a workbook differently: `Sheet1!R2C1: ours | theirs`. */
async function disagreements(workbook: Buffer): Promise<string[]> {
  const ours = await readOurs(workbook);
  const theirs = new Map((await readWithExceljs(workbook)).map((cell) => [placeOf(cell), cell as Cell]));
  const found: string[] = [];
  for (const [sheet, cells] of ours)
    for (const [row, column] of cells.places()) {
      const place = placeOf({ sheet, row, column });
      const [mine, other] = [cells.find(row, column), theirs.get(place)];
      theirs.delete(place);
      if (judgeCell(mine, other) !== "identical")
        found.push(`${place}: ${describeCell(mine)} | ${describeCell(other)}`);
    }
  for (const [place, other] of theirs) found.push(`${place}: nothing | ${describeCell(other)}`);
  return found;
}

async function cellsOf(workbook: Buffer): Promise<number> {
  const sheets = await readOurs(workbook);
  return [...sheets.values()].reduce((sum, { count }) => sum + count, 0);
}

async function readOurs(workbook: Buffer): Promise<Map<string, SheetCells>> {
  const folder = await mkdtemp(join(tmpdir(), "cubby-opinions-"));
  try {
    const path = join(folder, "book.xlsx");
    await writeFile(path, workbook);
    return await readWithCubby(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function placeOf({ sheet, row, column }: { sheet: string; row: number; column: number }): string {
  return `${sheet}!R${row}C${column + 1}`;
}

/** One row of cells, in a workbook of one sheet. */
function rowBook(cells: string[], options: XlsxWriterOptions = {}, sheet: XlsxWriterSheet = {}): Buffer {
  const placed = cells.map((cell, i) => cell.replace("<c", `<c r="${String.fromCharCode(65 + i)}1"`));
  return writeXlsx([{ ...sheet, data: `<row r="1">${placed.join("")}</row>` }], options);
}

async function write(fill: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  fill(workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

const formats = ["yyyy-mm-dd", "h:mm", "[h]:mm", "0%", '#,##0.00\\ "h"', "[$-407]d. mmmm yyyy"];

describe("Cubby and exceljs read the same from", () => {
  test.each<[string, () => Buffer | Promise<Buffer>]>([
    [
      "what exceljs writes",
      () =>
        write((workbook) => {
          const sheet = workbook.addWorksheet("Orders");
          sheet.addRow(["id", "name", "when", "paid", "share", "wrong", "rich", "link"]);
          const rich = { richText: [{ text: "very " }, { text: "good", font: { bold: true } }] };
          const link = { text: "site", hyperlink: "https://example.org" };
          sheet.addRow([
            1,
            "Größe & <Co>",
            new Date("2024-02-29T10:30:00Z"),
            true,
            0.25,
            { error: "#N/A" },
            rich,
            link,
          ]);
          sheet.addRow([-2.5, " a\nb ", new Date("1999-12-31"), false, 1e21, { error: "#DIV/0!" }, null, null]);
          sheet.getColumn(3).numFmt = "yyyy-mm-dd hh:mm";
          workbook.addWorksheet("Second", { state: "hidden" }).addRow(["only"]);
        }),
    ],
    [
      "shared, rich, phonetic, escaped and inline text",
      () =>
        rowBook([...[0, 1, 2, 3].map((i) => `<c t="s"><v>${i}</v></c>`), '<c t="inlineStr"><is><t>d</t></is></c>'], {
          strings: [
            '<t xml:space="preserve"> a &amp; b</t>',
            "<r><t>big </t></r><r><rPr><b/></rPr><t>bold</t></r>",
            "<t>a_x000D_b</t>",
            '<t>東京</t><rPh sb="0" eb="2"><t>トウ</t></rPh>',
          ],
        }),
    ],
    [
      "dates by built-in and own formats, percentages, and numbers whose format holds letters",
      () =>
        rowBook(
          [
            '<c s="1"><v>45322</v></c>',
            '<c s="6"><v>45322.75</v></c>',
            '<c s="4"><v>0.5</v></c>',
            '<c s="5"><v>3</v></c>',
            '<c s="7"><v>61</v></c>',
          ],
          { formats, formatIds: [14] },
        ),
    ],
    ["dates of the 1904 epoch", () => rowBook(['<c s="1"><v>43860</v></c>'], { formats, date1904: true })],
    [
      "cached results of formulas",
      () =>
        rowBook([
          "<c><f>1+1</f><v>2</v></c>",
          '<c t="str"><f>"a"</f><v>a</v></c>',
          '<c t="b"><f>TRUE()</f><v>1</v></c>',
        ]),
    ],
    [
      "merged cells, empty rows and a sheet of blanks",
      () => {
        const data = '<row r="2"><c r="B2"><v>1</v></c></row><row r="5"/><row r="900"><c r="XFD900"><v>2</v></c></row>';
        return writeXlsx([
          {
            xml: `<worksheet><sheetData>${data}</sheetData><mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells></worksheet>`,
          },
          {},
        ]);
      },
    ],
  ])("%s", async (_title, book) => {
    expect(await disagreements(await book())).toEqual([]);
  });
});

describe("Cubby is right and exceljs is not about", () => {
  test.each<[why: string, book: Buffer, found: string[]]>([
    [
      "cached results 0 and false, which it drops",
      rowBook(["<c><f>0</f><v>0</v></c>", '<c t="b"><f>FALSE()</f><v>0</v></c>']),
      ['number "0" | nothing', "boolean false | nothing"],
    ],
    [
      "times of day and durations, for which it has only dates",
      rowBook(['<c s="2"><v>0.5</v></c>', '<c s="3"><v>1.5</v></c>'], { formats }),
      ["time 12:00:00 | date 1899-12-30 12:00:00", "duration 36:00:00 | date 1899-12-31 12:00:00"],
    ],
    [
      "dates before March 1900, where it does not count the 29 February that Excel believes in",
      rowBook(['<c s="1"><v>1</v></c>', '<c s="1"><v>59</v></c>'], { formats }),
      ["date 1900-01-01 | date 1899-12-31", "date 1900-02-28 | date 1900-02-27"],
    ],
    [
      "numbers below 0 with the format of a date, for which Excel shows none",
      rowBook(['<c s="1"><v>-5</v></c>'], { formats }),
      ['number "-5" | date 1899-12-25'],
    ],
    [
      "ISO dates, of which it reads the year",
      rowBook(['<c t="d"><v>2024-01-31</v></c>']),
      ['date 2024-01-31 | number "2024"'],
    ],
    [
      "whole numbers beyond 2^53, of which it changes digits",
      rowBook(["<c><v>123456789012345678</v></c>"]),
      ['number "123456789012345678" | number "123456789012345680"'],
    ],
    [
      "text in CDATA, which it drops",
      rowBook(['<c t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>']),
      ['text "a<b" | nothing'],
    ],
  ])("%s", async (_why, book, found) => {
    expect(await disagreements(book)).toEqual(found.map((difference, i) => `Sheet1!R1C${i + 1}: ${difference}`));
  });

  test.each<[string, Buffer]>([
    ["cells without references", writeXlsx([{ data: "<row><c><v>1</v></c><c><v>2</v></c></row>" }])],
    [
      "namespace prefixes",
      writeXlsx([
        {
          xml: '<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        },
      ]),
    ],
  ])("%s, with which it cannot read the workbook", async (_title, book) => {
    await expect(readWithExceljs(book)).rejects.toThrow();
    expect(await cellsOf(book)).toBeGreaterThan(0);
  });
});
