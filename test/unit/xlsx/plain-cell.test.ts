import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCellText } from "../../../shared/tables/xlsx/cell-text.ts";
import { PlainCell } from "../../../shared/tables/xlsx/plain-cell.ts";
import { readSheet } from "../../../shared/tables/xlsx/read-sheet.ts";
import { SheetFacts } from "../../../shared/tables/xlsx/sheet-facts.ts";
import { TextTable } from "../../../shared/tables/xlsx/text-table.ts";

/** What is read of one cell with plenty of bytes behind it; undefined where it is left to the scanner. */
function read(xml: string) {
  const bytes = Buffer.from(xml + " ".repeat(200));
  const cell = new PlainCell();
  if (!cell.read(bytes, 0, bytes.length)) return undefined;
  const { column, style, number, from, to, end } = cell;
  expect(end).toBe(Buffer.byteLength(xml));
  return { column, style, ...(Number.isNaN(number) ? { value: bytes.toString("utf8", from, to) } : { number }) };
}

describe("PlainCell.read()", () => {
  test.each([
    ['<c r="A1"><v>1</v></c>', { column: 0, style: 0, number: 1 }],
    ['<c r="AB12" s="3"><v>-0.25</v></c>', { column: 27, style: 3, number: -0.25 }],
    ['<c s="3" t="n" r="XFD1048576"><v>.5</v></c>', { column: 16_383, style: 3, number: 0.5 }],
    ['<c r="A1"><v>-0</v></c>', { column: 0, style: 0, number: 0 }],
    ['<c r="A1"><v>123456789012345678</v></c>', { column: 0, style: 0, value: "123456789012345678" }],
    ['<c r="B1" t="s"><v>17</v></c>', { column: 1, style: 0, number: 17 }],
    ['<c r="B1" t="b"><v>0</v></c>', { column: 1, style: 0, number: 0 }],
    ['<c r="B1" t="str"><v>Größe &amp; co</v></c>', { column: 1, style: 0, value: "Größe &amp; co" }],
    ['<c r="B1" t="e"><v>#N/A</v></c>', { column: 1, style: 0, value: "#N/A" }],
    ['<c r="B1" t="inlineStr"><is><t>x</t></is></c>', { column: 1, style: 0, value: "x" }],
    ['<c r="B1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>', { column: 1, style: 0, value: " x " }],
    ["<c><v>1</v></c>", { column: -1, style: 0, number: 1 }],
  ])("reads %s", (xml, expected) => {
    expect(read(xml)).toEqual(expected);
  });

  test.each([
    "<col/>",
    '<x:c r="A1"><v>1</v></x:c>',
    '<c r="A1" cm="1"><v>1</v></c>',
    '<c r="A1"><f>B1</f><v>1</v></c>',
    '<c  r="A1"><v>1</v></c>',
    "<c r='A1'><v>1</v></c>",
    '<c r="a1"><v>1</v></c>',
    '<c r="A1"><v>1e3</v></c>',
    '<c r="A1"><v>1.2.3</v></c>',
    '<c r="A1"><v></v></c>',
    '<c r="A1"><v> 1</v></c>',
    '<c r="A1"><v>1</v ></c>',
    '<c r="A1"><v>1</v><!-- --></c>',
    '<c r="A1" t="s"><v>1.5</v></c>',
    '<c r="A1" t="s"><v>-1</v></c>',
    '<c r="A1" t="b"><v>2</v></c>',
    '<c r="A1" t="b"><v>true</v></c>',
    '<c r="A1" t="str"><v>a<![CDATA[b]]></v></c>',
    '<c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c>',
    '<c r="A1" s="123456789012"><v>1</v></c>',
  ])("leaves %s to the scanner", (xml) => {
    expect(read(xml)).toBeUndefined();
  });

  test("reads no cell whose end may be missing", () => {
    const bytes = Buffer.from('<c r="A1"><v>1</v></c>');
    expect(new PlainCell().read(bytes, 0, bytes.length)).toBe(false);
  });
});

const strings = new TextTable();
for (const text of ["", "short", "longer than an entry", "Größe 📈", "_x000D_"]) strings.addText(text);

/** Everything that is read of a sheet, cell by cell. */
async function dump(xml: string, chunkBytes: number): Promise<unknown[]> {
  const bytes = Buffer.from(xml);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  const context = { strings, formats: ["number", "date", "clock", "duration", "percent"] as const, is1904: false };
  const cells: unknown[] = [];
  const batches = readSheet(Readable.from(chunks), { ...context, formats: [...context.formats] }, new SheetFacts());
  for await (const batch of batches) {
    batch.columns.forEach((column, index) => {
      if (column === undefined) return;
      for (let row = 0; row < batch.rows; row++)
        cells.push([batch.rowNumbers[row], index, column.kinds[row] ?? 0, toCellText(column, row)]);
    });
  }
  return cells;
}

const digits = fc.stringMatching(/^[0-9]{1,20}$/);
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: 0, max: 60_000 }).map(String),
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits.map((text) => `-${text}`),
  fc.constantFrom("0", "1", "3", "true", "", "-", "45000.5", "a &lt; b", "é_x0041_", "#N/A", "a &amp;amp; b\r\nc"),
);
const type = fc.constantFrom("", ' t="n"', ' t="b"', ' t="str"', ' t="e"', ' t="d"');
const cell = fc.oneof(
  fc.tuple(type, fc.nat(5), value).map(([t, s, v]) => `REF s="${s}"${t}><v>${v}</v></c>`),
  fc.nat(4).map((index) => `REF t="s"><v>${index}</v></c>`),
  value.map((v) => `REF t="inlineStr"><is><t>${v}</t></is></c>`),
  fc.constantFrom(
    'REF s="1"/>',
    "REF><f>A1</f><v>2</v></c>",
    'REF t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
  ),
);
const sheet = fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 12 });

/** With or without references, as both are allowed. */
function toSheet(rows: string[][], start: string, hasReferences: boolean): string {
  const reference = (column: number, row: number) =>
    hasReferences ? `${start} r="${String.fromCharCode(65 + column * 3)}${row + 1}"` : start;
  const written = rows.map(
    (cells, row) => `<row>${cells.map((text, column) => text.replace("REF", reference(column, row))).join("")}</row>`,
  );
  return `<worksheet><sheetData>${written.join("")}</sheetData></worksheet>${" ".repeat(150)}`;
}

test("a sheet reads the same by plain cells and by the scanner alone, however its bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(sheet, fc.boolean(), fc.integer({ min: 100, max: 700 }), async (rows, hasReferences, size) => {
      // A second space is no plain cell any more.
      const byScanner = await dump(toSheet(rows, "<c ", hasReferences), 10_000);
      expect(await dump(toSheet(rows, "<c", hasReferences), 10_000)).toEqual(byScanner);
      expect(await dump(toSheet(rows, "<c", hasReferences), size)).toEqual(byScanner);
    }),
    { numRuns: 300 },
  );
});
