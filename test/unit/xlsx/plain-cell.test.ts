import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCellText } from "../../../shared/tables/xlsx/cell-text.ts";
import { PlainCell } from "../../../shared/tables/xlsx/plain-cell.ts";
import { PlainRow } from "../../../shared/tables/xlsx/plain-row.ts";
import { readSheet } from "../../../shared/tables/xlsx/read-sheet.ts";
import { SheetFacts } from "../../../shared/tables/xlsx/sheet-facts.ts";
import { TextTable } from "../../../shared/tables/xlsx/text-table.ts";

/** What is read of one cell with plenty of bytes behind it; undefined where it is left to the scanner. */
function read(xml: string) {
  const bytes = Buffer.from(xml + " ".repeat(200));
  const cell = new PlainCell();
  if (!cell.read(bytes, 0, bytes.length)) return undefined;
  const { number, from, to, end } = cell;
  const { column, style } = cell.attributes;
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
    ['<c r="C1" s="2"><f>A1*B1</f><v>1.5</v></c>', { column: 2, style: 2, number: 1.5 }],
    ['<c r="C1"><f t="shared" ref="C1:C9" si="0">A1&gt;B1</f><v>2</v></c>', { column: 2, style: 0, number: 2 }],
    ['<c r="C2"><f t="shared" si="0"/><v>3</v></c>', { column: 2, style: 0, number: 3 }],
    ['<c r="C1" t="str"><f>A1&amp;"x"</f><v>ax</v></c>', { column: 2, style: 0, value: "ax" }],
    ['<c r="C1" t="b"><f>A1=B1</f><v>0</v></c>', { column: 2, style: 0, number: 0 }],
    ['<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', { column: 2, style: 0, value: "#DIV/0!" }],
    ["<c><v>1</v></c>", { column: -1, style: 0, number: 1 }],
  ])("reads %s", (xml, expected) => {
    expect(read(xml)).toEqual(expected);
  });

  test.each([
    "<col/>",
    '<x:c r="A1"><v>1</v></x:c>',
    '<c r="A1" cm="1"><v>1</v></c>',
    '<c r="A1"><f>B1</f></c>',
    '<c r="A1"><f>B1&gt;"<![CDATA[<]]>"</f><v>1</v></c>',
    '<c r="A1"><f>B1</f><!-- --><v>1</v></c>',
    '<c r="A1"><f ca="x>y">B1</f><v>1</v></c>',
    '<c r="A1"><f>B1</f ><v>1</v></c>',
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
  const facts = new SheetFacts();
  const batches = readSheet(Readable.from(chunks), { ...context, formats: [...context.formats] }, facts);
  for await (const batch of batches) {
    batch.columns.forEach((column, index) => {
      if (column === undefined) return;
      for (let row = 0; row < batch.rows; row++)
        cells.push([batch.rowNumbers[row], index, column.kinds[row] ?? 0, toCellText(column, row)]);
    });
  }
  return [facts.hiddenRows, ...cells];
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
    'REF t="str"><f t="shared" si="0"/><v>a &lt; b</v></c>',
    'REF t="str"><f>IF(A1&gt;2,"","x")</f><v></v></c>',
    "REF><f>A1</f></c>",
    'REF t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
  ),
);
const row = fc.record({
  cells: fc.array(cell, { maxLength: 5 }),
  attributes: fc.constantFrom("", "", "", ' spans="1:5"', ' spans="1:5"', ' hidden="1"', ' ht="20"'),
  skipped: fc.constantFrom(0, 0, 0, 3),
});
const sheet = fc.array(row, { maxLength: 20 });
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

/** With or without references, as both are allowed; `space` is what stands between an element's name and the rest. */
function toSheet(rows: Row[], space: string, hasReferences: boolean): string {
  let number = 0;
  const written = rows.map(({ cells, attributes, skipped }) => {
    number += 1 + skipped;
    const reference = (column: number) => (hasReferences ? `r="${String.fromCharCode(65 + column * 3)}${number}"` : "");
    const start = hasReferences ? `<row${space}r="${number}"${attributes}>` : `<row${attributes}>`;
    const body = cells.map((text, column) => text.replace("REF", `<c${space}${reference(column)}`)).join("");
    return `${start}${body}</row>`;
  });
  return `<worksheet><sheetData>${written.join("")}</sheetData></worksheet>${" ".repeat(300)}`;
}

