import { execFile } from "node:child_process";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeCsv } from "../make-csv.ts";
import { type CsvLoading, median, percent, shareOfProfile } from "./loading.ts";

const run = promisify(execFile);

/** About 100 MB: a file as large as one may be by default. */
export async function measureCsv(folder: string): Promise<void> {
  await compare(folder, { rows: Number(process.env.BENCH_ROWS ?? 1_200_000), rounds: 5 });
}

/** More than 1 GB, which takes minutes: only when asked for by name. */
export async function measureLargeCsv(folder: string): Promise<void> {
  await compare(folder, { rows: 12_000_000, rounds: 2 });
}

/** CSV to published table against DuckDB's own guess at the same file; each in processes of their own, in turn. */
async function compare(folder: string, { rows, rounds }: { rows: number; rounds: number }): Promise<void> {
  await mkdir(folder, { recursive: true });
  const csv = join(folder, "orders.csv");
  await makeCsv(csv, rows);
  const megabytes = (await stat(csv)).size / 1e6;
  const theirs: CsvLoading[] = [];
  const ours: CsvLoading[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load("load-with-duckdb.ts", csv, rows));
    ours.push(await load("load-with-cubby.ts", csv, rows));
  }
  await rm(csv);
  const floor = best(theirs);
  const full = best(ours);
  const plain = { ...full, cpuSeconds: full.cpuSeconds - full.profileCpuSeconds };
  console.log(`\nCSV to table, ${rows} rows, ${megabytes.toFixed(1)} MB, best of ${rounds} runs each`);
  console.table({
    "DuckDB's automatic CREATE TABLE AS": toFigures(floor, floor, megabytes),
    "Cubby: sniffed, typed over every row, loss-checked, published": toFigures(plain, floor, megabytes),
    "the same, profiled and summed up": toFigures(full, floor, megabytes),
  });
  const shares = ours.map(shareOfProfile);
  console.log(
    `Profile and summary: ${percent(Math.min(...shares))} more than the load alone, ${percent(median(shares))} in the middle of ${rounds} runs (at most 10 %)`,
  );
}

/** A loader that leaves something out is fast. */
async function load(script: string, csv: string, rows: number): Promise<CsvLoading> {
  const database = join(csv, "..", "loaded.db");
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), csv, database]);
  await rm(database);
  const loading = JSON.parse(stdout) as CsvLoading;
  if (loading.rows !== rows) throw new Error(`${script} made ${loading.rows} of ${rows} rows`);
  return loading;
}

function best(loadings: CsvLoading[]): CsvLoading {
  return loadings.reduce((least, loading) => (loading.cpuSeconds < least.cpuSeconds ? loading : least));
}

function toFigures(loading: CsvLoading, base: CsvLoading, megabytes: number): Record<string, string> {
  return {
    "CPU s": loading.cpuSeconds.toFixed(2),
    ratio: (loading.cpuSeconds / base.cpuSeconds).toFixed(2),
    "MB per CPU s": (megabytes / loading.cpuSeconds).toFixed(1),
    "peak MB": String(loading.peakMegabytes),
  };
}
