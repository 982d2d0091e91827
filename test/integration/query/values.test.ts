import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQueryHouse, type QueryHouse } from "./harness.ts";

let house: QueryHouse;
beforeAll(async () => {
  house = await openQueryHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

/** SQL, its type, its JSON value, and its CSV cell where that is not the JSON value as text. */
const values: [sql: string, type: string, json: unknown, csv?: string][] = [
  ["NULL", "INTEGER", null, ""],
  ["true", "BOOLEAN", true],
  ["(-128)::TINYINT", "TINYINT", -128],
  ["4294967295::UINTEGER", "UINTEGER", 4294967295],
  ["9007199254740991::BIGINT", "BIGINT", 9007199254740991],
  ["(-9007199254740991)::BIGINT", "BIGINT", -9007199254740991],
  ["9007199254740992::BIGINT", "BIGINT", "9007199254740992"],
  ["(-9223372036854775808)::BIGINT", "BIGINT", "-9223372036854775808"],
  ["18446744073709551615::UBIGINT", "UBIGINT", "18446744073709551615"],
  ["1::HUGEINT", "HUGEINT", "1"],
  ["170141183460469231731687303715884105727::HUGEINT", "HUGEINT", "170141183460469231731687303715884105727"],
  ["340282366920938463463374607431768211455::UHUGEINT", "UHUGEINT", "340282366920938463463374607431768211455"],
  ["'123456789012345678901234567890123456789012'::BIGNUM", "BIGNUM", "123456789012345678901234567890123456789012"],
  ["1.50::DECIMAL(18,2)", "DECIMAL(18,2)", "1.50"],
  ["(-0.001)::DECIMAL(38,3)", "DECIMAL(38,3)", "-0.001"],
  ["12345678901234567890.123456789::DECIMAL(38,9)", "DECIMAL(38,9)", "12345678901234567890.123456789"],
  ["0.1::DOUBLE", "DOUBLE", 0.1],
  ["1e300::DOUBLE", "DOUBLE", 1e300],
  ["5e-324::DOUBLE", "DOUBLE", 5e-324],
  ["'NaN'::DOUBLE", "DOUBLE", "NaN"],
  ["'inf'::DOUBLE", "DOUBLE", "Infinity"],
  ["'-inf'::FLOAT", "FLOAT", "-Infinity"],
  ["0.1::FLOAT", "FLOAT", 0.1],
  ["16777217::FLOAT", "FLOAT", 16777216],
  ["3.4028235e38::FLOAT", "FLOAT", 3.4028235e38],
  ["1.17549435e-38::FLOAT", "FLOAT", 1.1754944e-38],
  ["''", "VARCHAR", "", '""'],
  ["'a,\"b\"'", "VARCHAR", 'a,"b"', '"a,""b"""'],
  ["E'line\\r\\nbreak'", "VARCHAR", "line\r\nbreak", '"line\r\nbreak"'],
  ["' edge '", "VARCHAR", " edge ", '" edge "'],
  ["'Zoë 🦊 Ω'", "VARCHAR", "Zoë 🦊 Ω"],
  ["'[1]'", "VARCHAR", "[1]"],
  ["chr(0) || 'x'", "VARCHAR", "\0x"],
  ["DATE '2024-02-29'", "DATE", "2024-02-29"],
  ["DATE '0001-01-01'", "DATE", "0001-01-01"],
  ["DATE '0044-03-15 (BC)'", "DATE", "0044-03-15 (BC)"],
  ["DATE '0001-12-31 (BC)'", "DATE", "0001-12-31 (BC)"],
  ["DATE '12024-01-01'", "DATE", "12024-01-01"],
  ["'infinity'::DATE", "DATE", "infinity"],
  ["'-infinity'::DATE", "DATE", "-infinity"],
  ["TIME '23:59:59.999999'", "TIME", "23:59:59.999999"],
  ["TIME '00:00:00'", "TIME", "00:00:00"],
  ["'01:02:03.000000004'::TIME_NS", "TIME_NS", "01:02:03.000000004"],
  ["'12:00:00+05:30'::TIMETZ", "TIME WITH TIME ZONE", "12:00:00+05:30"],
  ["TIMESTAMP '2024-02-29 12:34:56'", "TIMESTAMP", "2024-02-29T12:34:56", "2024-02-29 12:34:56"],
  ["TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP", "1969-12-31T23:59:59.999999", "1969-12-31 23:59:59.999999"],
  ["TIMESTAMP '2024-01-01 00:00:00.1'", "TIMESTAMP", "2024-01-01T00:00:00.1", "2024-01-01 00:00:00.1"],
  ["'infinity'::TIMESTAMP", "TIMESTAMP", "infinity"],
  ["'-infinity'::TIMESTAMP", "TIMESTAMP", "-infinity"],
  ["'2024-01-01 01:02:03'::TIMESTAMP_S", "TIMESTAMP_S", "2024-01-01T01:02:03", "2024-01-01 01:02:03"],
  ["'2024-01-01 01:02:03.4'::TIMESTAMP_MS", "TIMESTAMP_MS", "2024-01-01T01:02:03.4", "2024-01-01 01:02:03.4"],
  [
    "'2024-01-01 01:02:03.000000009'::TIMESTAMP_NS",
    "TIMESTAMP_NS",
    "2024-01-01T01:02:03.000000009",
    "2024-01-01 01:02:03.000000009",
  ],
  [
    "TIMESTAMPTZ '2024-06-01 12:00:00+02'",
    "TIMESTAMP WITH TIME ZONE",
    "2024-06-01T10:00:00Z",
    "2024-06-01 10:00:00+00",
  ],
  ["INTERVAL '1 year 2 days 3 seconds'", "INTERVAL", "1 year 2 days 00:00:03"],
  ["'\\x00\\xFFab'::BLOB", "BLOB", "AP9hYg=="],
  ["'0101'::BIT", "BIT", "0101"],
  ["'0b3b3f5a-0000-4000-8000-000000000001'::UUID", "UUID", "0b3b3f5a-0000-4000-8000-000000000001"],
  ["'b'::ENUM('a', 'b')", "ENUM('a', 'b')", "b"],
  ["'{\"a\": 1e400}'::JSON", "JSON", '{"a": 1e400}', '"{""a"": 1e400}"'],
  ["[1, NULL, 3]", "INTEGER[]", [1, null, 3], '"[1,null,3]"'],
  ["[9007199254740993, 1]", "BIGINT[]", ["9007199254740993", 1], '"[""9007199254740993"",1]"'],
  ["[1.5, 2]::FLOAT[2]", "FLOAT[2]", [1.5, 2], '"[1.5,2]"'],
  [
    "{'b': 1, 'a': DATE '2024-01-01'}",
    'STRUCT("b" INTEGER, "a" DATE)',
    { b: 1, a: "2024-01-01" },
    '"{""b"":1,""a"":""2024-01-01""}"',
  ],
  ["{'x': [{'y': NULL}]}", 'STRUCT("x" STRUCT("y" INTEGER)[])', { x: [{ y: null }] }, '"{""x"":[{""y"":null}]}"'],
  [
    "MAP {1: 'a', 2: NULL}",
    "MAP(INTEGER, VARCHAR)",
    [
      { key: 1, value: "a" },
      { key: 2, value: null },
    ],
    '"[{""key"":1,""value"":""a""},{""key"":2,""value"":null}]"',
  ],
  ["union_value(num := 2)", 'UNION("num" INTEGER)', { tag: "num", value: 2 }, '"{""tag"":""num"",""value"":2}"'],
  [
    "{'a': [1, 2], 'b': 'x', 'c': 1.5}::VARIANT",
    "VARIANT",
    { a: [1, 2], b: "x", c: "1.5" },
    '"{""a"":[1,2],""b"":""x"",""c"":""1.5""}"',
  ],
  ["42::VARIANT", "VARIANT", 42],
];

describe("query() answers exact values", () => {
  test("as JSON", async () => {
    const sql = `SELECT ${values.map(([expression]) => expression).join(", ")}`;
    const response = await house.ask(sql);
    if (!response.ok) throw new Error(JSON.stringify(response.problem));
    const seen = values.map(([expression], index) => [
      expression,
      response.columns[index]?.type,
      response.rows?.[0]?.[index],
    ]);
    expect(seen).toEqual(values.map(([expression, type, json]) => [expression, type, json]));
  });

  test("as CSV", async () => {
    const sql = `SELECT ${values.map(([expression], index) => `${expression} AS c${index}`).join(", ")}`;
    const response = await house.ask(sql, { format: "csv" });
    if (!response.ok) throw new Error(JSON.stringify(response.problem));
    const header = values.map((_, index) => `c${index}`).join(",");
    const row = values.map(([, , json, csv]) => csv ?? String(json)).join(",");
    expect(response.text?.split("\r\n")[0]).toBe(header);
    expect(response.text?.slice(header.length + 2)).toBe(`${row}\r\n`);
  });

  test("for every type that DuckDB has", async () => {
    const response = await house.ask("SELECT * FROM test_all_types()");
    expect(response).toMatchObject({ ok: true, row_count: 3 });
  });

  test.each(["{'__proto__': 1}", "row(1, 2)"])("or none at all: %s", async (expression) => {
    expect(await house.problem(`SELECT ${expression}`)).toMatchObject({ code: "statement_failed" });
  });

  test.each([
    {
      params: [1, "a", true, null, 1.5],
      sql: "SELECT $1 + 1, $2 || 'b', NOT $3, $4, ? * 2",
      row: [2, "ab", false, null, 3],
    },
    { params: { who: "Ada" }, sql: "SELECT born FROM people WHERE name = $who", row: ["1815-12-10"] },
    { params: ["1815-12-10"], sql: "SELECT name FROM people WHERE born = ?", row: ["Ada"] },
    {
      params: [9007199254740991, 2 ** 53],
      sql: "SELECT $1, typeof($1), $2, typeof($2)",
      row: [9007199254740991, "BIGINT", 9007199254740992, "DOUBLE"],
    },
    { params: ["'; DROP TABLE people; --"], sql: "SELECT length($1)", row: [24] },
    { params: ["a\0b"], sql: "SELECT length($1)", row: [3] },
  ])("with bound parameters: $sql", async ({ params, sql, row }) => {
    expect(await house.rows(sql, { params })).toEqual([row]);
  });

  test.each([
    { params: [], sql: "SELECT $1", detail: "no value for $1" },
    { params: [1, 2], sql: "SELECT $1", detail: "no parameter for $2" },
    { params: { a: 1 }, sql: "SELECT $b", detail: "no value for $b; no parameter for $a" },
    { params: [1], sql: "SELECT 1", detail: "no parameter for $1" },
  ])("or says which parameter is wrong: $sql", async ({ params, sql, detail }) => {
    const problem = await house.problem(sql, { params });
    expect(problem).toEqual({ code: "statement_failed", detail: `Cannot bind the parameters: ${detail}` });
  });
});
