import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQueryHouse, type QueryHouse } from "./harness.ts";

let house: QueryHouse;
beforeAll(async () => {
  house = await openQueryHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const timeoutSeconds = 1;

/** Statements that pass the gate because they only read; each has brought down or stalled a bare DuckDB. */
const bombs = [
  "SELECT repeat('a', 4000000000)",
  "SELECT length(repeat('a', 4000000000))",
  "SELECT repeat('x', 1000000) FROM range(100000)",
  "SELECT string_agg(repeat('x', 100000), '') FROM range(100000)",
  "SELECT lpad('x', 2000000000, 'y')",
  "SELECT list(range) FROM range(1000000000)",
  "SELECT range(2000000000)",
  "SELECT lag(id, -9223372036854775808) OVER () FROM sales LIMIT 1",
  "SELECT NULL::INTEGER[100000][100000]",
  "SELECT array_resize([1], 4000000000)",
  "SELECT printf('%*d', 2000000000, 1)",
  "SELECT json_transform('[]', repeat('[', 5000) || '\"INTEGER\"' || repeat(']', 5000))",
  "SELECT json_extract(repeat('[', 900) || repeat(']', 900), '$..*')",
  "WITH RECURSIVE r(a, b) USING KEY (a) AS (SELECT 1, 1 UNION SELECT a, b + 1 FROM r) FROM r",
  "SELECT repeat('a', 100000) ILIKE repeat('%a_', 2000) || 'b'",
  "SELECT reservoir_quantile(random(), 0.5, 1000000000) FROM range(1000000000)",
  "SELECT arg_max(repeat('x', 1000000), range, 100000) FROM range(100000)",
  "SELECT count(*) FROM sales GROUP BY CUBE (id, year, region, amount, id + 1, id + 2, id + 3, id + 4, id + 5, id + 6)",
  `SELECT ${"COLUMNS(*), ".repeat(2000)}1 FROM (SELECT ${Array.from({ length: 1000 }, (_, n) => `1 AS c${n}`).join(",")})`,
  "SELECT error(repeat('x', 100000000))",
  "SELECT len(list_distinct(range(50000000)))",
  "SELECT list_sort(list_transform(range(100000000), lambda x: hash(x)))",
  "SELECT list_reduce(range(100000000), lambda a, b: a + b)",
  "SELECT flatten(list_transform(range(100000), lambda x: range(100000)))",
  "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000))",
  "SELECT damerau_levenshtein(repeat('ab', 100000), repeat('ba', 100000))",
  "SELECT count(*) FROM sales a, sales b, sales c",
  "SELECT count(DISTINCT a.id * 100000000 + b.id * 10000 + c.id) FROM sales a, sales b, sales c",
  "SELECT * FROM sales a, sales b, sales c ORDER BY a.id + b.id + c.id LIMIT 1",
  "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
  "WITH RECURSIVE r AS (SELECT 'x' AS s UNION ALL SELECT s || s FROM r) SELECT max(length(s)) FROM r",
  "SELECT json_structure(repeat('[', 100000) || repeat(']', 100000))",
  "SELECT json_structure(repeat('{\"a\":', 100000) || '1' || repeat('}', 100000))",
  "SELECT (repeat('[', 3000) || repeat(']', 3000))::JSON::VARCHAR[][]::VARCHAR, json_structure(repeat('[', 3000) || repeat(']', 3000))",
  "SELECT regexp_matches(repeat('a', 100000000), '(a?){1000}b')",
  "SELECT regexp_matches('a', repeat('(', 50000) || 'a' || repeat(')', 50000))",
  "SELECT regexp_replace(repeat('ab', 20000000), '(a|b|ab)*c', 'x', 'g')",
  "SELECT pg_sleep(60)",
  "SELECT sleep_ms(60000)",
  "SELECT rpad('x', 4000000000, 'y')",
  "SELECT printf('%2000000000d', 1)",
  "SELECT format('{:>2000000000}', 1)",
  "SELECT bitstring('1', 2147483647)",
  "SELECT repeat('a', 9223372036854775807)",
  "SELECT reverse(repeat('x', 2000000000))",
  "SELECT to_base64(repeat('x', 2000000000)::BLOB)",
  "SELECT url_encode(repeat('é', 500000000))",
  "SELECT array_to_string(range(300000000), ',')",
  "SELECT repeat('9', 200000)::BIGNUM::VARCHAR",
  "SELECT jaccard(repeat('ab', 400000000), repeat('ba', 400000000))",
  "SELECT unnest(range(2000000000))",
  "SELECT count(*) FROM unnest(range(30000)) a, unnest(range(30000)) b, unnest(range(30000)) c",
  "SELECT count(*) FROM generate_series(1, 1000000000000)",
  "SELECT map_from_entries(list_transform(range(30000000), lambda x: {'k': x, 'v': x}))",
  "SELECT list_reduce(list_transform(range(200000), lambda x: 'x'), lambda a, b: a || b)",
  "SELECT json_group_array(range) FROM range(300000000)",
  "SELECT count(DISTINCT random()) FROM range(1000000000)",
  "SELECT quantile_cont(random(), 0.5) FROM range(1000000000)",
  "SELECT max(x) FROM (SELECT sum(range) OVER (ORDER BY random()) AS x FROM range(100000000))",
  "WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r) FROM r WHERE n < 0",
  "EXPLAIN ANALYZE SELECT count(*) FROM sales a, sales b, sales c",
  "SUMMARIZE SELECT a.id, b.id AS x FROM sales a, sales b, sales c",
  "PIVOT (SELECT range AS a FROM range(1000000)) ON a USING count(*)",
  "SELECT json_pretty(repeat('[', 200000) || repeat(']', 200000))",
  "SELECT (repeat('[', 200000) || repeat(']', 200000))::JSON",
  "SELECT from_json(repeat('{\"a\":', 200000) || '1' || repeat('}', 200000), '\"JSON\"')",
  "SELECT (repeat('[', 100000) || repeat(']', 100000))::INTEGER[]",
  `SELECT 1 WHERE 1 IN (${Array.from({ length: 20_000 }, (_, n) => n + 2).join(",")})`,
  `SELECT ${Array.from({ length: 9_000 }, (_, n) => `${n} AS c${n}`).join(",")}`
    .slice(0, 99_000)
    .replace(/,[^,]*$/, ""),
  `SELECT ${"a.".repeat(20_000)}b`,
  `SELECT ${"1 BETWEEN 0 AND ".repeat(5_000)}1`,
  `SELECT 'x'${" || 'x'".repeat(12_000)}`,
  `SELECT ${"/*".repeat(30_000)} 1`,
  `SELECT ${"list_transform([1], lambda x: ".repeat(150)}1${")".repeat(150)}`,
  `FROM ${"(FROM ".repeat(190)}sales${")".repeat(190)}`,
  "SELECT sum(random()) FROM range(1000000000000)",
  "SELECT factorial(30), 1e308 * 10 FROM range(1000000000000) WHERE random() > 2",
  `SELECT ${Array.from({ length: 4000 }, () => "1").join(" UNION ALL SELECT ")}`,
  `SELECT 1${"+1".repeat(40_000)}`,
  `SELECT ${"- ".repeat(40_000)}1`,
  `SELECT ${"NOT ".repeat(20_000)}true`,
  `SELECT ${"CASE WHEN true THEN ".repeat(3_000)}1${" END".repeat(3_000)}`,
  `SELECT ${"(".repeat(50_000)}1${")".repeat(50_000)}`,
  `SELECT ${"[".repeat(200)}1${"]".repeat(200)}`,
  `WITH ${Array.from({ length: 25 }, (_, i) => `c${i + 1} AS (SELECT a.x FROM c${i} a, c${i} b)`)
    .join(", ")
    .replace("WITH ", "")
    .replace(/^/, "c0 AS (SELECT 1 AS x FROM range(10)), ")} SELECT count(*) FROM c25`,
];

describe("query() survives", () => {
  test.each(bombs.map((sql) => ({ sql, name: sql.slice(0, 70) })))("$name", async ({ sql }) => {
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
