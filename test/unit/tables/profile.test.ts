import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profileTable } from "../../../shared/tables/profile/profile-table.ts";
import type { ColumnProfile, TableProfile } from "../../../shared/tables/report.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The profile of what a statement answers, as a build makes it. */
async function profileOf(sql: string): Promise<TableProfile> {
  await connection.run(`CREATE OR REPLACE TABLE t AS ${sql}`);
  const described = await connection.runAndReadAll("SELECT column_name, column_type FROM (DESCRIBE t)");
  const columns = described
    .getRowsJson()
    .map(([name, type]) => ({ name: String(name), original_name: null, type: String(type) }));
  const counted = await connection.runAndReadAll("SELECT count(*) FROM t");
  const row_count = Number(counted.getRowsJson()[0]?.[0]);
  return profileTable(connection, {
    name: "t",
    source_path: "uploads/t.csv",
    row_count,
    columns,
    rejected_rows: 0,
    warnings: [],
  });
}

async function columnOf(sql: string): Promise<ColumnProfile> {
  const [column] = (await profileOf(sql)).columns;
  if (column === undefined) throw new Error("no column");
  return column;
}

describe("the profile of a small table", () => {
  test("counts every value of numbers", async () => {
    expect(await columnOf("SELECT unnest([1, 2, 2, 3, 3, 3, NULL])::BIGINT AS n")).toEqual({
      name: "n",
      original_name: null,
      type: "BIGINT",
      nulls: 1,
      distinct: 3,
      min: 1,
      max: 3,
      mean: 2.33333,
      quartiles: { p25: 2, p50: 2.5, p75: 3 },
      histogram: { edges: [1, 2, 3, 4], counts: [1, 2, 3] },
      top_values: [
        { value: 3, count: 3 },
        { value: 2, count: 2 },
      ],
    });
  });

  test("tells the range of dates by the steps of the calendar", async () => {
    const column = await columnOf("SELECT DATE '2024-01-15' + (i * 10)::INTEGER AS d FROM range(30) r(i)");
    expect(column).toMatchObject({ min: "2024-01-15", max: "2024-10-31", distinct: 30 });
    expect(column.histogram?.edges[0]).toBe("2024-01-01");
    expect(column.histogram?.edges.at(-1)).toBe("2024-11-01");
    expect(sum(column.histogram?.counts)).toBe(30);
  });

  test("measures texts, and tells long ones apart that begin alike", async () => {
    const column = await columnOf("SELECT repeat('x', 1000) || (i % 3) AS text FROM range(9) r(i)");
    expect(column).toMatchObject({ distinct: 3, lengths: { min: 1001, max: 1001, mean: 1001 } });
    expect(column.top_values?.map(({ count }) => count)).toEqual([3, 3, 3]);
    expect(String(column.top_values?.[0]?.value)).toHaveLength(80);
    expect(String(column.min)).toHaveLength(200);
  });

  test.each([
    { what: "no rows", sql: "SELECT 1::BIGINT AS n WHERE false", nulls: 0 },
    { what: "only NULL", sql: "SELECT NULL::DOUBLE AS n FROM range(3)", nulls: 3 },
    { what: "only NULL texts", sql: "SELECT NULL::VARCHAR AS n FROM range(3)", nulls: 3 },
    { what: "only NULL dates", sql: "SELECT NULL::DATE AS n FROM range(3)", nulls: 3 },
  ])("says nothing that nobody knows of $what", async ({ sql, nulls }) => {
    const { type, ...column } = await columnOf(sql);
    expect(column).toEqual({ name: "n", original_name: null, nulls, distinct: 0, min: null, max: null });
    expect(type).toBeDefined();
  });

  test("keeps NaN and infinities out of bounds and mean, and counts them", async () => {
    const sql = "SELECT unnest(['1', '3', 'nan', 'inf', '-inf', NULL])::DOUBLE AS x";
    expect(await columnOf(sql)).toMatchObject({ nulls: 1, distinct: 5, min: 1, max: 3, mean: 2, non_finite: 3 });
    const dates = "SELECT unnest(['infinity', '2024-01-01', '2024-01-05'])::DATE AS x";
    expect(await columnOf(dates)).toMatchObject({ min: "2024-01-01", max: "2024-01-05", non_finite: 1 });
  });

  test.each([
    {
      what: "a decimal of 38 digits",
      sql: "SELECT unnest(['99999999999999999999999999999999999999', '-1'])::DECIMAL(38,0) AS x",
      min: "-1",
    },
    {
      what: "dates before Christ",
      sql: "SELECT unnest(['0044-03-15 (BC)', '2024-01-01'])::DATE AS x",
      min: "0044-03-15 (BC)",
    },
    {
      what: "dates beyond any calendar",
      sql: "SELECT unnest(['5877642-06-25 (BC)', '2024-01-01'])::DATE AS x",
      min: "5877642-06-25 (BC)",
    },
    { what: "bytes", sql: "SELECT unnest(['\\xAA', 'b', 'b'])::BLOB AS x", min: null },
    { what: "lists", sql: "SELECT unnest([[1, 2], [1, 2], []]) AS x", min: null },
    { what: "structs", sql: "SELECT unnest([{'a': 1}, {'a': 1}]) AS x", min: null },
    { what: "unions", sql: "SELECT union_value(a := i) AS x FROM range(3) r(i)", min: null },
  ])("takes $what as it comes", async ({ sql, min }) => {
    expect(await columnOf(sql)).toMatchObject({ nulls: 0, min });
  });

  test("takes every type that DuckDB has", async () => {
    const { columns } = await profileOf("FROM test_all_types()");
    expect(columns.length).toBeGreaterThan(50);
    for (const { name, nulls, distinct } of columns) expect([name, nulls, distinct]).toEqual([name, 1, 2]);
  });

  test("takes names that SQL trips over", async () => {
    const { columns } = await profileOf(
      'SELECT i AS "value", i AS n, i AS "a ""b"" \'c\'", i AS "select" FROM range(3) r(i)',
    );
    for (const column of columns) expect(column).toMatchObject({ distinct: 3, min: 0, max: 2 });
  });

  test("gives columns beyond the 500th their counts and bounds", async () => {
    const values = Array.from({ length: 501 }, (_, index) => `i AS c${index}`);
    const { columns } = await profileOf(`SELECT ${values.join(", ")} FROM range(3) r(i)`);
    expect(columns[499]?.histogram).toBeDefined();
    expect(columns[500]).toMatchObject({ nulls: 0, min: 0, max: 2, distinct_is_approximate: true });
    expect(columns[500]?.histogram).toBeUndefined();
  });
});

