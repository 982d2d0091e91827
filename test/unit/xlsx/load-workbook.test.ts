import { describe, expect, test } from "vitest";
import { writeXlsx, type XlsxWriterOptions } from "../../support/xlsx-writer.ts";
import { load, loadSheetData, rowsOf } from "./load.ts";

/** Loads one column of hand-written `<c>` elements under the header `x`. */
async function loadColumn(cells: string[], options: XlsxWriterOptions = {}) {
  const rows = cells.map((cell, i) => `<row r="${i + 2}">${cell}</row>`).join("");
  const sheet = await loadSheetData(rowsOf([["x"]]) + rows, options);
  return { type: sheet.columns[0]?.type, cells: sheet.cells.map(([cell]) => cell), warnings: sheet.warnings };
}

/** One cell in column A. */
function cell(value: string | number, attributes = ""): string {
  return `<c ${attributes}><v>${value}</v></c>`;
}
const dates = { formats: ["yyyy-mm-dd", "h:mm", "[h]:mm", "0%", "#,##0.00"] };

describe("loadWorkbook() gives a column the type that holds every cell", () => {
  test.each<[string, string[], string, (string | null)[]]>([
    ["whole numbers", [cell(1), cell("-2"), cell("3.0")], "BIGINT", ["1", "-2", "3"]],
    ["numbers", [cell(1), cell("2.5"), cell("1E-3")], "DOUBLE", ["1.0", "2.5", "0.001"]],
    ["the largest whole number", [cell("9007199254740991")], "BIGINT", ["9007199254740991"]],
    [
      "whole numbers that no double holds",
      [cell("123456789012345678"), cell(1)],
      "BIGINT",
      ["123456789012345678", "1"],
    ],
    ["whole numbers beyond 64 bits", [cell("98765432109876543210"), cell(1)], "HUGEINT", ["98765432109876543210", "1"]],
    ["a number of that size in scientific form", [cell("1E+20")], "DOUBLE", ["1e+20"]],
    ["text", [cell("007", 't="str"'), cell("a", 't="str"')], "VARCHAR", ["007", "a"]],
    ["text numbers", [cell("1", 't="str"'), cell("2", 't="str"')], "VARCHAR", ["1", "2"]],
    ["booleans", [cell(1, 't="b"'), cell(0, 't="b"')], "BOOLEAN", ["true", "false"]],
    ["dates", [cell(45322, 's="1"'), cell(1, 's="1"')], "DATE", ["2024-01-31", "1900-01-01"]],
    [
      "dates and times",
      [cell(45322, 's="1"'), cell(45322.75, 's="1"')],
      "TIMESTAMP",
      ["2024-01-31 00:00:00", "2024-01-31 18:00:00"],
    ],
    [
      "ISO dates",
      [cell("2024-01-31", 't="d"'), cell("2024-01-31T10:30:00Z", 't="d"')],
      "TIMESTAMP",
      ["2024-01-31 00:00:00", "2024-01-31 10:30:00"],
    ],
    ["ISO durations", [cell("PT36H", 't="d"'), cell("PT6H0M0.5S", 't="d"')], "INTERVAL", ["36:00:00", "06:00:00.5"]],
    ["times of day", [cell(0.5, 's="2"'), cell(0, 's="2"')], "TIME", ["12:00:00", "00:00:00"]],
    ["durations", [cell(1.5, 's="3"'), cell(0.25, 's="3"')], "INTERVAL", ["36:00:00", "06:00:00"]],
    [
      "durations that no interval holds",
      [cell("1E+300", 's="3"'), cell(-2e8, 's="3"')],
      "DOUBLE",
      ["1e+300", "-200000000.0"],
    ],
    ["durations and times", [cell(1.5, 's="3"'), cell(0.25, 's="2"')], "INTERVAL", ["36:00:00", "06:00:00"]],
    ["times of more than a day", [cell(45322.5, 's="2"')], "TIMESTAMP", ["2024-01-31 12:00:00"]],
    ["percentages", [cell(0.25, 's="4"'), cell(1, 's="4"')], "DOUBLE", ["0.25", "1.0"]],
    [
      "formulas, by their cached values",
      ["<c><f>A1+1</f><v>2</v></c>", '<c t="str"><f>"a"</f><v></v></c>', "<c><f>0</f><v>0</v></c>"],
      "BIGINT",
      ["2", "0"],
    ],
    ["cells without a value", ['<c s="1"/>', cell(1), "<c><v></v></c>"], "BIGINT", ["1"]],
    ["a type nobody knows", [cell("a", 't="future"')], "VARCHAR", ["a"]],
    ["a number that is none", [cell("12,5"), cell(" ")], "VARCHAR", ["12,5"]],
    ["dates that Excel cannot show", [cell(-5, 's="1"'), cell(3e6, 's="1"')], "BIGINT", ["-5", "3000000"]],
  ])("%s", async (_title, cells, type, values) => {
    expect(await loadColumn(cells, dates)).toEqual({ type, cells: values, warnings: [] });
  });

  test("text of everything in a column of several kinds, with a warning", async () => {
    const cells = [
      cell(1.5),
      cell("a", 't="str"'),
      cell(1, 't="b"'),
      cell(45322, 's="1"'),
      cell(0.5, 's="2"'),
      cell(1.5, 's="3"'),
    ];
    expect(await loadColumn(cells, dates)).toEqual({
      type: "VARCHAR",
      cells: ["1.5", "a", "TRUE", "2024-01-31", "12:00:00", "36:00:00"],
      warnings: ['Column "x" holds 1 number, 1 text, 1 boolean, 1 date, 1 time, 1 duration; each is kept as text'],
    });
  });

  test("text of long numbers beside fractions, with a warning", async () => {
    expect(await loadColumn([cell("123456789012345678"), cell("0.5")])).toEqual({
      type: "VARCHAR",
      cells: ["123456789012345678", "0.5"],
      warnings: ['Column "x" holds 1 number, 1 long whole number; each is kept as text'],
    });
  });

  test("errors as NULL, with a warning", async () => {
    const cells = [cell(1), cell("#N/A", 't="e"'), cell("#DIV/0!", 't="e"'), cell("#N/A", 't="e"')];
    expect(await loadColumn(cells)).toEqual({
      type: "BIGINT",
      cells: ["1", null, null, null],
      warnings: ['Column "x" holds errors, which are NULL: 2 × #N/A, 1 × #DIV/0!'],
    });
  });

  test("also when only the last of many rows says otherwise", async () => {
    const cells = [...Array.from({ length: 5_000 }, (_, i) => cell(i)), cell("0.5")];
    const { type, cells: values } = await loadColumn(cells);
    expect([type, values.length, values[4_999], values[5_000]]).toEqual(["DOUBLE", 5_001, "4999.0", "0.5"]);
  });

  test("and finds a column that only the last of many rows has", async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => [i]);
    const { columns, cells } = await loadSheetData(
      `${rowsOf([["a"], ...rows])}<row r="9000"><c r="C9000"><v>7</v></c></row>`,
    );
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ["a", "BIGINT"],
      ["column_2", "BIGINT"],
    ]);
    expect(cells).toHaveLength(5_001);
    expect(cells[5_000]).toEqual([null, "7"]);
  });

  test("dates of the 1904 epoch", async () => {
    const { cells } = await loadColumn([cell(43860, 's="1"')], { ...dates, date1904: true });
    expect(cells).toEqual(["2024-01-31"]);
  });

  test("dates of the 1904 epoch, also when an extension follows", async () => {
    const extension = '<extLst><ext><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>';
    const workbook = `<workbook><workbookPr date1904="true"/><sheets><sheet name="a" r:id="rId1"/></sheets>${extension}`;
    const data = `${rowsOf([["x"]])}<row>${cell(43860, 's="1"')}</row>`;
    const [sheet] = await load(writeXlsx([{ data }], { ...dates, parts: { "xl/workbook.xml": workbook } }));
    expect(sheet?.cells).toEqual([["2024-01-31"]]);
  });

  test("formats of cells, not those of conditional formats", async () => {
    const styles =
      '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs><dxfs><dxf><numFmt numFmtId="14" formatCode="0%"/></dxf></dxfs></styleSheet>';
    const { type } = await loadColumn([cell(45322, 's="1"')], { parts: { "xl/styles.xml": styles } });
    expect(type).toBe("DATE");
  });

  test("built-in formats", async () => {
    const { type } = await loadColumn([cell(45322, 's="1"')], { formatIds: [14] });
    expect(type).toBe("DATE");
  });
});

