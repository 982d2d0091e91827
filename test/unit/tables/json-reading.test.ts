import { describe, expect, test } from "vitest";
import { convertAll, workshop } from "./build-one.ts";

interface JsonFile {
  what: string;
  name: string;
  text: string | Uint8Array;
  columns: [name: string, type: string][];
  rows: unknown[][];
  report?: Record<string, unknown>;
}

const files: JsonFile[] = [
  {
    what: "numbers keep every digit",
    name: "numbers.json",
    text: '[{"whole":9007199254740993,"large":18446744073709551616,"price":1.10,"long":0.12345678901234567890},{"whole":-5,"large":7,"price":12.50,"long":2.5}]',
    columns: [
      ["whole", "BIGINT"],
      ["large", "HUGEINT"],
      ["price", "DOUBLE"],
      ["long", "DECIMAL(38,24)"],
    ],
    rows: [
      ["9007199254740993", "18446744073709551616", 1.1, "0.123456789012345678900000"],
      ["-5", "7", 12.5, "2.500000000000000000000000"],
    ],
  },
  {
    what: "a number that no type holds stays text",
    name: "huge.json",
    text: '[{"n":1e400,"m":1},{"n":2,"m":"x"}]',
    columns: [
      ["n", "VARCHAR"],
      ["m", "VARCHAR"],
    ],
    rows: [
      ["1e400", "1"],
      ["2", "x"],
    ],
  },
  {
    what: "nested objects and lists, and shapes that differ",
    name: "nested.ndjson",
    text: '{"id":1,"at":{"city":"Oslo","n":1}}\n{"id":2,"tags":["a","b"]}\n\n{"extra":true}\n',
    columns: [
      ["id", "BIGINT"],
      ["at", "STRUCT(city VARCHAR, n BIGINT)"],
      ["tags", "VARCHAR[]"],
      ["extra", "BOOLEAN"],
    ],
    rows: [
      ["1", { city: "Oslo", n: "1" }, null, null],
      ["2", null, ["a", "b"], null],
      [null, null, null, true],
    ],
  },
  {
    what: "broken lines are rejected",
    name: "broken.jsonl",
    text: '{"id":1}\n{"id":2,\n[3]\n{"id":1.10}\n{"id":5}\n',
    columns: [["id", "DOUBLE"]],
    rows: [[1], [1.1], [5]],
    report: {
      rejected_rows: 2,
      rejects_tables: ["broken__rejects"],
      rejects: [
        { line: 2, raw: '{"id":2,', reason: "it is not valid JSON" },
        { line: 3, raw: "[3]", reason: "it is no object" },
      ],
    },
  },
  {
    what: "an array that was cut off",
    name: "cut.json",
    text: '[{"a":1,"t":"x, [y] \\"{z}"},\n {"a":2,"t":"two"},\n {"a":3,"t":"thr',
    columns: [
      ["a", "BIGINT"],
      ["t", "VARCHAR"],
    ],
    rows: [
      ["1", 'x, [y] "{z}'],
      ["2", "two"],
    ],
    report: {
      rejected_rows: 1,
      rejects: [{ line: 3, raw: '{"a":3,"t":"thr', reason: "it is not valid JSON" }],
      warnings: ["1 element rejected"],
    },
  },
  {
    what: "an array with a broken element",
    name: "broken-array.json",
    text: '[\n {"a":1},\n {"a":2, "t: "x"},\n {"a":3,\n {"a":4},\n {"a":5}\n]\n',
    columns: [["a", "BIGINT"]],
    rows: [["1"], ["4"], ["5"]],
    report: {
      rejected_rows: 2,
      rejects: [
        { line: 3, raw: '{"a":2, "t: "x"}', reason: "it is not valid JSON" },
        { line: 4, raw: '{"a":3', reason: "it is not valid JSON" },
      ],
    },
  },
  {
    what: "an array that was cut off behind its first object",
    name: "cut-early.json",
    text: '[{"a":1},{"a":',
    columns: [["a", "BIGINT"]],
    rows: [["1"]],
    report: { rejects: [{ line: 1, raw: '{"a":', reason: "it is not valid JSON" }] },
  },
  {
    what: "an object with a name twice",
    name: "doubled.ndjson",
    text: '{"a":1}\n{"a":2,"b":{"c":1,"\\u0063":2}}\n{"a":3}\n',
    columns: [["a", "BIGINT"]],
    rows: [["1"], ["3"]],
    report: { rejects: [{ line: 2, raw: '{"a":2,"b":{"c":1,"\\u0063":2}}', reason: "a name comes twice in it" }] },
  },
  {
    what: "one object in a file of lines",
    name: "single.jsonl",
    text: '{"a":1}\n',
    columns: [["a", "BIGINT"]],
    rows: [["1"]],
  },
  {
    what: "objects one after the other, without line breaks",
    name: "concatenated.json",
    text: '{"a":1}{"a":2} {"a":3}',
    columns: [["a", "BIGINT"]],
    rows: [["1"], ["2"], ["3"]],
  },
  {
    what: "rows that are wrapped",
    name: "wrapped.json",
    text: '{"count":2,"response":{"docs":[{"a":1.50},{"a":2.25}]},"next":null}',
    columns: [["a", "DOUBLE"]],
    rows: [[1.5], [2.25]],
    report: { warnings: ['The rows are those of "response.docs"; not read: count, next'] },
  },
  {
    what: "lists of cells",
    name: "lists.json",
    text: '[["name","n","zip"],["a, b",1,"00123"],["c",20,null]]',
    columns: [
      ["name", "VARCHAR"],
      ["n", "BIGINT"],
      ["zip", "VARCHAR"],
    ],
    rows: [
      ["a, b", "1", "00123"],
      ["c", "20", null],
    ],
  },
  {
    what: "a list of numbers",
    name: "list.json",
    text: "[1, 2, 3]",
    columns: [["value", "BIGINT"]],
    rows: [["1"], ["2"], ["3"]],
  },
  {
    what: "a byte order mark, and UTF-16",
    name: "wide.json",
    text: Buffer.from('\ufeff[{"name":"Łódź"}]', "utf16le"),
    columns: [["name", "VARCHAR"]],
    rows: [["Łódź"]],
    report: { encoding: "utf-16le", encoding_evidence: "byte order mark" },
  },
];

