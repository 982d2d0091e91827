import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QueryProblem } from "../../../shared/tables/query/frames.ts";
import { warmEngine } from "../../../shared/tables/query/locked-engine.ts";
import { runJob } from "../../../shared/tables/query/run-job.ts";
import { openQueryHouse, type QueryHouse, withDatabase } from "./harness.ts";

/** What the child does, in this process and with an engine of its own each time: 200 children would take a minute. */
async function runHere(databasePath: string, sql: string): Promise<QueryProblem | "rows"> {
  const lines: string[] = [];
  const job = { sql, limit: 100, offset: 0, format: "json", databasePath, maxBytes: 1e6, threads: 2 } as const;
  await runJob(await warmEngine(), job, { line: (text) => lines.push(text) });
  const last = JSON.parse(lines.at(-1) ?? "");
  return last.problem ?? "rows";
}

const allowed = [
  "SELECT 1",
  "select count(*) from sales;",
  "-- a comment\nSELECT 1 /* and /* nested */ one */;;",
  "(SELECT 1)",
  "FROM sales",
  "FROM sales SELECT year LIMIT 1",
  "TABLE people",
  "VALUES (1, 'a;b'), (2, NULL)",
  "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
  "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT sum(n) FROM r",
  "SELECT * FROM sales JOIN people ON sales.id = length(name)",
  "SELECT region, sum(amount) OVER (PARTITION BY region ORDER BY id) FROM sales QUALIFY row_number() OVER () < 3",
  "SELECT * EXCLUDE (id) FROM sales UNION ALL BY NAME SELECT year, region, amount FROM sales",
  "SELECT COLUMNS('y.*') FROM sales",
  "SELECT list_transform([1, 2], lambda x: x + 1), [y * 2 FOR y IN [1, 2]]",
  "SELECT unnest([1, 2, 3])",
  "SELECT * FROM range(3), generate_series(1, 2), unnest([1])",
  "SELECT * FROM json_each('{\"a\": 1}')",
  "SELECT json_extract('{\"a\": 1}', '$.a'), regexp_matches('a', '.'), strftime(DATE '2024-01-01', '%Y'), now() IS NULL",
  "SELECT 'INSERT INTO t; DROP TABLE t', \"name\" FROM people",
  "SELECT $$it's; text$$, $q$ ; $q$, E'a\\'; b'",
  "SELECT '/etc/passwd', 'x.csv', 'http://example.com' LIKE 'http%'",
  "EXPLAIN SELECT * FROM sales",
  "EXPLAIN ANALYZE SELECT count(*) FROM sales",
  "EXPLAIN (FORMAT json) SELECT 1",
  "EXPLAIN (SELECT 1)",
  "DESCRIBE sales",
  "DESCRIBE SELECT 1 AS a",
  "DESC people",
  "SUMMARIZE people",
  "SUMMARIZE SELECT amount FROM sales",
  "SHOW TABLES",
  "SHOW ALL TABLES",
  "SHOW sales",
  "PIVOT sales ON year USING sum(amount) GROUP BY region",
  "FROM (PIVOT sales ON region USING count(*) GROUP BY year) ORDER BY year",
  "WITH p AS (PIVOT sales ON region USING count(*) GROUP BY year) SELECT * FROM p",
  "PIVOT sales ON year IN (2020, 2021) USING sum(amount) GROUP BY region",
  "UNPIVOT (SELECT id, year FROM sales) ON id, year INTO NAME n VALUE v",
  "SELECT * FROM information_schema.tables",
  "SELECT table_name, column_name FROM duckdb_columns() WHERE table_name = 'sales'",
  "SELECT * FROM pragma_table_info('sales')",
  "SELECT * FROM project_data.main.sales USING SAMPLE 10",
  "SELECT histogram(year) FROM sales",
  "SELECT current_database(), current_date IS NOT NULL, version() LIKE 'v%'",
];