describe("loadWorkbook() reads text", () => {
  test.each<[string, string, string]>([
    ["plain", "<t>a &amp; b</t>", "a & b"],
    ["with space kept", '<t xml:space="preserve">  a </t>', "  a "],
    ["rich, runs joined", "<r><t>big </t></r><r><rPr><b/></rPr><t>bold</t></r>", "big bold"],
    [
      "with a phonetic guide left out",
      '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>',
      "東京",
    ],
    ["escaped", "<t>a_x000D_b _x005F_x41_</t>", "a\rb _x41_"],
    ["in CDATA", "<t><![CDATA[<a> & b]]> c</t>", "<a> & b c"],
    ["of several lines", "<t>a\r\nb</t>", "a\nb"],
    ["outside the basic plane", "<t>&#128200; 📈</t>", "📈 📈"],
  ])("%s, shared and inline", async (_title, si, text) => {
    const cells = [cell(0, 't="s"'), `<c t="inlineStr"><is>${si}</is></c>`];
    expect((await loadColumn(cells, { strings: [si] })).cells).toEqual([text, text]);
  });

  test("shared by many cells, also when there is a lot of it", async () => {
    const strings = Array.from({ length: 3_000 }, (_, i) => `<t>${i} ${"ä".repeat(700)}</t>`);
    const { cells } = await loadColumn(
      [2_999, 0, 1_500, 0].map((index) => cell(index, 't="s"')),
      { strings },
    );
    expect(cells.map((text) => text?.split(" ")[0])).toEqual(["2999", "0", "1500", "0"]);
    expect(cells[0]).toHaveLength(705);
  });

  test("inline, where the cell has another value beside it", async () => {
    const cells = [
      '<c t="inlineStr"><is><t>a</t></is><v>1</v></c>',
      '<c t="inlineStr"><v>1</v><is><t>b</t></is></c>',
      '<c t="inlineStr"><v>c</v></c>',
    ];
    expect((await loadColumn(cells)).cells).toEqual(["a", "b", "c"]);
  });

  test("but not one that is missing", async () => {
    await expect(loadColumn([cell(1, 't="s"')], { strings: ["<t>a</t>"] })).rejects.toThrow(
      "text 1, which is not there",
    );
  });
});

