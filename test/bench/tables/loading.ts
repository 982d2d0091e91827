import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { DuckDBConnection } from "@duckdb/node-api";

/** What one reader took for one file, measured in its own process from the first look at it; Node and modules are up. */
export interface Loading {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

/** Works, and prints what it took for the process that started this one. */
export async function measureLoading(work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const wallSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  const loading: Loading = { cpuSeconds: (user + system) / 1e6, wallSeconds, peakMegabytes };
  console.log(JSON.stringify(loading));
}

/** Rows as lines of JSON, each an array of texts and nulls. */
export async function dumpRows(path: string, rows: AsyncIterable<unknown[]> | Iterable<unknown[]>): Promise<void> {
  const file = createWriteStream(path);
  for await (const row of rows) {
    const texts = row.map((value) => (value === null || value === undefined ? null : toText(value)));
    if (!file.write(`${JSON.stringify(texts)}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}

/** Every row of a table as text, in the order in which they came. */
export async function* rowsOf(connection: DuckDBConnection, table: string): AsyncGenerator<unknown[]> {
  const result = await connection.stream(`SELECT COLUMNS(*)::VARCHAR FROM "${table}" ORDER BY rowid`);
  for await (const rows of result.yieldRowsJs()) yield* rows;
}

/** A sheet has moments as fractions of a day, and a reader's `Date` is a millisecond beside one: no loss. */
function toText(value: unknown): string {
  if (!(value instanceof Date)) return String(value);
  return new Date(Math.round(value.getTime() / 10) * 10).toISOString();
}
