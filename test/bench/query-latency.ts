/**
 * `npm run bench -- query`: what the sandbox costs. The function runs as on Lambda, bundled and in a process of its own,
 * and DuckDB in this process answers the same statements in turn with it. Wall times: on a busy machine the best of each
 * column says more than its median.
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
import { best, median } from "./query/statistics.ts";

const ROWS = 2_500_000; // 50 MB as DuckDB stores them
const RUNS = 15;
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

export async function measureQueries(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = join(folder, "fifty.db");
  await makeDatabase(database);
  const { size } = await stat(database);
  console.log(`\nQueries, database of ${(size / 1e6).toFixed(0)} MB, ${ROWS} rows`);
  const bundle = await bundleQueryFunction(join(folder, "bundle"));
  const server = await serveFile(database);
  const tiny = join(folder, "tiny.db");
  await makeDatabase(tiny, 10);
  const small = await serveFile(tiny);
  try {
    await measureWarm(await startQueryFunction(bundle), server.url, database);
    await measureBursts(await startQueryFunction(bundle), small.url);
    await measureCold(bundle, small.url);
    await measureDeadline(await startQueryFunction(bundle), server.url);
    await measureFiles(await startQueryFunction(bundle), server.url);
  } finally {
    await server.close();
    await small.close();
  }
  await measureOverHttp(folder);
}

async function makeDatabase(path: string, rows = ROWS): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const city = "['Aachen', 'Berlin', 'Cologne', 'Dresden', 'Essen'][1 + range % 5] AS city";
  const rest = "range % 17 AS quantity, (hash(range) % 9000) / 100::DECIMAL(10,2) AS price";
  const dates = "DATE '2024-01-01' + (range % 700)::INTEGER AS ordered";
  const note = "substr(md5(range::VARCHAR), 1, 26) AS note";
  await connection.run(
    `CREATE TABLE orders AS SELECT range AS id, ${city}, ${rest}, ${dates}, ${note} FROM range(${rows}); CHECKPOINT`,
  );
  connection.closeSync();
  instance.closeSync();
}

async function measureWarm(query: QueryFunctionProcess, url: string, database: string): Promise<void> {
  const instance = await DuckDBInstance.create(database, {
    access_mode: "READ_ONLY",
    threads: String(queryLimits.threads),
  });
  const connection = await instance.connect();
  const table: Record<string, object> = {};
  try {
    await query.ask("SELECT 1", url);
    for (const [name, sql] of Object.entries(statements)) {
      const inside: number[] = [];
      const through: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        await pause(IDLE_MS);
        inside.push(await milliseconds(async () => (await connection.runAndReadAll(sql)).getRows()));
        through.push(await milliseconds(() => query.ask(sql, url)));
      }
      table[name] = {
        "in process": `${best(inside)} / ${median(inside)}`,
        sandboxed: `${best(through)} / ${median(through)}`,
        "over in process": `${(Number(best(through)) - Number(best(inside))).toFixed(1)} / ${(Number(median(through)) - Number(median(inside))).toFixed(1)}`,
        goal: "≤ 30",
      };
    }
  } finally {
    await query.close();
    connection.closeSync();
    instance.closeSync();
  }
  console.log(`\nWarm, in ms, best / median of ${RUNS}; the goal is for what comes on top of DuckDB in process`);
  console.table(table);
}

/** With a database of a few KB, whose download is nothing: it is the same code before any other. */
async function measureCold(bundle: string, url: string): Promise<void> {
  const loaded: number[] = [];
  const first: number[] = [];
  for (let run = 0; run < 7; run++) {
    const begun = performance.now();
    const query = await startQueryFunction(bundle);
    loaded.push(query.loadedMs);
    await query.ask(statements["one constant"], url);
    first.push(performance.now() - begun - query.bootMs);
    await query.close();
  }
  console.log("\nCold, in ms, best / median of 7, with next to nothing to download");
  console.table({
    "the code is loaded": { ms: `${best(loaded)} / ${median(loaded)}`, goal: "" },
    "from the start of loading to the first answer": { ms: `${best(first)} / ${median(first)}`, goal: "≤ 200" },
  });
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

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
