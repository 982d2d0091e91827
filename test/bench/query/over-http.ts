import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { setTimeout as pause } from "node:timers/promises";
import { startHost } from "../../../cdk/local/host.ts";
import { createClient } from "../../../shared/client/index.ts";
import { makeCsv } from "../make-csv.ts";
import { best, median } from "./statistics.ts";

const ROWS = 40_000; // as much as one inline upload takes
const QUERIES = 15;
/** Long enough for a spare process to be ready again, which from the sources takes three times as long as bundled. */
const IDLE_MS = 1_500;
const SQL = "SELECT city, count(*) AS orders, sum(quantity * price) AS revenue FROM orders GROUP BY city ORDER BY city";

/** A warm query through gateway, authorizer, API and sandbox, against DuckDB in this process on the same database. */
export async function measureOverHttp(folder: string): Promise<void> {
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
    const through = await repeat(ask);
    const database = join(folder, "downloaded.db");
    const download = await client.download(session_id, "workspace/project_data.db");
    await writeFile(database, new Uint8Array(await download.arrayBuffer()));
    const inside = await inProcess(database);
    console.log(`\nOne session on the local host over HTTP, ${ROWS} rows, in ms, best / median of ${QUERIES}`);
    console.table({
      "upload, converted and published": { ms: upload.toFixed(0) },
      "warm query: gateway, authorizer, API, sandbox": { ms: through },
      "the same statement in process": { ms: inside },
    });
  } finally {
    await host.close();
  }
}

async function inProcess(database: string): Promise<string> {
  const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const result = await repeat(() => connection.runAndReadAll(SQL));
  connection.closeSync();
  instance.closeSync();
  return result;
}

async function repeat(work: () => Promise<unknown>): Promise<string> {
  const values: number[] = [];
  for (let query = 0; query < QUERIES; query++) {
    await pause(IDLE_MS);
    const started = performance.now();
    await work();
    values.push(performance.now() - started);
  }
  return `${best(values)} / ${median(values)}`;
}
