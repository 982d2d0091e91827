import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QueryProblem } from "../../../shared/tables/query/frames.ts";
import { createEngine } from "../../../shared/tables/query/locked-engine.ts";
import { runJob } from "../../../shared/tables/query/run-job.ts";
import { allowedStatements, failedStatements, refusedStatements } from "../../support/hostile/statement-cases.ts";
import { openQueryHouse, type QueryHouse, withDatabase } from "./harness.ts";

/** What the child does, in this process and with an engine of its own each time: 200 children would take a minute. */
async function runHere(databasePath: string, sql: string): Promise<QueryProblem | "rows"> {
  const lines: string[] = [];
  const job = { sql, limit: 100, offset: 0, format: "json", databasePath, maxBytes: 1e6, threads: 2 } as const;
  await runJob(await createEngine(), job, { line: (text) => lines.push(text) });
  expect(lines.join("\n")).not.toContain(dirname(databasePath)); // nothing tells where files are on this machine
  const last = JSON.parse(lines.at(-1) ?? "");
  return last.problem ?? "rows";
}

describe("runJob()", () => {
  const database = withDatabase();

  test.each(allowedStatements)("answers %j", async (sql) => {
    expect(await runHere(database.path, sql)).toBe("rows");
  });

  test.each(refusedStatements)("refuses %j", async (sql) => {
    expect(await runHere(database.path, sql)).toMatchObject({ code: "statement_refused" });
  });

  test.each(failedStatements)("explains what is wrong with %s", async (sql) => {
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
