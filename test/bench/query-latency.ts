/**
 * `npm run bench -- query`: what the sandbox costs. The function runs as on Lambda, bundled and in a process of its own,
 * and DuckDB in this process answers the same statements in turn with it. Wall times.
 */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { queryLimits } from "../../shared/tables/query/limits.ts";
import { bundleQueryFunction, type QueryFunctionProcess, startQueryFunction } from "./query/function-process.ts";
import { measureBursts } from "./query/measure-bursts.ts";
import { measureFiles } from "./query/measure-files.ts";
import { measureOverHttp } from "./query/over-http.ts";
import { serveFile } from "./query/serve-file.ts";
import { makeOrders } from "./query/make-orders.ts";
import { measureColdStart, type Pair, tellPairs } from "./query/measure-start-up.ts";
import { best, median } from "./query/statistics.ts";
import type { Report } from "./report/report.ts";
import { spreadOf } from "./report/spread.ts";
import { milliseconds, takeTurns } from "./report/take-turns.ts";

const ROWS = 2_500_000; // 50 MB as DuckDB stores them
const RUNS = Number(process.env.BENCH_RUNS ?? 11);
/** Long enough for two spares to be ready again: what "warm" means. */
const IDLE_MS = 1_000;

const statements = {
  "one constant": "SELECT 1",
  "one row by its id": "SELECT * FROM orders WHERE id = 777777",
  "100 rows of text": "SELECT * FROM orders LIMIT 100",
  "a group-by of all rows":
    "SELECT city, count(*) AS n, sum(quantity * price) AS x FROM orders GROUP BY city ORDER BY city",
};

/** Statements that do not listen to DuckDB's own `interrupt()`, beside one that does. */
const stalls = {
  "a cross join": "SELECT count(*) FROM orders a, orders b, orders c",
  levenshtein: "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000))",
  "a huge list": "SELECT list_sort(list_transform(range(30000000), lambda x: hash(x)))",
  sleep: "SELECT sleep_ms(60000)",
};

export async function measureQueries(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = join(folder, "fifty.db");
  await makeOrders(database, ROWS);
  const { size } = await stat(database);
  console.log(`\nQueries, database of ${(size / 1e6).toFixed(0)} MB, ${ROWS} rows`);
  const bundle = await bundleQueryFunction(join(folder, "bundle"));
  const server = await serveFile(database);
  const tiny = join(folder, "tiny.db");
  await makeOrders(tiny, 10);
  const small = await serveFile(tiny);
  try {
    const warm = await measureWarm(await startQueryFunction(bundle), server.url, database);
    await tellPairs(report, [...warm, await measureColdStart(bundle, small.url, tiny)]);
    await measureBursts(await startQueryFunction(bundle), small.url);
    await measureDeadline(await startQueryFunction(bundle), server.url);
    await measureFiles(await startQueryFunction(bundle), server.url);
  } finally {
    await server.close();
    await small.close();
  }
  await measureOverHttp(folder);
}

async function measureWarm(query: QueryFunctionProcess, url: string, database: string): Promise<Pair[]> {
  const instance = await DuckDBInstance.create(database, {
    access_mode: "READ_ONLY",
    threads: String(queryLimits.threads),
  });
  const connection = await instance.connect();
  const pairs: Pair[] = [];
  try {
    for (const [name, sql] of Object.entries(statements)) {
      const rested = (work: () => Promise<unknown>) => async () => {
        await pause(IDLE_MS);
        return milliseconds(work);
      };
      const { inside, through } = await takeTurns(
        {
          inside: rested(async () => (await connection.runAndReadAll(sql)).getRows()),
          through: rested(() => query.ask(sql, url)),
        },
        RUNS,
      );
      pairs.push({ name, inProcess: spreadOf(inside), sandboxed: spreadOf(through) });
    }
  } finally {
    await query.close();
    connection.closeSync();
    instance.closeSync();
  }
  return pairs;
}

async function measureDeadline(query: QueryFunctionProcess, url: string): Promise<void> {
  const table: Record<string, object> = {};
  try {
    await query.ask("SELECT 1", url);
    for (const [name, sql] of Object.entries(stalls)) {
      const over: number[] = [];
      for (let run = 0; run < 4; run++) {
        const took = await milliseconds(() => query.ask(sql, url, { timeout_seconds: 1, expect: "query_timeout" }));
        over.push(took - 1000);
      }
      const after = await milliseconds(() => query.ask("SELECT 1", url));
      table[name] = {
        "over the deadline": `${best(over)} / ${median(over)}`,
        goal: "≤ 100",
        "next query": after.toFixed(1),
      };
    }
  } finally {
    await query.close();
  }
  console.log("\nKilled at a deadline of 1 s, ms beyond it, best / median of 4");
  console.table(table);
}
