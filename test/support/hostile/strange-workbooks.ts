import { writeXlsx, type XlsxWriterOptions, type XlsxWriterSheet } from "../xlsx-writer.ts";
import { writeZip } from "../zip-writer.ts";
import { bytesOf, type Expectation, failed, type FileCase, reviewed, sheetRows } from "./case.ts";

const strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";
const text = (reference: string, value: string) => `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (reference: string, value: string | number, more = "") =>
  `<c r="${reference}"${more}><v>${value}</v></c>`;
const header = `<row r="1">${text("A1", "a")}${text("B1", "b")}</row>`;
const second = (cell: string) => `${header}<row r="2">${cell}${number("B2", 2)}</row>`;
const body = second(number("A2", 1));
const plain = sheetRows('{"a":1,"b":2}');
const book = (name: string, sheets: XlsxWriterSheet[], expect: Expectation, options?: XlsxWriterOptions): FileCase => ({
  name,
  ending: ".xlsx",
  bytes: writeXlsx(sheets, options),
  expect,
});
const sheet = (name: string, data: string, expect: Expectation, options?: XlsxWriterOptions) =>
  book(name, [{ data }], expect, options);
const raw = (name: string, bytes: Buffer, expect: Expectation, ending = ".xlsx"): FileCase => ({
  name,
  ending,
  bytes,
  expect,
});
const wide = (text_: string) => Buffer.from(text_, "utf16le");
const compound = (inside: Buffer) =>
  bytesOf([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], Buffer.alloc(600), inside, Buffer.alloc(600));
const unreadable = (says?: string) => failed("unreadable_workbook", says);
const letters = (column: number): string =>
  column < 0 ? "" : letters(Math.floor(column / 26) - 1) + String.fromCharCode(65 + (column % 26));
const columns = (count: number, row: number, cell: (reference: string, at: number) => string) =>
  `<row r="${row}">${Array.from({ length: count }, (_, at) => cell(`${letters(at)}${row}`, at)).join("")}</row>`;

const kinds: FileCase[] = [
  book("strict OOXML", [{ xml: `<worksheet xmlns="${strict}"><sheetData>${body}</sheetData></worksheet>` }], plain),
  book("days from 1904", [{ data: second(number("A2", 1, ' s="1"')) }], reviewed, {
    formats: ["yyyy-mm-dd"],
    date1904: true,
  }),
  book("a hidden sheet", [{ data: body, state: "hidden" }], reviewed),
  book("a very hidden sheet", [{ data: body, state: "veryHidden" }], reviewed),
  book("a chart and nothing else", [{ data: "", type: "chartsheet" }], reviewed),
  book("a chart beside a table", [{ data: body }, { data: "", type: "chartsheet" }], reviewed),
  book("a sheet of macros", [{ data: body, type: "xlMacrosheet" }], reviewed),
  book(
    "two sheets of one name",
    [
      { name: "x", data: body },
      { name: "x", data: second(number("A2", 5)) },
    ],
    { is: "read", tables: { _x: ['{"a":1,"b":2}'], _x_2: ['{"a":5,"b":2}'] } },
  ),
  book("a sheet named by an emoji", [{ name: "😀", data: body }], reviewed),
  book("a sheet named by 5,000 letters", [{ name: "x".repeat(5000), data: body }], reviewed),
  book("a sheet that SQL knows", [{ name: "select", data: body }], reviewed),
  book(
    "300 sheets",
    Array.from({ length: 300 }, (_, at) => ({ name: `S${at}`, data: at === 0 ? body : "" })),
    reviewed,
  ),
  raw("a workbook of 1997", compound(bytesOf([0x09, 0x08, 0x10, 0], wide("Workbook"))), unreadable()),
  raw("a workbook that wants a password", compound(wide("EncryptedPackage")), unreadable("password")),
  raw(
    "a document of Word",
    writeZip([
      { name: "[Content_Types].xml", data: "<a/>" },
      { name: "word/document.xml", data: "<a/>" },
    ]),
    unreadable(),
  ),
  raw(
    "a sheet of OpenDocument",
    writeZip([
      { name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet", method: 0 },
      { name: "content.xml", data: "<a/>" },
    ]),
    unreadable(),
  ),
  raw(
    "a binary workbook",
    writeZip([
      { name: "[Content_Types].xml", data: "<a/>" },
      { name: "xl/workbook.bin", data: "x" },
    ]),
    unreadable(),
  ),
  raw(
    "a page that calls itself a workbook of 1997",
    bytesOf("<html><table><tr><td>a</td></tr></table></html>"),
    unreadable(),
    ".xls",
  ),
  raw("a page behind a workbook", bytesOf(writeXlsx([{ data: body }]), "<script>alert(1)</script>"), reviewed),
  raw("a page in front of a workbook", bytesOf("<html></html>", writeXlsx([{ data: body }])), reviewed),
  raw("a sheet that is not where it is said to be", shifted(), unreadable("not where")),
  raw("an encrypted part", writeZip([{ name: "xl/workbook.xml", data: "x", flags: 0x801 }]), unreadable()),
];

/** Its last part is said to begin a byte later than it does. */
function shifted(): Buffer {
  const bytes = writeXlsx([{ data: body }]);
  const entry = bytes.lastIndexOf("PK\x01\x02");
  bytes.writeUInt32LE(bytes.readUInt32LE(entry + 42) + 1, entry + 42);
  return bytes;
}

const cells: FileCase[] = [
  sheet(
    "a text of runs in its cell",
    second('<c r="A2" t="inlineStr"><is><r><t>Gr</t></r><r><t>ace</t></r></is></c>'),
    sheetRows('{"a":"Grace","b":2}'),
  ),
  sheet(
    "how a text is spoken",
    second('<c r="A2" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>'),
    sheetRows('{"a":"東京","b":2}'),
  ),
  sheet("a text in its cell and a value", second('<c r="A2" t="inlineStr"><is><t>x</t></is><v>9</v></c>'), reviewed),
  sheet("a value and a text in its cell", second('<c r="A2" t="inlineStr"><v>9</v><is><t>x</t></is></c>'), reviewed),
  sheet("two texts in one cell", second('<c r="A2" t="inlineStr"><is><t>x</t></is><is><t>y</t></is></c>'), reviewed),
  sheet("a cell in a cell", second('<c r="A2"><c r="A2"><v>1</v></c></c>'), reviewed),
  sheet("a row in a row", `${header}<row r="2"><row r="3">${number("A3", 1)}</row></row>`, reviewed),
  sheet("control characters in a text", second(text("A2", "x\u0001\u0008\u001by")), reviewed),
  sheet("a NUL byte in a text", second(text("A2", "x\0y")), reviewed),
  sheet("a formula's text", second('<c r="A2" t="str"><f>A1&amp;"x"</f><v>ax</v></c>'), sheetRows('{"a":"ax","b":2}')),
  sheet("an array formula", second('<c r="A2"><f t="array" ref="A2:A1048576">ROW()</f><v>1</v></c>'), plain),
  sheet("a table of data", second('<c r="A2"><f t="dataTable" ref="A2:B3" r1="A1"/><v>1</v></c>'), plain),
  sheet("a formula that calls a program", second(`<c r="A2"><f>cmd|'/C calc'!A0</f><v>1</v></c>`), plain),
  sheet(
    "a row whose spans lie",
    `${header}<row r="2" spans="1:16384" ht="1e999">${number("A2", 1)}${number("B2", 2)}</row>`,
    plain,
  ),
  sheet("line breaks in a text", second(text("A2", "x\r\ny\rz\n")), reviewed),
  sheet(
    "merges that overlap",
    `${body}</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A2:B3"/></mergeCells><sheetData>`,
    reviewed,
  ),
  sheet("data twice", `${body}</sheetData><sheetData>${header}<row r="2">${number("A2", 9)}</row>`, reviewed),
  sheet("no shared strings, and a cell that refers to one", second(number("A2", 0, ' t="s"')), reviewed, {
    without: ["xl/sharedStrings.xml"],
  }),
  sheet("no styles, and a cell that has one", second(number("A2", 45000, ' s="1"')), reviewed, {
    without: ["xl/styles.xml"],
  }),
  sheet("no types of content", body, plain, { without: ["[Content_Types].xml"] }),
  sheet("no relationships of the package", body, reviewed, { without: ["_rels/.rels"] }),
  sheet("no relationships of the workbook", body, reviewed, { without: ["xl/_rels/workbook.xml.rels"] }),
  sheet("no list of sheets", body, unreadable(), { without: ["xl/workbook.xml"] }),
  sheet("no sheet", body, failed("empty_file"), { without: ["xl/worksheets/sheet1.xml"] }),
  sheet("an empty shared string", second(number("A2", 0, ' t="s"')), reviewed, { strings: [""] }),
  sheet("a shared string in a shared string", second(number("A2", 0, ' t="s"')), reviewed, {
    strings: ["<t>x</t><si><t>y</t></si>"],
  }),
  sheet("a shared string of a thousand runs", second(number("A2", 0, ' t="s"')), reviewed, {
    strings: ["<r><t>x</t></r>".repeat(1000)],
  }),
  sheet("100,000 formats", second(number("A2", 1, ' s="99999"')), reviewed, {
    formats: Array.from({ length: 100_000 }, (_, at) => `0.0"${at}"`),
  }),
  sheet(
    "2,000 columns",
    `${columns(2000, 1, (reference, at) => text(reference, `c${at}`))}${columns(2000, 2, number)}`,
    reviewed,
  ),
  {
    ...sheet(
      "16,384 columns",
      `${columns(16_384, 1, (reference, at) => text(reference, `c${at}`))}${columns(16_384, 2, number)}`,
      reviewed,
    ),
    isHeavy: true,
  },
  {
    ...sheet(
      "a million empty rows",
      `${body}${Array.from({ length: 1_000_000 }, (_, at) => `<row r="${at + 3}"/>`).join("")}`,
      plain,
    ),
    isHeavy: true,
  },
];

/** What somebody who had not seen the others thought of. */
export const strangeWorkbooks: FileCase[] = [...kinds, ...cells];