describe("loadWorkbook() reads sheets", () => {
  test("without references, by position", async () => {
    const data =
      '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c><c/><c><v>3</v></c></row>';
    const { columns, cells } = await loadSheetData(data);
    expect(columns.map(({ name }) => name)).toEqual(["a", "b", "column_3"]);
    expect(cells).toEqual([["1", null, "3"]]);
  });

  test("whatever their dimension claims, to the last column", async () => {
    const before = '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" hidden="1"/></cols>';
    const data = `${rowsOf([["a"], [1]])}<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>`;
    const [sheet] = await load(writeXlsx([{ before, data }]));
    expect(sheet?.cells).toEqual([
      ["1", null],
      [null, "2"],
    ]);
    expect(sheet?.warnings).toEqual(['Columns are hidden in the sheet; the table holds them too: "a", "column_2"']);
  });

  test("with hidden rows, and says so", async () => {
    const { cells, warnings } = await loadSheetData(
      `${rowsOf([["a"], [1]])}<row r="3" hidden="1"><c><v>2</v></c></row>`,
    );
    expect(cells).toEqual([["1"], ["2"]]);
    expect(warnings).toEqual(["1 rows are hidden in the sheet; the table holds them too"]);
  });

  test("whose hidden rows and columns hold nothing, without a word", async () => {
    const before = '<cols><col min="2" max="16384" hidden="1"/></cols>';
    const data = `${rowsOf([["a"], [1]])}<row r="3" hidden="1"><c s="1"/></row><row r="4" hidden="1"/>`;
    const [sheet] = await load(writeXlsx([{ before, data }]));
    expect([sheet?.rows, sheet?.warnings]).toEqual([1, []]);
  });

  test("with merged cells, and names those whose value is in the first of several rows", async () => {
    const refs = ["A1:B2", "A5:A6", "B5:C5"].map((ref) => `<mergeCell ref="${ref}"/>`);
    const after = `<mergeCells>${refs.join("")}</mergeCells>`;
    const title = rowsOf([["Trade"]]);
    const rows =
      title +
      rowsOf(
        [
          ["city", "in"],
          ["Rome", 1],
          [null, 2],
        ],
        4,
      );
    const sheetData = `<sheetData>${rows}</sheetData>`;
    const [sheet] = await load(writeXlsx([{ xml: `<worksheet>${sheetData}${after}</worksheet>` }]));
    expect(sheet?.cells).toEqual([
      ["Rome", "1"],
      [null, "2"],
    ]);
    expect(sheet?.warnings).toEqual([
      'Rows above the table were left out: "Trade"',
      "Cells are merged over several rows; each has its value in the first of them: A5:A6",
    ]);
  });

  test("of nothing but blanks as empty", async () => {
    const blank = await loadSheetData(rowsOf([[" "]]));
    expect([blank.table, blank.rows, blank.warnings]).toEqual([
      undefined,
      0,
      ["The sheet is empty: no table was made"],
    ]);
  });

  test("with namespace prefixes", async () => {
    const xml =
      '<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>a</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const [sheet] = await load(writeXlsx([{ xml }]));
    expect([sheet?.columns[0]?.name, sheet?.cells]).toEqual(["a", [["1"]]]);
  });

  test("in order, hidden ones too, and reports on those without cells", async () => {
    const data = rowsOf([["a"], [1]]);
    const sheets = [
      { name: "First", data },
      { name: "Empty" },
      { name: "Chart", type: "chartsheet" as const },
      { name: "Lost" },
      { name: "Secret", data, state: "veryHidden" as const },
    ];
    const reports = await load(writeXlsx(sheets, { without: ["xl/worksheets/sheet4.xml"] }));
    expect(
      reports.map(({ sheet, sheet_order, hidden, table, rows, warnings }) => [
        sheet,
        sheet_order,
        hidden,
        table,
        rows,
        warnings,
      ]),
    ).toEqual([
      ["First", 1, false, "first", 1, []],
      ["Empty", 2, false, undefined, 0, ["The sheet is empty: no table was made"]],
      ["Chart", 3, false, undefined, 0, ["The sheet is a chart: no table was made"]],
      ["Lost", 4, false, undefined, 0, ["The workbook lists this sheet but does not hold it: no table was made"]],
      ["Secret", 5, true, "secret", 1, ["The sheet is hidden in the workbook"]],
    ]);
  });

  test("of a workbook with a line break behind its end, as downloads leave there", async () => {
    const book = Buffer.concat([writeXlsx([{ data: rowsOf([["a"], [1]]) }]), Buffer.from("\r\n")]);
    expect((await load(book)).map(({ rows }) => rows)).toEqual([1]);
  });

  test("of a workbook with macros, which are not looked at", async () => {
    const parts = { "xl/vbaProject.bin": Buffer.from("d0cf11e0a1b11ae1", "hex") };
    const sheets = [{ data: rowsOf([["a"], [1]]) }, { name: "Macro1", type: "xlMacrosheet" as const }];
    const reports = await load(writeXlsx(sheets, { parts }));
    expect(reports.map(({ rows, warnings }) => [rows, warnings])).toEqual([
      [1, []],
      [0, ["The sheet holds macros, which are ignored: no table was made"]],
    ]);
  });

  test("through the usual paths where relationships are missing", async () => {
    const data = `<row><c t="s"><v>0</v></c></row><row><c s="1"><v>45322</v></c></row>`;
    const options = { strings: ["<t>day</t>"], formats: ["yyyy-mm-dd"], without: ["xl/_rels/workbook.xml.rels"] };
    const [sheet] = await load(writeXlsx([{ data }], options));
    expect([sheet?.columns[0]?.name, sheet?.cells]).toEqual(["day", [["2024-01-31"]]]);
  });

  test("but not another sheet in place of one without a part, as Excel 97 listed its modules", async () => {
    const listed = ['<sheet name="Module1" r:id=""/>', '<sheet name="Data" r:id="rId1"/>'];
    const workbook = `<workbook><sheets>${listed.join("")}</sheets></workbook>`;
    const book = writeXlsx([{ data: rowsOf([["a"], [1]]) }], { parts: { "xl/workbook.xml": workbook } });
    expect((await load(book)).map(({ sheet, rows }) => [sheet, rows])).toEqual([
      ["Module1", 0],
      ["Data", 1],
    ]);
  });

  test("through whatever paths the relationships give", async () => {
    const rels = (target: string, type: string) =>
      `<Relationships><Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/${type}" Target="${target}"/></Relationships>`;
    const book = writeXlsx([], {
      parts: {
        "_rels/.rels": rels("/Book/Main.xml", "officeDocument"),
        "book/main.xml": '<workbook><sheets><sheet name="A &amp; B" sheetId="9" p:id="r"/></sheets></workbook>',
        "Book/_rels/Main.xml.rels": rels("..\\Data\\one.xml", "worksheet"),
        "Data/One.xml": `<worksheet><sheetData>${rowsOf([["a"], [1]])}</sheetData></worksheet>`,
      },
    });
    expect((await load(book)).map(({ sheet, rows }) => [sheet, rows])).toEqual([["A & B", 1]]);
  });
});