describe("the profile of a large table", () => {
  const ROWS = 100_000;

  test("is exact where it can be and says what it sampled", async () => {
    const { columns } = await profileOf(`SELECT i AS id, hash(i) % 40000 AS many, 'x' || hash(i) % 40000 AS text,
      ['a', 'b', NULL][1 + (i % 3)] AS few, (i % 5)::DOUBLE AS rating, TIMESTAMP '2024-01-01' + to_hours(i % 200) AS at,
      CASE i WHEN 7 THEN 'nan' WHEN 8 THEN 'inf' ELSE i::VARCHAR END::DOUBLE AS odd
      FROM range(${ROWS}) r(i)`);
    const [id, many, text, few, rating, at, odd] = columns;
    expect(id).toMatchObject({ nulls: 0, min: 0, max: ROWS - 1, distinct: ROWS, distinct_is_approximate: true });
    for (const column of [many, text]) {
      expect(column?.distinct).toBeGreaterThan(32_000);
      expect(column?.distinct).toBeLessThan(42_000);
    }
    expect(text).toMatchObject({ min: "x0", max: "x9999", lengths: { min: 2, max: 6 } });
    expect(few).toMatchObject({
      nulls: 33_333,
      distinct: 2,
      top_values: [
        { value: "a", count: 33_334 },
        { value: "b", count: 33_333 },
      ],
    });
    expect(rating).toMatchObject({
      mean: 2,
      quartiles: { p25: 1, p50: 2, p75: 3 },
      histogram: { edges: [0, 1, 2, 3, 4, 5] },
    });
    expect(sum(at?.histogram?.counts)).toBe(ROWS);
    expect(odd).toMatchObject({ non_finite: 2, min: 0, max: ROWS - 1 });
    for (const column of [few, rating, at]) expect(column?.sampled_rows).toBeUndefined();
    expect(id?.sampled_rows).toBeGreaterThan(4_000);
    expect(sum(id?.histogram?.counts)).toBe(id?.sampled_rows);
  });

  test("has the least and the greatest text though no sample holds them", async () => {
    const bounds = await columnOf(`SELECT CASE i WHEN 77777 THEN '' WHEN 77778 THEN 'zz' || repeat('z', 5000)
      ELSE 'x' || hash(i) END AS text FROM range(${ROWS}) r(i)`);
    expect(bounds).toMatchObject({ min: "", lengths: { min: 0, max: 5002 } });
    expect(bounds?.max).toMatch(/^z{199}…$/);
  });

  test("is the same each time", async () => {
    const sql = `SELECT hash(i) % 30000 AS n FROM range(${ROWS}) r(i)`;
    expect(await columnOf(sql)).toEqual(await columnOf(sql));
  });
});

function sum(numbers: readonly number[] = []): number {
  return numbers.reduce((total, number) => total + number, 0);
}
