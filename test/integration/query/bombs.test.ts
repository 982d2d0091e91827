import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statementBombs } from "../../support/hostile/statement-bombs.ts";
import { openQueryHouse, type QueryHouse } from "./harness.ts";

let house: QueryHouse;
beforeAll(async () => {
  house = await openQueryHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const timeoutSeconds = 1;

describe("query() survives", () => {
  test.each(statementBombs.map((sql) => ({ sql, name: sql.slice(0, 70) })))("$name", async ({ sql }) => {
    const start = performance.now();
    const response = await house.ask(sql, { timeout_seconds: timeoutSeconds / 2 });
    const took = performance.now() - start;
    expect(took).toBeLessThan(timeoutSeconds * 1000 + 1000);
    if (!response.ok) {
      expect(response.problem.code).toMatch(
        /^(query_timeout|query_crashed|result_too_large|statement_(failed|refused))$/,
      );
      expect(response.problem.detail.length).toBeGreaterThan(20);
    }
    expect(await house.rows("SELECT count(*) FROM people")).toEqual([[3]]);
  });

  test.each([
    { sql: "SELECT count(*) FROM sales a, sales b, sales c", code: "query_timeout", says: "within 1 s" },
    {
      sql: "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000))",
      code: "query_timeout",
      says: "within 1 s",
    },
    { sql: "SELECT length(repeat('a', 4000000000))", code: "query_crashed", says: "memory" },
    { sql: "SELECT json_structure(repeat('[', 100000) || repeat(']', 100000))", code: "query_crashed", says: "memory" },
    { sql: "SELECT repeat('x', 5000000)", code: "result_too_large", says: '"limit"' },
  ])("and says why: $sql", async ({ sql, code, says }) => {
    const seconds = code === "query_timeout" ? timeoutSeconds : 20;
    const problem = await house.problem(sql, { timeout_seconds: seconds });
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(says);
  });

  test("and answers before the function's own end", async () => {
    const response = await house.ask("SELECT pg_sleep(60)", {}, { remainingMs: () => 1_500 });
    expect(response).toMatchObject({ ok: false, problem: { code: "query_timeout", timeout_seconds: 1 } });
  });

  test("heavy but honest work is still done", async () => {
    const rows = await house.rows("SELECT count(*) FROM (SELECT DISTINCT md5(range::VARCHAR) FROM range(1500000))");
    expect(rows).toEqual([[1_500_000]]);
  });
});