test("a sheet reads the same by plain rows and cells and by the scanner alone, however its bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(sheet, fc.boolean(), fc.integer({ min: 100, max: 900 }), async (rows, hasReferences, size) => {
      // A second space is nothing plain any more.
      const byScanner = await dump(toSheet(rows, "  ", hasReferences), 20_000);
      expect(await dump(toSheet(rows, " ", hasReferences), 20_000)).toEqual(byScanner);
      expect(await dump(toSheet(rows, " ", hasReferences), size)).toEqual(byScanner);
    }),
    { numRuns: 400 },
  );
});

describe("LearntStarts", () => {
  const cellsOf = (row: number | string) => [
    `<c r="A${row}"><v>1</v></c>`,
    `<c r="B${row}" s="1" t="s"><v>2</v></c>`,
    `<c r="AB${row}" s="3"><v>3.5</v></c>`,
  ];

  /** Reads the cells of some rows one after another; each row is announced with its number, or with none. */
  function readRows(rows: { number: string; isTold?: boolean; cells: string[] }[]) {
    const xml = rows.map(({ number, cells }) => number + cells.join("")).join("");
    const bytes = Buffer.from(xml + " ".repeat(200));
    const cell = new PlainCell();
    let at = 0;
    return rows.map(({ number, isTold, cells }) => {
      cell.startRow(bytes, at, isTold ? at : at + number.length);
      at += number.length;
      return cells.map(() => {
        const isRead = cell.read(bytes, at, bytes.length);
        at = cell.end;
        return isRead ? [cell.attributes.column, cell.attributes.style, cell.number] : undefined;
      });
    });
  }

  const usual = [
    [0, 0, 1],
    [1, 1, 2],
    [27, 3, 3.5],
  ];

  test.each([
    ["the same columns", ["12345", "12346", "12347"]],
    ["other numbers of digits", ["9999", "10000", "999", "1000000"]],
  ])("reads rows with %s like the first", (_, numbers) => {
    expect(readRows(numbers.map((number) => ({ number, cells: cellsOf(number) })))).toEqual(numbers.map(() => usual));
  });

  test("reads cells in rows that were not announced, or that name another row", () => {
    const rows = [
      { number: "5001", cells: cellsOf(5001) },
      { number: "5002", isTold: true, cells: cellsOf(5002) },
      { number: "5003", cells: cellsOf(7777) },
      { number: "5004", cells: cellsOf(5004) },
    ];
    expect(readRows(rows)).toEqual(rows.map(() => usual));
  });

  test("takes nothing for granted where a column changes, or is left out", () => {
    const rows = [
      { number: "5001", cells: cellsOf(5001) },
      { number: "5002", cells: ['<c r="A5002" t="s"><v>9</v></c>', '<c r="AB5002" s="3"><v>3</v></c>'] },
      { number: "5003", cells: ['<c r="A5003" s="4"><v>8</v></c>', '<c r="C5003"><v>7</v></c>'] },
      { number: "5004", cells: ['<c r="B5004" s="12" t="s"><v>6</v></c>', "<c><v>5</v></c>"] },
    ];
    expect(readRows(rows)).toEqual([
      usual,
      [
        [0, 0, 9],
        [27, 3, 3],
      ],
      [
        [0, 4, 8],
        [2, 0, 7],
      ],
      [
        [1, 12, 6],
        [-1, 0, 5],
      ],
    ]);
  });
});

describe("PlainRow.read()", () => {
  const readRow = (learnt: string, xml: string) => {
    const row = new PlainRow();
    const attributes = Buffer.from(learnt);
    row.learn(attributes, 0, attributes.length);
    const bytes = Buffer.from(xml + " ".repeat(300));
    return row.read(bytes, 0, bytes.length) ? [row.number, xml.slice(row.end)] : undefined;
  };

  test.each([
    [' r="1"', '</row><row r="2"><c/>', [2, "<c/>"]],
    [' r="9" spans="1:10" x="y"', '</row><row r="10" spans="1:10" x="y">', [10, ""]],
  ])("reads what follows a row of %s", (learnt, xml, expected) => {
    expect(readRow(learnt, xml)).toEqual(expected);
  });

  test.each([
    ["", '</row><row r="2">'],
    [' spans="1:2" r="1"', '</row><row spans="1:2" r="2">'],
    [' r="1" spans="1:2"', '</row><row r="2" spans="1:3">'],
    [' r="1"', '</row><row r="2"/>'],
    [' r="1"', '</row><row r="0">'],
    [' r="1"', '</row><row r="12345678">'],
    [' r="1"', '</row> <row r="2">'],
    [' r="x"', '</row><row r="2">'],
  ])("after a row of %s leaves %s to the scanner", (learnt, xml) => {
    expect(readRow(learnt, xml)).toBeUndefined();
  });
});
