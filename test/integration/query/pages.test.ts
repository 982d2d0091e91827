import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQueryHouse, type QueryHouse } from "./harness.ts";

const maxInlineBytes = 20_000;
let house: QueryHouse;
beforeAll(async () => {
  house = await openQueryHouse({ maxInlineBytes });
});
afterAll(() => house[Symbol.asyncDispose]());

describe("query() answers a page", () => {
  test.each([
    { limit: 3, offset: 0, first: 0, count: 3, more: true },
    { limit: 3, offset: 9_996, first: 9_996, count: 3, more: true },
    { limit: 3, offset: 9_997, first: 9_997, count: 3, more: false },
    { limit: 3, offset: 9_999, first: 9_999, count: 1, more: false },
    { limit: 3, offset: 10_000, first: undefined, count: 0, more: false },
    { limit: 3, offset: 2_047, first: 2_047, count: 3, more: true }, // across DuckDB's chunks of 2,048 rows
    { limit: 0, offset: 0, first: undefined, count: 0, more: true },
  ])("limit $limit, offset $offset", async ({ limit, offset, first, count, more }) => {
    const response = await house.ask("SELECT id FROM sales ORDER BY id", { limit, offset });
    expect(response).toMatchObject({ ok: true, row_count: count, more, columns: [{ name: "id", type: "BIGINT" }] });
    expect(response).toHaveProperty("rows.length", count);
    if (first !== undefined) expect(response).toHaveProperty("rows.0", [first]);
  });

  test("of CSV with a header, also when there is no row", async () => {
    const none = await house.ask("SELECT id, 'x' AS \"a,b\" FROM sales WHERE false", { format: "csv" });
    expect(none).toMatchObject({ ok: true, text: 'id,"a,b"\r\n', row_count: 0, more: false });
    const two = await house.ask("SELECT id, NULL, '' FROM sales ORDER BY id", { format: "csv", limit: 2 });
    expect(two).toMatchObject({ text: 'id,NULL,\'\'\r\n0,,""\r\n1,,""\r\n', row_count: 2, more: true });
  });

  test("with columns of the same name", async () => {
    const response = await house.ask("SELECT 1 AS a, 2 AS a");
    expect(response).toMatchObject({ columns: [{ name: "a" }, { name: "a" }], rows: [[1, 2]] });
  });

  test.each(["json", "csv"] as const)("of %s up to its limit in bytes and not beyond", async (format) => {
    const row = "SELECT repeat('x', 1000) FROM range($1)";
    expect(await house.ask(row, { format, params: [19] })).toMatchObject({ ok: true, row_count: 19 });
    const problem = await house.problem(row, { format, params: [20] });
    expect(problem).toMatchObject({ code: "result_too_large", max_bytes: maxInlineBytes });
    expect(problem.detail).toMatch(/limit/);
  });

  test.each([
    { names: 3, limit: maxInlineBytes },
    { names: 60, limit: 4 * 1024 * 1024 },
  ])("or refuses columns whose names are too large: they come out of the data ($names)", async ({ names, limit }) => {
    const pivot = `PIVOT (SELECT repeat('x', 100000) || range AS b FROM range(${names})) ON b USING count(*)`;
    expect(await house.problem(pivot)).toMatchObject({ code: "result_too_large", max_bytes: limit });
  });

  test("or refuses one row that is too large", async () => {
    expect(await house.problem("SELECT repeat('é', 15000)")).toMatchObject({ code: "result_too_large" });
  });
});

describe("query() explains an error", () => {
  test.each([
    {
      sql: "SELECT 'é',\n  nope\nFROM people",
      problem: {
        detail: 'Binder Error: Referenced column "nope" not found in FROM clause!',
        hint: expect.stringMatching(/^Candidate bindings: .*"name"/),
        position: { offset: 14, line: 2, column: 3 },
      },
    },
    {
      sql: "SELECT * FROM peple",
      problem: { detail: "Catalog Error: Table with name peple does not exist!", hint: 'Did you mean "people"?' },
    },
    {
      sql: "SELECT 1,\n FROM FROM",
      problem: { detail: 'Parser Error: syntax error at or near "FROM"', position: { offset: 16, line: 2, column: 7 } },
    },
    {
      sql: "EXPLAIN SELECT nope FROM people",
      problem: { position: { offset: 15, line: 1, column: 16 } },
    },
    { sql: "EXPLAIN (FORMAT json) SELEC", problem: { position: { offset: 22, line: 1, column: 23 } } },
    { sql: "SELECT 'x'::INTEGER", problem: { detail: "Conversion Error: Could not convert string 'x' to INT32" } },
    { sql: "SELECT sqrt(score - 100) FROM people", problem: { detail: expect.stringMatching(/^Out of Range Error/) } },
    { sql: "SELECT repeat('x', 5000000)::INTEGER", problem: { detail: expect.stringMatching(/^Conv.{1990,2000} …$/) } },
    {
      sql: "SELECT error('a' || chr(10) || repeat('é', 5000))",
      problem: { hint: expect.stringMatching(/^é{2000} …$/) },
    },
    { sql: "SELECT sum(1) EXPORT_STATE", problem: { detail: expect.stringContaining("cast them to VARCHAR") } },
    { sql: "SELECT error('my own')", problem: { detail: "Invalid Input Error: my own" } },
  ])("$sql", async ({ sql, problem }) => {
    expect(await house.problem(sql)).toMatchObject({ code: "statement_failed", ...problem });
  });

  test.each([
    { limit: -1 },
    { offset: 0.5 },
    { timeout_seconds: 0 },
    { database_url: "file:///etc/passwd" },
    { database_key: "" },
    { params: [[1]] as never },
  ])("in the request: %j", async (wrong) => {
    expect(await house.problem("SELECT 1", wrong)).toMatchObject({ code: "invalid_request" });
  });
});
