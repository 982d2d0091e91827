import { describe, expect, test } from "vitest";
import { convertAll, convertOne } from "./build-one.ts";

const utf16 = (text: string, mark: boolean) => Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
const utf16be = (text: string) => utf16(text, true).swap16();
const latin = (text: string) => Buffer.from(text, "latin1");

describe("encodings", () => {
  const text = "name,city\nJosé,Köln\nZoë,Århus\n";
  const rows = [
    ["José", "Köln"],
    ["Zoë", "Århus"],
  ];

  test.each([
    ["utf-8", Buffer.from(text)],
    ["utf-8", Buffer.from(`\ufeff${text}`)],
    ["utf-16le", utf16(text, true)],
    ["utf-16le", utf16(text, false)],
    ["utf-16be", utf16be(text)],
    ["windows-1252", latin(text)],
    ["mixed", Buffer.concat([Buffer.from("name,city\nJosé,Köln\n"), latin("Zoë,Århus\n")])],
  ])("%s is found and read", async (encoding, bytes) => {
    const one = await convertOne(bytes);
    expect(one.report).toMatchObject({ encoding, status: "converted", columns: [{ name: "name" }, { name: "city" }] });
    expect(one.rows).toEqual(rows);
  });

  test("one byte that is not UTF-8 in the last of many lines is enough", async () => {
    const many = `id,city\n${Array.from({ length: 200_000 }, (_, index) => `${index},x\n`).join("")}`;
    const { report, rows } = await convertOne(Buffer.concat([Buffer.from(many), latin("200000,Köln\n")]));
    expect(report.encoding).toBe("windows-1252");
    expect(rows.at(-1)).toEqual(["200000", "Köln"]);
  });

  test("Windows-1252 has its own characters where Latin-1 has none", async () => {
    const { rows } = await convertOne(
      Buffer.concat([Buffer.from("a,b\n1,"), Buffer.from([0x80, 0x93]), Buffer.from("\n")]),
    );
    expect(rows).toEqual([["1", "€“"]]);
  });
});

