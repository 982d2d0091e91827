import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll } from "vitest";
import { createQueryFunction, type Surroundings } from "../../../functions/query/answer-query.ts";
import { createDatabaseCache } from "../../../functions/query/database-cache.ts";
import type { QueryRequest, QueryResponse } from "../../../shared/contract/functions.ts";
import { queryLimits } from "../../../shared/tables/query/limits.ts";
import { createQueryRunner, type QueryRunner } from "../../../shared/tables/query/query-runner.ts";
import { bundleQueryChild } from "../../support/bundled-child.ts";

export type Answered = Extract<QueryResponse, { ok: true }>;
export type Refused = Extract<QueryResponse, { ok: false }>;

/** The query function as Lambda has it, with a database of its own behind a presigned-like address. */
export interface QueryHouse {
  readonly runner: QueryRunner;
  readonly databaseUrl: string;
  /** Every cause that the caller does not see. */
  readonly reported: unknown[];
  /** Files of results that are still on this machine. */
  leftovers(): string[];
  ask(sql: string, more?: Partial<QueryRequest>, around?: Surroundings): Promise<QueryResponse>;
  /** Throws when the answer is a problem. */
  rows(sql: string, more?: Partial<QueryRequest>): Promise<unknown[][]>;
  /** Throws when the answer is rows. */
  problem(sql: string, more?: Partial<QueryRequest>): Promise<Refused["problem"]>;
  [Symbol.asyncDispose](): Promise<void>;
}

const setup = [
  "CREATE TABLE sales AS SELECT range AS id, 2020 + range % 3 AS year, 'r' || range % 4 AS region, range * 1.5 AS amount FROM range(10000)",
  "CREATE SCHEMA cubby",
  "CREATE TABLE cubby.sources AS SELECT 1 AS id, 'uploads/people.csv' AS source_path",
  "CREATE TABLE cubby.notes AS SELECT 1 AS id",
  "CREATE TABLE people (name VARCHAR, born DATE, score DOUBLE)",
  "INSERT INTO people VALUES ('Ada', '1815-12-10', 1.5), ('Grace', '1906-12-09', 2.5), (NULL, NULL, NULL)",
];

/** A published database for the tests of one `describe`. */
export function withDatabase(): { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "cubby-query-test-"));
  const path = join(folder, "source.db");
  beforeAll(() => writeDatabase(path, setup));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { path };
}

export async function openQueryHouse(options: { maxInlineBytes?: number } = {}): Promise<QueryHouse> {
  const folder = mkdtempSync(join(tmpdir(), "cubby-query-test-"));
  const file = join(folder, "source.db");
  await writeDatabase(file, setup);
  const { server, url } = await serve(readFileSync(file));
  const reported: unknown[] = [];
  const child = await bundleQueryChild();
  const runner = createQueryRunner({ childPath: child.path, maxRunning: 4 });
  runner.warm();
  const results = join(folder, "results");
  mkdirSync(results);
  let count = 0;
  const answer = createQueryFunction({
    runner,
    databases: createDatabaseCache({
      directory: join(folder, "cache"),
      maxBytes: 1e9,
      maxIdleMs: 60_000,
      downloadTimeoutMs: 5_000,
      now: Date.now,
    }),
    results: {
      directory: results,
      inlineBytes: options.maxInlineBytes ?? queryLimits.inlineBytes,
      nextName: () => `result-${++count}`,
    },
    report: (problem) => reported.push(problem.cause),
  });
  const ask: QueryHouse["ask"] = (sql, more, around) => answer({ ...request(url), sql, ...more }, around);
  return {
    runner,
    databaseUrl: url,
    reported,
    leftovers: () => readdirSync(results),
    ask,
    rows: async (sql, more) => {
      const response = await ask(sql, more);
      if (!response.ok) throw new Error(`${sql}: ${JSON.stringify(response.problem)}`);
      return response.rows ?? [];
    },
    problem: async (sql, more) => {
      const response = await ask(sql, more);
      if (response.ok) throw new Error(`${sql}: answered ${response.row_count} rows`);
      return response.problem;
    },
    [Symbol.asyncDispose]: async () => {
      runner.close();
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
      child.remove();
    },
  };
}

function request(url: string): Omit<QueryRequest, "sql"> {
  return {
    ...{ limit: 100, offset: 0, format: "json", output: "inline" },
    ...{ database_url: url, database_key: "v1", timeout_seconds: 20 },
  };
}

async function writeDatabase(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
}

/** Storage that takes presigned forms, for tests of what is sent; that they are signed and limited is S3's own test. */
export async function startForms() {
  const received = new Map<string, { text: string; sha256: string; fields: Record<string, string> }>();
  const server = createServer(async (request, response) => {
    const headers = request.headers as Record<string, string>;
    const form = await new Response(await buffer(request), { headers }).formData();
    const { file, ...fields } = Object.fromEntries(form) as { file: File } & Record<string, string>;
    const bytes = Buffer.from(await file.arrayBuffer());
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    received.set(String(fields.key), { text: bytes.toString(), sha256, fields });
    const isTaken = headers["content-length"] !== undefined && request.url === "/";
    response.writeHead(isTaken ? 201 : 403).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    upload: (key: string, max_bytes = 100e6) => ({ url, fields: { key, policy: "p" }, max_bytes }),
    received: (key: string) => {
      const one = received.get(key);
      if (one === undefined) throw new Error(`Nothing came under "${key}"`);
      return one;
    },
    close: () => server.close(),
  };
}

async function serve(body: Buffer): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader("content-length", body.length);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/project_data.db` };
}
