import { deflateRawSync } from "node:zlib";
import { writeXlsx, type XlsxWriterOptions } from "../xlsx-writer.ts";
import { writeZip } from "../zip-writer.ts";
import { bytesOf, type Expectation, failed, type FileCase, sheetRows, reviewed } from "./case.ts";

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const inline = (reference: string, text: string) => `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;
const number = (reference: string, value: string | number, more = "") =>
  `<c r="${reference}"${more}><v>${value}</v></c>`;
const header = `<row r="1">${inline("A1", "a")}${inline("B1", "b")}</row>`;
const body = `${header}<row r="2">${number("A2", 1)}${number("B2", 2)}</row><row r="3">${number("A3", 3)}${number("B3", 4)}</row>`;
const plain = sheetRows('{"a":1,"b":2}', '{"a":3,"b":4}');
const one = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({ name, ending: ".xlsx", bytes, expect });
const sheet = (name: string, data: string, expect: Expectation, options: XlsxWriterOptions = {}) =>
  one(name, writeXlsx([{ data }], options), expect);
const xml = (name: string, text: string | Buffer, expect: Expectation) => one(name, writeXlsx([{ xml: text }]), expect);
const part = (name: string, path: string, text: string | Buffer, expect: Expectation) =>
  one(name, writeXlsx([{ data: body }], { parts: { [path]: text } }), expect);
/** With a value in A2 beside one that is right. */
const cell = (name: string, text: string, expect: Expectation, options?: XlsxWriterOptions) =>
  sheet(name, `${header}<row r="2">${text}${number("B2", 2)}</row>`, expect, options);

const unreadable = (says?: string) => failed("unreadable_workbook", says);
const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, at) => `<!ENTITY a${at} "&a${at - 1 < 0 ? "" : at - 1};&a${at - 1 < 0 ? "" : at - 1};">`).join("")}]>`;
const external = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';
const worksheet = (data: string) => `<worksheet ${main}><sheetData>${data}</sheetData></worksheet>`;