/** What a file says, and what must come of it. */
const files: { what: string; text: string; names: string[]; rows: unknown[][]; report?: Record<string, unknown> }[] = [
  {
    what: "semicolons",
    text: "a;b\n1,5;x\n2,5;y\n",
    names: ["a", "b"],
    rows: [
      [1.5, "x"],
      [2.5, "y"],
    ],
    report: { delimiter: ";" },
  },
  { what: "tabs", text: "a\tb\n1\tx, y\n", names: ["a", "b"], rows: [["1", "x, y"]], report: { delimiter: "\t" } },
  {
    what: "pipes",
    text: "a|b|c\n1|2|x\n",
    names: ["a", "b", "c"],
    rows: [["1", "2", "x"]],
    report: { delimiter: "|" },
  },
  {
    what: "a separator of two characters",
    text: "a||b||c\n1||x||y\n2||z||w\n",
    names: ["a", "b", "c"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
    ],
    report: { delimiter: "||" },
  },
  {
    what: "spaces behind separators",
    text: 'a, b, c\n1, "x, y", z\n2, w, v\n',
    names: ["a", "b", "c"],
    rows: [
      ["1", "x, y", "z"],
      ["2", "w", "v"],
    ],
  },
  {
    what: "CR LF",
    text: "a,b\r\n1,x\r\n2,y\r\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
    report: { reader: "strict" },
  },
  {
    what: "CR alone",
    text: "a,b\r1,x\r2,y\r",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
  },
  {
    what: "mixed line breaks",
    text: "a,b\r\n1,x\n2,y\r\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
  },
  { what: "no line break at the end", text: "a,b\n1,x", names: ["a", "b"], rows: [["1", "x"]] },
  {
    what: "quotes",
    text: 'a,b\n1,"x, ""y""\nz"\n2,w\n',
    names: ["a", "b"],
    rows: [
      ["1", 'x, "y"\nz'],
      ["2", "w"],
    ],
    report: { reader: "strict" },
  },
  {
    what: "single quotes",
    text: "a,b\n1,'x, y'\n2,'z, w'\n",
    names: ["a", "b"],
    rows: [
      ["1", "x, y"],
      ["2", "z, w"],
    ],
    report: { quote: "'" },
  },
  {
    what: "backslash escapes",
    text: 'a,b,c\n1,"say \\"hi\\", you",3\n2,"x",4\n',
    names: ["a", "b", "c"],
    rows: [
      ["1", 'say "hi", you', "3"],
      ["2", "x", "4"],
    ],
  },
  {
    what: "a quote within a cell",
    text: 'a,b\n1,5" pipe\n2,x\n',
    names: ["a", "b"],
    rows: [
      ["1", '5" pipe'],
      ["2", "x"],
    ],
  },
  {
    what: "a quote that is not doubled",
    text: 'a,b,c\n1,"He said "no" to me",3\n2,"x",4\n',
    names: ["a", "b", "c"],
    rows: [
      ["1", 'He said "no" to me', "3"],
      ["2", "x", "4"],
    ],
  },
  {
    what: "a quote that never closes",
    text: 'a,b,c\n1,"x,y\n2,z,w\n3,u,v\n',
    names: ["a", "b", "c"],
    rows: [
      ["1", '"x', "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
    ],
  },
  {
    what: "a quote that closes in the middle of a later line",
    text: 'a,b,c\n1,"x,y\n2,"z",w\n',
    names: ["a", "b", "c"],
    rows: [
      ["1", '"x', "y"],
      ["2", "z", "w"],
    ],
  },
  {
    what: "line breaks of an old Mac, and a few others",
    text: 'a,b\r1,"x\ny"\r2,z\r3,v\r4,u\r5,t\r6,s\r\n7,w\r',
    names: ["a", "b"],
    rows: [
      ["1", "x\ny"],
      ["2", "z"],
      ["3", "v"],
      ["4", "u"],
      ["5", "t"],
      ["6", "s"],
      ["7", "w"],
    ],
  },
  {
    what: "CR alone within quotes",
    text: 'a,b\n1,"x\ry\rz\r"\n2,"z\r\r\r\r"\n',
    names: ["a", "b"],
    rows: [
      ["1", "x\ry\rz\r"],
      ["2", "z\r\r\r\r"],
    ],
  },
  {
    what: "short rows",
    text: "a,b,c\n1,2,x\n3\n4,5,y\n",
    names: ["a", "b", "c"],
    rows: [
      ["1", "2", "x"],
      ["3", null, null],
      ["4", "5", "y"],
    ],
    report: { reader: "tolerant", rejected_rows: 0 },
  },
  {
    what: "long rows",
    text: "a,b\n1,x\n2,y,more,still\n3,z\n4,w\n",
    names: ["a", "b", "column_3", "column_4"],
    rows: [
      ["1", "x", null, null],
      ["2", "y", "more", "still"],
      ["3", "z", null, null],
      ["4", "w", null, null],
    ],
  },
  {
    what: "separators at the end",
    text: "a,b,\n1,x,\n2,y,\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
  },
  {
    what: "separators at the end of the data only",
    text: "a,b\n1,x,\n2,y,\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
  },
  {
    what: "a separator at the end of one row",
    text: "a,b\n1,x\n2,y,\n3,z\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
      ["3", "z"],
    ],
  },
  {
    what: "blank lines",
    text: "a,b\n\n1,x\n\n\n2,y\n\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      ["2", "y"],
    ],
  },
  {
    what: "rows of nothing but separators",
    text: "a,b\n1,x\n,\n2,y\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      [null, null],
      ["2", "y"],
    ],
  },
  {
    what: "empty rows at the end",
    text: "a,b\n1,x\n,\n2,y\n,\n,\n",
    names: ["a", "b"],
    rows: [
      ["1", "x"],
      [null, null],
      ["2", "y"],
    ],
    report: { reader: "strict", warnings: ["2 empty rows at the end left out"] },
  },
  {
    what: "empty rows at the end of short and long ones",
    text: "a,b\n1\n,\n2,y\n,,,\n,\n",
    names: ["a", "b"],
    rows: [
      ["1", null],
      [null, null],
      ["2", "y"],
    ],
    report: { reader: "tolerant" },
  },
  {
    what: "title lines",
    text: "Sales of the year\nmade by me\n\nid,name,city\n1,x,y\n2,z,w\n3,u,v\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
    ],
    report: { header_row: 4, skipped_lines: 2 },
  },
  {
    what: "a title padded with separators",
    text: "Sales of the year,,\n,,\nid,name,city\n1,x,y\n2,z,w\n3,u,v\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
    ],
  },
  {
    what: "a title with more separators than the table",
    text: "made on Sunday, by me, for you\nt,x\n1,2.5\n2,3.5\n",
    names: ["t", "x"],
    rows: [
      ["1", 2.5],
      ["2", 3.5],
    ],
    report: { header_row: 2, skipped_lines: 1 },
  },
  {
    what: "lines that describe the table",
    text: "# station: Oslo, Blindern\n# unit: mm\nday,rain,snow\n1,2.5,0\n2,3.5,1\n",
    names: ["day", "rain", "snow"],
    rows: [
      ["1", 2.5, "0"],
      ["2", 3.5, "1"],
    ],
    report: { header_row: 3, skipped_lines: 2 },
  },
  {
    what: "comments between rows",
    text: "day,rain,snow\n1,2.5,0\n# the gauge was moved\n2,3.5,1\n",
    names: ["day", "rain", "snow"],
    rows: [
      ["1", 2.5, "0"],
      ["2", 3.5, "1"],
    ],
    report: { rejected_rows: 1, rejects: [{ line: 3, raw: "# the gauge was moved", reason: "it is a comment" }] },
  },
  {
    what: "empty lines of separators above",
    text: ",,\n,,\nid,name,city\n1,x,y\n2,z,w\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
    ],
    report: { header_row: 3 },
  },
  {
    what: "units under the names",
    text: "time,height,place\ns,m,\n1,2.5,x\n2,3.5,y\n",
    names: ["time s", "height m", "place"],
    rows: [
      ["1", 2.5, "x"],
      ["2", 3.5, "y"],
    ],
    report: { header_row: 1 },
  },
  {
    what: "names of groups over the names of their parts",
    text: "Day,Travel,,,Total\n,Air,Rail,Taxi,\n2024-01-01,1.5,2,3,6.5\n2024-01-02,2.5,3,4,9.5\n",
    names: ["Day", "Travel Air", "Travel Rail", "Travel Taxi", "Total"],
    rows: [
      ["2024-01-01", 1.5, "2", "3", 6.5],
      ["2024-01-02", 2.5, "3", "4", 9.5],
    ],
  },
  {
    what: "words in place of the first numbers are data",
    text: "name,age,height\nAnn,unknown,170\nBob,5,110\nCid,unknown,unknown\nDan,7,120\n",
    names: ["name", "age", "height"],
    rows: [
      ["Ann", "unknown", "170"],
      ["Bob", "5", "110"],
      ["Cid", "unknown", "unknown"],
      ["Dan", "7", "120"],
    ],
  },
  {
    what: "marks in place of the first numbers are data",
    text: "state,jobs,share\nWA,**,**\nOH,5,110\nNY,6,120\n",
    names: ["state", "jobs", "share"],
    rows: [
      ["WA", "**", "**"],
      ["OH", "5", "110"],
      ["NY", "6", "120"],
    ],
  },
  {
    what: "one year as a name",
    text: "state,2022\nAlabama,-29.5\nAlaska,14.25\n",
    names: ["state", "2022"],
    rows: [
      ["Alabama", -29.5],
      ["Alaska", 14.25],
    ],
  },
  {
    what: "the header again, as where files were joined",
    text: "id,name\n1,x\n2,y\nid,name\n3,z\n",
    names: ["id", "name"],
    rows: [
      ["1", "x"],
      ["2", "y"],
      ["3", "z"],
    ],
    report: { columns: [{ type: "BIGINT" }, { type: "VARCHAR" }] },
  },
  {
    what: "several tables",
    text: "a,b\n1,x\n2,y\n\nOthers\nid,name,city\n1,x,y\n2,z,w\n3,u,v\n4,s,t\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
      ["4", "s", "t"],
    ],
    report: { header_row: 6, skipped_lines: 1 },
  },
  {
    what: "two tables that are equally wide, with an empty line between",
    text: "Report of 2024\nid,name\n1,x\n2,y\n\nyear,total\n2020,5\n2021,6\n2022,7\n2023,8\n",
    names: ["year", "total"],
    rows: [
      ["2020", "5"],
      ["2021", "6"],
      ["2022", "7"],
      ["2023", "8"],
    ],
    report: { header_row: 6 },
  },
  {
    what: "empty lines within a table, before words that are no names",
    text: "name,n,m\na,1,2\n\nnone,none,none\nb,3,4\nc,5,6\nd,7,8\n",
    names: ["name", "n", "m"],
    rows: [
      ["a", "1", "2"],
      ["none", null, null],
      ["b", "3", "4"],
      ["c", "5", "6"],
      ["d", "7", "8"],
    ],
  },
  {
    what: "a larger table above a smaller one",
    text: "id,name,city\n1,x,y\n2,z,w\n3,u,v\n4,s,t\na,b\n1,x\n2,y\n3,z\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
      ["4", "s", "t"],
    ],
  },
  {
    what: "a quote too many in the header",
    text: '"id,name,"city"\n1,"x, y","z"\n2,z,w\n3,u,v\n',
    names: ['"id', "name", "city"],
    rows: [
      ["1", "x, y", "z"],
      ["2", "z", "w"],
      ["3", "u", "v"],
    ],
  },
  {
    what: "a separator too many in the header",
    text: ",id,name,city\n1,x,y\n2,z,w\n3,u,v\n",
    names: ["id", "name", "city"],
    rows: [
      ["1", "x", "y"],
      ["2", "z", "w"],
      ["3", "u", "v"],
    ],
  },
  {
    what: "a separator of several signs",
    text: "a|~|b|~|c\n1|~|x|y|~|z\n2|~|u|~|v\n",
    names: ["a", "b", "c"],
    rows: [
      ["1", "x|y", "z"],
      ["2", "u", "v"],
    ],
    report: { delimiter: "|~|" },
  },
  {
    what: "a sign with spaces around it",
    text: "a | b | c\n1 | x | y\n2 | u | v\n",
    names: ["a", "b", "c"],
    rows: [
      ["1", "x", "y"],
      ["2", "u", "v"],
    ],
    report: { delimiter: " | " },
  },
  {
    what: "a sign that no list names",
    text: "a¬b¬c\n1¬x¬y\n2¬u¬v\n",
    names: ["a", "b", "c"],
    rows: [
      ["1", "x", "y"],
      ["2", "u", "v"],
    ],
    report: { delimiter: "¬" },
  },
  {
    what: "columns aligned with spaces",
    text: " id   name  size\n  1   x      2.5\n 10   yy    13.5 \n",
    names: ["id", "name", "size"],
    rows: [
      ["1", "x", 2.5],
      ["10", "yy", 13.5],
    ],
    report: { delimiter: " " },
  },
  {
    what: "single quotes around words that need none",
    text: "1,'di4','x'\n2,'bu3','y'\n3,'mi1','x'\n",
    names: ["column_1", "column_2", "column_3"],
    rows: [
      ["1", "di4", "x"],
      ["2", "bu3", "y"],
      ["3", "mi1", "x"],
    ],
    report: { quote: "'" },
  },
  {
    what: "no header",
    text: "1,2.5,x\n2,3.5,y\n3,4.5,z\n",
    names: ["column_1", "column_2", "column_3"],
    rows: [
      ["1", 2.5, "x"],
      ["2", 3.5, "y"],
      ["3", 4.5, "z"],
    ],
    report: { header_row: null },
  },
  {
    what: "years as names",
    text: "Country,1990,1991\nFrance,1.5,2.5\nSpain,3.5,4.5\n",
    names: ["Country", "1990", "1991"],
    rows: [
      ["France", 1.5, 2.5],
      ["Spain", 3.5, 4.5],
    ],
  },
  {
    what: "nothing but text",
    text: "name,city\nAnn,Rome\nBob,Oslo\n",
    names: ["name", "city"],
    rows: [
      ["Ann", "Rome"],
      ["Bob", "Oslo"],
    ],
  },
  {
    what: "text without header",
    text: "Ann,Rome\nBob,Oslo\nAnn,Paris\nBob,Rome\n",
    names: ["column_1", "column_2"],
    rows: [
      ["Ann", "Rome"],
      ["Bob", "Oslo"],
      ["Ann", "Paris"],
      ["Bob", "Rome"],
    ],
  },
  {
    what: "row names as R writes them",
    text: '"x","y"\n"a",1,2.5\n"b",2,3.5\n"c",3,4.5\n',
    names: ["column_1", "x", "y"],
    rows: [
      ["a", "1", 2.5],
      ["b", "2", 3.5],
      ["c", "3", 4.5],
    ],
  },
  { what: "a header alone", text: "a,b,c\n", names: ["a", "b", "c"], rows: [] },
  {
    what: "double and empty names",
    text: "a,,a,A\n1,2,3,4\n",
    names: ["a", "column_2", "a_2", "A_3"],
    rows: [["1", "2", "3", "4"]],
  },
  { what: "one column", text: "n\n1\n2\n\n3\n", names: ["n"], rows: [["1"], ["2"], [null], ["3"]] },
  {
    what: "NUL characters",
    text: "name,number\nsome longer words x\0y,1\n",
    names: ["name", "number"],
    rows: [["some longer words x\0y", "1"]],
  },
  {
    what: "names that SQL reserves",
    text: 'select,"from ""here"""\n1,x\n',
    names: ["select", 'from "here"'],
    rows: [["1", "x"]],
  },
  {
    what: "text that looks like SQL",
    text: "a,b\n'); DROP TABLE x; --,1\n",
    names: ["a", "b"],
    rows: [["'); DROP TABLE x; --", "1"]],
  },
];