const outcomes = await convertAll(Object.fromEntries(files.map(({ name, text }) => [name, text])));

describe("JSON to table", () => {
  test.each(files)("$what", ({ name, columns, rows, report = {} }) => {
    const one = outcomes.get(name);
    expect(one?.report).toMatchObject({ status: "converted", kind: "json", rows: rows.length, ...report });
    expect(one?.report.columns?.map((column) => [column.name, column.type])).toEqual(columns);
    expect(one?.rows).toEqual(rows);
  });

  test("where names come twice in most objects it is no table, and says so", async () => {
    const [one] = (await convertAll({ "twice.json": '[{"a":1,"a":2},{"a":3}, {"b":{"a":3,"a":4}}]' })).values();
    expect(one?.report.reason).toEqual({
      code: "unreadable_json",
      detail: "A name comes twice in one of its objects",
    });
  });

  test("all of it as text keeps the spelling of every number, also of nested ones", async () => {
    const { buildWith, ask } = await workshop();
    const json = '[{"n":1.10,"m":1e3,"in":{"x":2.50,"y":[1.0]}},{"n":2,"m":"s","in":null}]';
    await buildWith("uploads/t.json", json, { all_text: true });
    expect(await ask("SELECT * FROM t")).toEqual([
      ["1.10", "1e3", '{"x":2.50,"y":[1.0]}'],
      ["2", "s", null],
    ]);
  });
});

describe("JSON of very many names", () => {
  const objects = (count: number, object: (at: number) => string) =>
    `[${Array.from({ length: count }, (_, at) => object(at)).join(",")}]`;

  test("keeps every text and number of hundreds of columns, and proves what types it can", async () => {
    const wide = (spell: (at: number) => string) =>
      `{${Array.from({ length: 400 }, (_, at) => `"c${at}":${spell(at)}`).join(",")}}`;
    const json = `[${wide((at) => `${at}.50`)},${wide((at) => (at % 2 === 0 ? `${at}.25` : '"x"'))}]`;
    const [one] = (await convertAll({ "wide.json": json })).values();
    expect(one?.report).toMatchObject({ status: "converted", rows: 2 });
    expect(one?.report.columns?.slice(0, 2).map(({ type }) => type)).toEqual(["DOUBLE", "VARCHAR"]);
    const texts = one?.rows.map((row) => row.map(String));
    expect(texts?.[0]?.map(Number)).toEqual(Array.from({ length: 400 }, (_, at) => at + 0.5));
    expect(
      texts?.[1]
        ?.slice(1, 400)
        .filter((_, at) => at % 2 === 0)
        .every((text) => text === "x"),
    ).toBe(true);
  });

  test.each([
    [
      "one each",
      objects(5000, (at) => `{"c${at}":1}`),
      "Its 5000 objects have 5000 different names, of which each has hardly any",
    ],
    [
      "one each in a nested object",
      objects(10_001, (at) => `{"a":{"c${at}":1}}`),
      "Its objects have more than 10000 different names",
    ],
    [
      "one each, one object a line",
      objects(10_001, (at) => `{"c${at}":1}`)
        .slice(1, -1)
        .replaceAll("},", "}\n"),
      "Its objects have more than 10000 different names",
    ],
  ])("is refused with the reason: %s", async (_, json, detail) => {
    const [one] = (await convertAll({ "wide.json": json })).values();
    expect(one?.report.reason).toEqual({ code: "too_wide", detail });
  });

  test("as values, or the same ones again and again, is no matter", async () => {
    const found = await convertAll({
      "values.json": objects(20_000, (at) => `{"a":"c${at}","b":["d${at}"]}`),
      "again.json": objects(
        300,
        () => `{${Array.from({ length: 50 }, (_, at) => `"c${at}":{"x":1,"y":[{"z":1}]}`).join(",")}}`,
      ),
    });
    for (const one of found.values()) expect(one.report).toMatchObject({ status: "converted" });
  });
});