const refused = [
  // writing
  "INSERT INTO people VALUES ('x', NULL, 1)",
  "INSERT INTO people SELECT * FROM people RETURNING *",
  "UPDATE people SET score = 0",
  "DELETE FROM people",
  "TRUNCATE people",
  "MERGE INTO people USING sales ON true WHEN MATCHED THEN DELETE",
  "CREATE TABLE x (a INTEGER)",
  "CREATE TABLE memory.main.x AS SELECT 1",
  "CREATE TEMP TABLE x AS SELECT 1",
  "CREATE VIEW x AS SELECT 1",
  "CREATE MACRO m() AS 1",
  "CREATE MACRO m() AS TABLE SELECT * FROM read_csv('/etc/passwd')",
  "CREATE SECRET s (TYPE s3, KEY_ID 'a')",
  "CREATE TYPE e AS ENUM ('a')",
  "CREATE SEQUENCE s",
  "CREATE INDEX i ON people (name)",
  "DROP TABLE people",
  "ALTER TABLE people ADD COLUMN x INTEGER",
  "COMMENT ON TABLE people IS 'x'",
  // leaving
  "COPY people TO '/tmp/out.csv'",
  "COPY (SELECT 1) TO '/dev/stdout'",
  "COPY people FROM '/etc/passwd'",
  "COPY FROM DATABASE project_data TO memory",
  "EXPORT DATABASE '/tmp/out'",
  "IMPORT DATABASE '/tmp/out'",
  "ATTACH '/tmp/other.db'",
  "ATTACH ':memory:' AS other",
  "DETACH project_data",
  "USE memory",
  "INSTALL httpfs",
  "LOAD httpfs",
  "LOAD '/tmp/evil.duckdb_extension'",
  "UPDATE EXTENSIONS",
  // settings and state
  "SET memory_limit = '100GB'",
  "SET GLOBAL enable_external_access = true",
  "RESET lock_configuration",
  "SET VARIABLE x = 1",
  "PRAGMA database_list",
  "PRAGMA enable_profiling",
  "PRAGMA table_info('people')",
  "CALL enable_logging()",
  "CALL pragma_version()",
  "CHECKPOINT",
  "VACUUM",
  "ANALYZE",
  "BEGIN",
  "COMMIT",
  "PREPARE p AS SELECT 1",
  "EXECUTE p",
  "DEALLOCATE p",
  // functions with a door
  "SELECT * FROM enable_logging()",
  "SELECT * FROM enable_logging(storage = 'stdout')",
  "SELECT * FROM disable_logging()",
  "SELECT * FROM truncate_duckdb_logs()",
  "SELECT * FROM enable_profiling()",
  "SELECT * FROM enable_peg_parser()",
  "SELECT * FROM checkpoint()",
  "SELECT * FROM force_checkpoint()",
  "SELECT * FROM query('SELECT 1')",
  "SELECT * FROM query_table('people')",
  "SELECT * FROM json_execute_serialized_sql('{}')",
  "SELECT json_serialize_plan('SELECT * FROM enable_logging()')",
  "SELECT write_log('x')",
  "SELECT current_setting('secret_directory')",
  "SELECT getenv('AWS_SECRET_ACCESS_KEY') FROM people",
  "SELECT __internal_decompress_string(1)",
  "SELECT * FROM duckdb_settings()",
  "SELECT * FROM duckdb_databases()",
  "SELECT * FROM duckdb_databases",
  "SELECT * FROM duckdb_secrets()",
  "SELECT * FROM duckdb_extensions()",
  "SELECT * FROM duckdb_logs",
  "SELECT * FROM pg_catalog.pg_settings",
  "SELECT * FROM pragma_database_list",
  "SELECT * FROM which_secret('s3://x', 's3')",
  "SELECT * FROM sql_auto_complete('SEL')",
  "SELECT * FROM histogram('/etc/passwd', column0)",
  // files
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_csv_auto('/etc/passwd')",
  "SELECT * FROM READ_TEXT('/proc/self/environ')",
  "SELECT * FROM \"read_text\"('/proc/self/environ')",
  "SELECT * FROM read_blob('/etc/passwd')",
  "SELECT * FROM read_json('/etc/passwd')",
  "SELECT * FROM read_ndjson_objects('/etc/passwd')",
  "SELECT * FROM read_parquet('s3://bucket/key')",
  "SELECT * FROM parquet_metadata('x.parquet')",
  "SELECT * FROM parquet_scan('x.parquet')",
  "SELECT * FROM read_duckdb('/tmp/x.db')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM glob('/*')",
  "SELECT * FROM '/etc/passwd'",
  "FROM '../../x.csv'",
  'FROM "data.parquet"',
  "FROM 'https://example.com/x.csv'",
  "FROM 's3://bucket/key.parquet'",
  "DESCRIBE 'x.csv'",
  "SUMMARIZE '/etc/passwd'",
  "DESCRIBE SELECT * FROM read_csv('/etc/passwd')",
  // hidden somewhere
  "SELECT (SELECT count(*) FROM read_text('/etc/passwd'))",
  "SELECT 1 WHERE EXISTS (FROM enable_logging())",
  "WITH x AS MATERIALIZED (FROM enable_logging()) SELECT 1",
  "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r, read_text('/etc/passwd')) FROM r",
  "SELECT * FROM people, LATERAL (SELECT * FROM read_text(name))",
  "SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('/*')))",
  "SELECT 1 UNION ALL SELECT 1 FROM read_text('/etc/passwd')",
  "SELECT 1 ORDER BY (SELECT count(*) FROM glob('/*'))",
  "PIVOT (FROM read_csv('/etc/passwd')) ON column0 USING count(*)",
  "PIVOT (FROM \"Read_CSV\"('/etc/passwd')) ON column0 USING count(*)",
  "PIVOT '/etc/passwd' ON column0 USING count(*)",
  "PIVOT sales ON year USING count(*); DROP TABLE people",
  "WITH p AS (PIVOT sales ON year USING count(*)) FROM p, enable_logging()",
  "EXPLAIN SELECT * FROM read_csv('/etc/passwd')",
  "EXPLAIN ANALYZE SELECT * FROM enable_logging()",
  "EXPLAIN ANALYZE INSERT INTO people VALUES ('x', NULL, 1)",
  "EXPLAIN ANALYZE COPY people TO '/tmp/x.csv'",
  "EXPLAIN EXPLAIN SELECT 1",
  "EXPLAIN CREATE TABLE x AS SELECT 1",
  "EXPLAIN PIVOT sales ON year USING count(*)",
  // more or less than one
  "SELECT 1; SELECT 2",
  "SELECT 1; DROP TABLE people",
  "SELECT 1;\0 DROP TABLE people",
  "SELECT 1\0",
  "EXPLAIN SELECT 1; DROP TABLE people",
  "",
  ";",
  "-- nothing",
];