const documents: FileCase[] = [
  xml(
    "entities that double thirty times",
    `${head}${laughs}${worksheet(body.replace(">a<", ">&a29;<"))}`,
    unreadable("document type"),
  ),
  xml(
    "an entity that reads a file",
    `${head}${external}${worksheet(body.replace(">a<", ">&a;<"))}`,
    unreadable("document type"),
  ),
  xml("an entity that nobody declared", `${head}${worksheet(body.replace(">a<", ">&bomb;<"))}`, reviewed),
  xml("a document type in small letters", `${head}<!doctype x>${worksheet(body)}`, unreadable()),
  part(
    "entities in the shared strings",
    "xl/sharedStrings.xml",
    `${head}${laughs}<sst ${main}><si><t>&a29;</t></si></sst>`,
    unreadable("document type"),
  ),
  part("entities in the styles", "xl/styles.xml", `${head}${laughs}<styleSheet ${main}/>`, unreadable("document type")),
  part(
    "entities in the list of sheets",
    "xl/workbook.xml",
    `${head}${external}<workbook ${main}/>`,
    unreadable("document type"),
  ),
  part(
    "entities in the relationships",
    "xl/_rels/workbook.xml.rels",
    `${head}${external}<Relationships/>`,
    unreadable("document type"),
  ),
  xml("nothing in its sheet", "", reviewed),
  xml("no XML", "a,b\n1,2\n", unreadable()),
  xml("XML cut off in a row", `${head}<worksheet ${main}><sheetData>${header}<row r="2"><c r="A2"><v>1`, unreadable()),
  xml("XML cut off behind its rows", `${head}<worksheet ${main}><sheetData>${body}`, unreadable()),
  xml(
    "elements that close others",
    `${head}<worksheet ${main}><sheetData>${body}</worksheet></sheetData>`,
    unreadable(),
  ),
  xml(
    "elements 100,000 deep",
    `${head}<worksheet ${main}>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</worksheet>`,
    unreadable(),
  ),
  xml(
    "100,000 attributes",
    `${head}<worksheet ${main}><sheetData><row r="1" ${Array.from({ length: 100_000 }, (_, at) => `a${at}="1"`).join(" ")}>${inline("A1", "a")}</row></sheetData></worksheet>`,
    reviewed,
  ),
  xml("a token without an end", `${head}<worksheet ${main}><sheetData><row r="${"1".repeat(9_000_000)}`, unreadable()),
  xml("a comment without an end", `${head}<worksheet ${main}><!-- ${"x".repeat(100_000)}`, unreadable()),
  xml("text marked as such", `${head}${worksheet(body.replace(">a<", "><![CDATA[a]]><"))}`, plain),
  xml("comments and instructions", `${head}<!-- a --><?b c?>${worksheet(`<!-- <row r="9"/> -->${body}`)}`, plain),
  xml("another encoding", bytesOf('<?xml version="1.0" encoding="klingon"?>', worksheet(body)), unreadable()),
  xml("UTF-16", Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${worksheet(body)}`, "utf16le"), plain),
  xml("bytes that are no UTF-8", Buffer.from(`${head}${worksheet(body.replace(">a<", ">\xff<"))}`, "latin1"), reviewed),
  xml("another root", `${head}<html>${worksheet(body)}</html>`, reviewed),
  xml(
    "another namespace",
    `${head}<x:worksheet xmlns:x="urn:x"><x:sheetData>${body.replaceAll("<", "<x:").replaceAll("<x:/", "</x:")}</x:sheetData></x:worksheet>`,
    plain,
  ),
];

const references: FileCase[] = [
  ...[
    "XFE1",
    "AAAA1",
    "ZZZZZZZZ1",
    "A1048577",
    "A99999999999",
    "A0",
    "A-1",
    "1A",
    "A",
    "1",
    "",
    "a2",
    "Ä2",
    "$A$2",
    "A2:B2",
    "R2C1",
  ].map((reference) => cell(`a cell called ${JSON.stringify(reference)}`, number(reference, 1), reviewed)),
  cell("a cell without its name", "<c><v>1</v></c>", reviewed),
  cell("a cell twice", `${number("A2", 1)}${number("A2", 9)}`, reviewed),
  cell("cells in the wrong order", `${number("C2", 3)}${number("A2", 1)}`, reviewed),
  sheet("a row twice", `${body}<row r="3">${number("A3", 9)}</row>`, reviewed),
  sheet(
    "rows in the wrong order",
    `<row r="3">${number("A3", 3)}${number("B3", 4)}</row>${body.replace(/<row r="3">.*/, "")}`,
    reviewed,
  ),
  sheet("a row beyond all", `${body}<row r="1048577">${number("A1048577", 9)}</row>`, reviewed),
  sheet("a row of minus one", `${body}<row r="-1">${number("A1", 9)}</row>`, reviewed),
  sheet("a row that is no number", `${body}<row r="x">${number("A4", 9)}</row>`, reviewed),
  sheet(
    "a row without its number",
    `${header}<row>${number("A2", 1)}${number("B2", 2)}</row>`,
    sheetRows('{"a":1,"b":2}'),
  ),
  sheet("a cell in the last place there is", `${body}<row r="1048576">${number("XFD1048576", 9)}</row>`, reviewed),
];

const dimension = (reference: string) =>
  one(`a dimension of ${reference}`, writeXlsx([{ before: `<dimension ref="${reference}"/>`, data: body }]), plain);
const behind = (name: string, text: string, expect: Expectation = plain) =>
  xml(name, `${head}<worksheet ${main}><sheetData>${body}</sheetData>${text}</worksheet>`, expect);

const claims: FileCase[] = [
  ...["A1", "A1:XFD1048576", "A1:ZZZZ99999999", "B2:A1", "x"].map(dimension),
  behind(
    "a merge over the whole sheet",
    '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    reviewed,
  ),
  behind(
    "100,000 merges",
    `<mergeCells count="100000">${Array.from({ length: 100_000 }, (_, at) => `<mergeCell ref="A${at + 10}:B${at + 10}"/>`).join("")}</mergeCells>`,
  ),
  behind("a merge of nothing", '<mergeCells><mergeCell ref=""/></mergeCells>'),
  behind("a merge backwards", '<mergeCells><mergeCell ref="Z9:A1"/></mergeCells>', reviewed),
  behind(
    "validations over the whole sheet",
    '<dataValidations count="1"><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a"</formula1></dataValidation></dataValidations>',
  ),
  behind("links over the whole sheet", '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'),
  one(
    "columns beyond all",
    writeXlsx([{ before: '<cols><col min="1" max="4294967295" width="9"/></cols>', data: body }]),
    plain,
  ),
];

const strings = { strings: ["<t>Ada</t>", "<r><t>Gr</t></r><r><t>ace</t></r>"] };
const values: FileCase[] = [
  ...[2, 99, 4294967296, -1, 1.5, "x", "", "1e3"].map((index) =>
    cell(`the shared string ${JSON.stringify(index)} of two`, number("A2", index, ' t="s"'), reviewed, strings),
  ),
  cell("a shared string", number("A2", 1, ' t="s"'), sheetRows('{"a":"Grace","b":2}'), strings),
  cell("a shared string in blanks", number("A2", " 1 ", ' t="s"'), reviewed, strings),
  ...[1, 99, 65535, -1, "x"].map((style) =>
    cell(`the style ${style} of one`, number("A2", 45000, ` s="${style}"`), reviewed),
  ),
  ...["#DIV/0!", "#REF!", "#N/A", "#NAME?", "nonsense"].map((error) =>
    cell(`the error ${error}`, number("A2", error, ' t="e"'), reviewed),
  ),
  ...[
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "0x1F",
    "1,5",
    "",
    " ",
    "1 2",
    "--1",
    "1e",
    ".",
    "9".repeat(400),
    "2".repeat(20),
    "4.9E-324",
  ].map((value) =>
    cell(`the number ${JSON.stringify(value.slice(0, 20))} of ${value.length} digits`, number("A2", value), reviewed),
  ),
  ...["-1", "0", "59.5", "60", "61", "2958465", "2958466", "1e15", "-1e15", "NaN"].map((value) =>
    cell(`the day ${value}`, number("A2", value, ' s="1"'), reviewed, { formats: ["yyyy-mm-dd"] }),
  ),
  ...["2024-02-30", "99999-01-01", "x", "", "2024-01-01T25:00:00"].map((value) =>
    cell(`the ISO day ${JSON.stringify(value)}`, number("A2", value, ' t="d"'), reviewed),
  ),
  ...["2", "-1", "x", "TRUE", ""].map((value) =>
    cell(`the truth ${JSON.stringify(value)}`, number("A2", value, ' t="b"'), reviewed),
  ),
  cell("a type nobody knows", number("A2", 1, ' t="zzz"'), reviewed),
  cell("a value twice", '<c r="A2"><v>1</v><v>9</v></c>', unreadable("two values")),
  cell("a value twice, nothing first", '<c r="A2"><v/><v>9</v></c>', unreadable("two values")),
  cell("a formula without a value", '<c r="A2"><f>WEBSERVICE("http://x")</f></c>', reviewed),
  cell("a formula that shares one nobody made", '<c r="A2"><f t="shared" si="99"/><v>1</v></c>', reviewed),
  cell("a formula of a megabyte", `<c r="A2"><f>${"1+".repeat(500_000)}1</f><v>1</v></c>`, sheetRows('{"a":1,"b":2}')),
  cell("a text of three megabytes", inline("A2", "x".repeat(3_000_000)), reviewed),
  cell(
    "a text of nothing that is kept",
    '<c r="A2" t="inlineStr"><is><t xml:space="preserve">  </t></is></c>',
    reviewed,
  ),
  cell("a text with a NUL", inline("A2", "x&#0;y"), reviewed),
  cell("a text with half of a pair", inline("A2", "x&#xD800;y"), reviewed),
  cell("a text with a letter beyond Unicode", inline("A2", "x&#x110000;y"), reviewed),
  cell("a text with Excel's own escapes", inline("A2", "x_x0000_y_x000D_"), reviewed),
  cell(
    "a page in a cell",
    inline("A2", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    sheetRows('{"a":"<script>alert(1)</script>","b":2}'),
  ),
  ...[
    "[".repeat(1000),
    "0".repeat(30_000),
    `${"#,".repeat(5000)}0`,
    `[${"$".repeat(5000)}]0`,
    ";".repeat(5000),
    '"'.repeat(999),
    "\\".repeat(999),
    "yyyy".repeat(5000),
    "[h]".repeat(2000),
    "General;General;General;@",
  ].map((format, at) =>
    cell(`the number format ${at}: ${format.slice(0, 4)}… of ${format.length}`, number("A2", 1, ' s="1"'), reviewed, {
      formats: [format],
    }),
  ),
];

const relations = (...list: [string, string, string][]) =>
  `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`).join("")}</Relationships>`;
const rels = "xl/_rels/workbook.xml.rels";
const listed = (...sheets: string[]) =>
  `${head}<workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${sheets.join("")}</sheets></workbook>`;

const containers: FileCase[] = [
  ...[
    "../../etc/passwd",
    "/etc/passwd",
    "http://127.0.0.1/x",
    "file:///etc/passwd",
    "worksheets/sheet9.xml",
    "",
    "\\\\server\\share",
    "worksheets/",
    "..",
    `${"../".repeat(5000)}a`,
  ].map((target) =>
    part(`a sheet at ${JSON.stringify(target.slice(0, 30))}`, rels, relations(["rId1", "worksheet", target]), reviewed),
  ),
  ...[
    "/xl/worksheets/sheet1.xml",
    "./worksheets/sheet1.xml",
    "../xl/worksheets/sheet1.xml",
    "WORKSHEETS/SHEET1.XML",
  ].map((target) => part(`a sheet at ${target}`, rels, relations(["rId1", "worksheet", target]), plain)),
  part("relationships that go in a circle", rels, relations(["rId1", "worksheet", "workbook.xml"]), reviewed),
  part(
    "100,000 relationships",
    rels,
    relations(
      ["rId1", "worksheet", "worksheets/sheet1.xml"],
      ...Array.from({ length: 100_000 }, (_, at): [string, string, string] => [`x${at}`, "image", "a.png"]),
    ),
    plain,
  ),
  part("no sheets", "xl/workbook.xml", listed(), unreadable("lists no sheets")),
  part(
    "one sheet listed twice",
    "xl/workbook.xml",
    listed('<sheet name="Sheet1" sheetId="1" r:id="rId1"/>', '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'),
    reviewed,
  ),
  part(
    "3,000 sheets that are one",
    "xl/workbook.xml",
    listed(...Array.from({ length: 3000 }, (_, at) => `<sheet name="S${at}" sheetId="${at}" r:id="rId1"/>`)),
    reviewed,
  ),
  part("a sheet without a name", "xl/workbook.xml", listed('<sheet sheetId="1" r:id="rId1"/>'), reviewed),
  part(
    "a sheet whose name is a way out",
    "xl/workbook.xml",
    listed('<sheet name="../../x" sheetId="1" r:id="rId1"/>'),
    reviewed,
  ),
  part("macros", "xl/vbaProject.bin", bytesOf([0xd0, 0xcf, 0x11, 0xe0]), plain),
  part("a part beside it with a way out in its name", "../../evil.xml", "x", unreadable("leads out")),
  one(
    "a part twice",
    writeZip([
      { name: "xl/workbook.xml", data: "a" },
      { name: "XL/workbook.xml", data: "b" },
    ]),
    unreadable("same name"),
  ),
  one(
    "a sheet of 1.9 GB of zeros that says so",
    writeZip([
      { name: "xl/workbook.xml", data: listed('<sheet name="a" sheetId="1" r:id="rId1"/>') },
      { name: "xl/big", packed: deflateRawSync(Buffer.alloc(1_000_000)), declaredSize: 2_000_000_001 },
    ]),
    unreadable("more than"),
  ),
  one(
    "a part that is larger than it says",
    writeZip([{ name: "xl/workbook.xml", packed: deflateRawSync(Buffer.alloc(1_000_000)), declaredSize: 10 }]),
    unreadable("larger than"),
  ),
  one("a container cut off", writeXlsx([{ data: body }]).subarray(0, -30), unreadable()),
  one("a container with something behind its end", bytesOf(writeXlsx([{ data: body }]), "\n\n<html>"), plain),
  one("a compound file", bytesOf([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], Buffer.alloc(600)), unreadable()),
  one("text", bytesOf("a,b\n1,2\n"), reviewed),
  one("nothing", Buffer.alloc(0), failed("empty_file")),
];

const sizes: FileCase[] = [
  sheet("200,000 empty rows", `${body}${"<row/>".repeat(200_000)}`, reviewed),
  sheet(
    "200,000 rows of empty cells",
    `${body}${Array.from({ length: 200_000 }, (_, at) => `<row r="${at + 4}"><c r="A${at + 4}" s="0"/></row>`).join("")}`,
    plain,
  ),
];

/** Workbooks that claim, promise or hide what no program writes; and one that is honest. */
export const workbookCases: FileCase[] = [
  ...documents,
  ...references,
  ...claims,
  ...values,
  ...containers,
  ...sizes,
  sheet("an honest sheet", body, plain),
];
