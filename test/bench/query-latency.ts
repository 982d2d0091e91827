import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { startHost } from "../../cdk/local/host.ts";
import { createClient } from "../../shared/client/index.ts";
import { makeCsv } from "./make-csv.ts";

const ROWS = 40_000; // as much as one inline upload takes
const QUERIES = 50;
const SQL = "SELECT city, count(*) AS orders, sum(quantity * price) AS revenue FROM orders GROUP BY city ORDER BY city";

/** A warm query through gateway, authorizer, API and sandbox, against DuckDB in this process on the same database. */
export async function measureQueries(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const csv = join(folder, "inline.csv");
  await makeCsv(csv, ROWS);
  const host = await startHost({ port: 0, dataDirectory: join(folder, "host"), quiet: true });
  try {
    const client = createClient({ baseUrl: host.url, token: await host.issueToken({ sub: "bench" }) });
    const { session_id } = await client.call("createSession", { body: { platform: "web" } });
    const started = performance.now();
    await client.uploadFiles(session_id, [{ name: "orders.csv", content: new Uint8Array(await readFile(csv)) }]);
    const upload = performance.now() - started;
    const body = { sql: SQL };
    const ask = () => client.call("query", { params: { session_id }, body });
    await ask();
    const through = await medianMs(ask);
    const database = join(folder, "downloaded.db");
    const download = await client.download(session_id, "workspace/project_data.db");
    await writeFile(database, new Uint8Array(await download.arrayBuffer()));
    const inProcess = await inProcessMs(database);
    console.log(`\nOne session on the local host, ${ROWS} rows`);
    console.table({
      "upload, converted and published": { "median ms": upload.toFixed(0) },
      "warm query over HTTP, sandboxed": { "median ms": through.toFixed(1) },
      "the same statement in process": { "median ms": inProcess.toFixed(1) },
    });
  } finally {
    await host.close();
  }
}

async function inProcessMs(database: string): Promise<number> {
  const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const result = await medianMs(() => connection.runAndReadAll(SQL));
  connection.closeSync();
  instance.closeSync();
  return result;
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const values: number[] = [];
  for (let query = 0; query < QUERIES; query++) {
    const started = performance.now();
    await work();
    values.push(performance.now() - started);
  }
  return values.sort((a, b) => a - b)[QUERIES / 2] ?? Number.NaN;
}