/** Statements that DuckDB's own parser rejects never reach the gate. */
const failed = [
  "SELEC 1",
  "WITH x AS (INSERT INTO people VALUES ('x', NULL, 1) RETURNING *) FROM x",
  "SELECT 1 INTO x",
  "DESCRIBE INSERT INTO people VALUES (1)",
  "SELECT 'unfinished",
  "SELECT * FROM nothing_here",
  "SELECT nothing_here FROM people",
  "SELECT no_such_function(1)",
];

describe("runJob()", () => {
  const database = withDatabase();

  test.each(allowed)("answers %j", async (sql) => {
    expect(await runHere(database.path, sql)).toBe("rows");
  });

  test.each(refused)("refuses %j", async (sql) => {
    expect(await runHere(database.path, sql)).toMatchObject({ code: "statement_refused" });
  });

  test.each(failed)("explains what is wrong with %s", async (sql) => {
    expect(await runHere(database.path, sql)).toMatchObject({ code: "statement_failed" });
  });
});

describe("query()", () => {
  let house: QueryHouse;
  beforeAll(async () => {
    house = await openQueryHouse();
  });
  afterAll(() => house[Symbol.asyncDispose]());

  test.each([
    { sql: "SELECT * FROM enable_logging()", code: "statement_refused" },
    { sql: "DROP TABLE people", code: "statement_refused" },
    { sql: "FROM '/etc/passwd'", code: "statement_refused" },
    { sql: "SELECT 1\0", code: "statement_refused" },
    { sql: `SELECT ${"(".repeat(300)}1${")".repeat(300)}`, code: "statement_refused" },
    { sql: `SELECT '${"x".repeat(110_000)}'`, code: "statement_refused" },
    { sql: "SELEC 1", code: "statement_failed" },
    { sql: "", code: "invalid_request" },
  ])("answers $code and lives on (case %#)", async ({ sql, code }) => {
    expect(await house.problem(sql)).toMatchObject({ code });
    expect(await house.rows("SELECT count(*) FROM people")).toEqual([[3]]);
  });
});