const outcomes = await convertAll(Object.fromEntries(files.map(({ what, text }) => [`${what}.csv`, text])));

describe("delimited text", () => {
  test.each(files)("$what", ({ what, names, rows, report }) => {
    const one = outcomes.get(`${what}.csv`);
    expect(one?.rows).toEqual(rows);
    expect(one?.report.columns?.map(({ name }) => name)).toEqual(names);
    expect(one?.report).toMatchObject({ status: "converted", rows: rows.length, ...report });
  });

  test("says what was odd and in which line", () => {
    expect(outcomes.get("short rows.csv")?.report.warnings).toContain(
      "1 row (line 3) short of 3 cells, padded with NULL",
    );
    expect(outcomes.get("long rows.csv")?.report.warnings).toContain(
      "1 row (line 3) longer than 2 cells, kept in extra columns",
    );
  });

  test("names the tables that are not read, and the lines that were left out", () => {
    expect(outcomes.get("several tables.csv")?.report.warnings).toEqual([
      "Read by the tolerant reader: it holds several tables",
      "Another table of 3 records begins in line 1 and is not read: a, b",
    ]);
    expect(outcomes.get("the header again, as where files were joined.csv")?.report.warnings).toContain(
      "1 row (line 4) left out: the header again",
    );
  });

  test("tells what stands above a table, and in which line a note below it is kept", async () => {
    const { report, rows } = await convertOne(
      "Report 2024\nby the office\n\na,b,c\nk,x,2\nl,y,3\nSource: the office\n",
    );
    expect(report).toMatchObject({ header_row: 4, skipped_lines: 2, preamble: ["Report 2024", "by the office"] });
    expect(rows.at(-1)).toEqual(["Source: the office", null, null]);
    expect(report.warnings).toContain("1 row (line 7) short of 3 cells, padded with NULL");
  });

  const note = "it is a note below the table";
  const total = "it is a total below the table";
  test.each([
    ["a note in a column of numbers", "id,n,m\n1,5,x\n2,6,y\nSource: us\n", 2, [[4, "Source: us", note]]],
    ["one padded with separators", "id,n,m\n1,5,x\n2,6,y\nSource: us,,\n", 2, [[4, "Source: us,,", note]]],
    ["a total in a column of dates", "day,n\n2024-01-01,5\n2024-01-02,6\nTotal,11\n", 2, [[4, "Total,11", total]]],
    [
      "notes behind a gap, whatever stands above",
      "who,n,m\na,5,x\nb,6,y\n\n* provisional\nSource: us\n",
      2,
      [
        [5, "* provisional", note],
        [6, "Source: us", note],
      ],
    ],
    ["a total under names is a row", "who,n,m\na,5,1\nb,6,2\nTotal,11,3\n", 3, []],
    ["a text between numbers is a row", "id,n,m\n1,5,x\nsome,,\n2,6,y\n", 3, []],
  ])("keeps a footer from the rows, and rejects it word for word: %s", async (_, text, count, rejects) => {
    const { report, rows } = await convertOne(text);
    expect(rows.length).toBe(count);
    expect(report.rejects ?? []).toEqual(rejects.map(([line, raw, reason]) => ({ line, raw, reason })));
    if (rejects.length > 0) expect(report.columns?.map(({ type }) => type)).toContain("BIGINT");
  });

  test("finds a footer below more rows than the sample shows", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `${index},x\n`).join("");
    const { report, types } = await convertOne(`id,name\n${many}Source: us,\n`);
    expect(report).toMatchObject({ rows: 100_000, rejects: [{ line: 100_002, raw: "Source: us,", reason: note }] });
    expect(types).toEqual({ id: "BIGINT", name: "VARCHAR" });
  });

  test("finds a header that comes again far below", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `${index},x\n`).join("");
    const { report, types } = await convertOne(`id,name\n${many}id,name\n${many}`);
    expect(report).toMatchObject({ rows: 200_000, rejected_rows: 0 });
    expect(types).toEqual({ id: "BIGINT", name: "VARCHAR" });
  });

  test("reads the largest table also where it begins far below", async () => {
    const rows = (count: number, rest: string) =>
      Array.from({ length: count }, (_, index) => `${index}${rest}\n`).join("");
    const { report, types } = await convertOne(`a,b\n${rows(100_000, ",x")}id,name,city\n${rows(150_000, ",x,y")}`);
    expect(report).toMatchObject({ rows: 150_000, header_row: 100_002 });
    expect(Object.keys(types)).toEqual(["id", "name", "city"]);
    expect(report.warnings).toContain("Another table of 100001 records begins in line 1 and is not read: a, b");
  });

  test("keeps the order of rows", async () => {
    const text = `n,x\n${Array.from({ length: 100_000 }, (_, index) => `${(index * 7919) % 100_003},x\n`).join("")}`;
    const { rows } = await convertOne(text);
    expect(rows.map(([n]) => Number(n))).toEqual(
      Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 100_003),
    );
  });

  test("rejects a row that is absurdly long, and keeps it word for word", async () => {
    const { report, rows } = await convertOne(`a,b\n1,x\n2${",y".repeat(5000)}\n3,z\n4,w\n`);
    expect(rows).toEqual([
      ["1", "x"],
      ["3", "z"],
      ["4", "w"],
    ]);
    expect(report).toMatchObject({ rejected_rows: 1, rejects: [{ line: 3, reason: "it has 5001 cells" }] });
  });

  test("reads a table of a thousand columns", async () => {
    const line = (cell: (index: number) => string) => Array.from({ length: 1000 }, (_, index) => cell(index)).join();
    const { rows, report } = await convertOne(`${line((index) => `c${index}`)}\n${line(String)}\n`);
    expect(rows[0]).toHaveLength(1000);
    expect(report.columns?.at(-1)).toMatchObject({ name: "c999", type: "BIGINT" });
  });

  test.each(["", "\n\n  \n", "\ufeff"])("an empty file %j fails by name", async (text) => {
    expect((await convertOne(text)).report).toMatchObject({ status: "failed", reason: { code: "empty_file" } });
  });
});