describe("loadWorkbook() stays within its memory", () => {
  test("when one long text stands in thousands of cells", async () => {
    const strings = [`<t>${"x".repeat(1_000_000)}</t>`];
    const data = rowsOf([["a"]]) + `<row>${cell(0, 't="s"')}</row>`.repeat(2_000);
    const book = writeXlsx([{ data }], { strings });
    expect(book.length).toBeLessThan(20_000);
    const before = process.resourceUsage().maxRSS;
    await expect(load(book)).rejects.toMatchObject({ code: "too_large" });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(500_000);
  });

  test("when every row fills all columns", async () => {
    const row = (number: number) => `<row r="${number}">${"<c><v>1</v></c>".repeat(16_384)}</row>`;
    const [sheet] = await load(writeXlsx([{ data: Array.from({ length: 20 }, (_, i) => row(i + 1)).join("") }]));
    expect([sheet?.columns.length, sheet?.rows]).toEqual([16_384, 20]);
  }, 60_000);
});

/** As much of an OLE file as it takes: its signature, and far behind it the name of a stream. */
function compoundFile(stream: string): Buffer {
  const padding = Buffer.alloc(1_500_000);
  return Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), padding, Buffer.from(stream, "utf16le"), padding]);
}

describe("loadWorkbook() refuses", () => {
  const good = rowsOf([["a"], [1]]);
  test.each<[string, Buffer, string]>([
    ["what is no ZIP", Buffer.from("a,b\n1,2\n"), "no ZIP file"],
    ["an old .xls", compoundFile("Workbook"), "old .xls kind"],
    ["a workbook with a password", compoundFile("EncryptedPackage"), "it is encrypted"],
    ["a workbook cut short", writeXlsx([{ data: good }]).subarray(0, -30), "no ZIP file"],
    [
      "a ZIP without a workbook",
      writeXlsx([], { parts: { "_rels/.rels": "<Relationships/>", "xl/workbook.xml": "" } }),
      "lists no sheets",
    ],
    [
      "a binary workbook",
      writeXlsx([], {
        parts: { "_rels/.rels": '<r><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></r>' },
      }),
      ".xlsb",
    ],
    ["a document type", writeXlsx([{ xml: `<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>` }]), "document type"],
    [
      "a document type in the strings",
      writeXlsx([{ data: good }], { parts: { "xl/sharedStrings.xml": "<!DOCTYPE a><sst/>" } }),
      "document type",
    ],
    ["a sheet cut short", writeXlsx([{ xml: `<worksheet><sheetData>${good}` }]), "cut short"],
    ["a sheet that is not well-formed", writeXlsx([{ data: "<row><c></row>" }]), "not well-formed"],
    ["a column beyond the last", writeXlsx([{ data: '<row><c r="XFE1"><v>1</v></c></row>' }]), "beyond column XFD"],
    [
      "a column beyond the last, without a reference",
      writeXlsx([{ data: '<row><c r="XFD1"/><c/></row>' }]),
      "beyond column XFD",
    ],
  ])("%s", async (_title, book, reason) => {
    await expect(load(book)).rejects.toMatchObject({ code: "unreadable_workbook" });
    await expect(load(book)).rejects.toThrow(reason);
  });
});
