import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../../shared/tables/csv/dialect.ts";
import { parseRecords, RecordParser, type TextRecord } from "../../../shared/tables/csv/parse-records.ts";
import { sniffDialect } from "../../../shared/tables/csv/sniff-dialect.ts";
import { convertAll } from "./build-one.ts";

const comma: Dialect = { delimiter: ",", quote: '"', escape: '"', skipInitialSpace: false, newline: "\n" };

function cellsOf(text: string, dialect = comma): string[][] {
  return [...parseRecords(text, dialect)].map(({ cells }) => cells);
}

describe("parseRecords()", () => {
  test.each([
    [
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["a,\n", [["a", ""]]],
    ['"a,b","c\nd"\n', [["a,b", "c\nd"]]],
    ['"a""b",c\n', [['a"b', "c"]]],
    ['"","x"\n', [["", "x"]]],
    ['"a" ,b\n', [["a", "b"]]],
    ['a"b,c\n', [['a"b', "c"]]],
    ['"a"b",c\n', [['a"b', "c"]]],
    ['"a\nb"c,d\n', [['"a'], ['b"c', "d"]]],
    ['x,"a\n', [["x", '"a']]],
    ["a\rb,c\n", [["a\rb", "c"]]],
    ["\n", [[""]]],
    ["", []],
  ])("%j", (text, cells) => {
    expect(cellsOf(text)).toEqual(cells);
  });

  test("says where a record begins and ends", () => {
    const records = [...parseRecords('a,"b\nc"\nd\n', comma)];
    expect(records).toMatchObject([
      { line: 1, end: 8, raw: 'a,"b\nc"', quotedCells: 1 },
      { line: 3, end: 10, raw: "d" },
    ]);
  });

  test("gives the same records however the text is cut into pieces", () => {
    const character = fc.constantFrom("a", "b", ",", '"', '"', "\n", "\r", "\r\n", " ", "\\", "é", "|");
    const text = fc.array(character, { maxLength: 60 }).map((parts) => parts.join(""));
    const dialect = fc.constantFrom<Dialect>(
      comma,
      { ...comma, skipInitialSpace: true },
      { ...comma, escape: "\\" },
      { ...comma, delimiter: "||" },
      { ...comma, quote: "", escape: "" },
      { ...comma, newline: "\r" },
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), dialect, (all, cuts, by) => {
        const parser = new RecordParser(by);
        const records: TextRecord[] = [];
        const places = [0, ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length];
        for (const [index, place] of places.slice(1).entries())
          records.push(...parser.push(all.slice(places[index], place)));
        records.push(...parser.end());
        expect(records).toEqual([...parseRecords(all, by)]);
        expect(records.at(-1)?.end ?? 0).toBe(all.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("does not go over a long open quote again and again", () => {
    const text = `a,"b\n${'x,""y\n'.repeat(200_000)}`;
    const started = performance.now();
    expect(cellsOf(text)).toHaveLength(200_001);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("sniffDialect()", () => {
  test.each([
    ["a,b,c\n1,2,3\n", { delimiter: "," }],
    ["a;b\n1,5;2,5\n3,5;4,5\n", { delimiter: ";" }],
    ["name\taddress\nx\tRoad 1, Town\ny\tStreet 2, City\n", { delimiter: "\t" }],
    ["a|b\n1|x,y\n2|z\n", { delimiter: "|" }],
    ["time,value\n12:30:00,1\n12:31:00,2\n", { delimiter: "," }],
    ['a,b\n"x;y",1\n"z;w;v",2\n', { delimiter: ",", quote: '"' }],
    ["a^b^c\n1^2^3\n4^5^6\n", { delimiter: "^" }],
    ["one column\nof words\nand more\n", { delimiter: "," }],
    ["date time value\n2024-01-01 12:00 5\n2024-01-02 13:00 6\n", { delimiter: " " }],
  ])("%j", (text, dialect) => {
    expect(sniffDialect(text).dialect).toMatchObject(dialect);
  });
});

describe("any table", () => {
  test("comes back as it was written, in every dialect", async () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "B", "z", " ", "é", "'", "-", "x1", "日"),
      minLength: 1,
      maxLength: 8,
    });
    const cell = fc.oneof(word, word, fc.constantFrom("x,y", "x;y", "x\ty", 'say "x"', "two\nlines", "x|y", ""));
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 12 });
    const dialects = [",", ";", "\t", "|"];
    const samples = fc.sample(
      fc.tuple(table, fc.constantFrom(...dialects), fc.constantFrom("\n", "\r\n"), fc.boolean()),
      150,
    );
    const write = ([rows, delimiter, newline, quoteAll]: (typeof samples)[number]) =>
      [["alpha", "beta", "gamma"], ...rows]
        .map((row) => row.map((text) => quote(text, delimiter, quoteAll)).join(delimiter) + newline)
        .join("");
    const outcomes = await convertAll(
      Object.fromEntries(samples.map((sample, index) => [`f${index}.csv`, write(sample)])),
    );
    for (const [index, sample] of samples.entries()) {
      const expected = sample[0].map((row) => row.map((text) => text || null));
      const one = outcomes.get(`f${index}.csv`);
      expect(one?.rows, JSON.stringify(write(sample))).toEqual(expected);
    }
  }, 60_000);
});

function quote(text: string, delimiter: string, always: boolean): string {
  const isNeeded = always || text.includes(delimiter) || /["\n\r]/.test(text) || /^ | $/.test(text);
  return isNeeded ? `"${text.replaceAll('"', '""')}"` : text;
}
