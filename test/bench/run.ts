/**
 * `npm run bench`: figures as ratios within one run, so that they mean something on another machine. CPU seconds are
 * those of the whole process, all threads.
 */
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { buildDatabase } from "../../shared/tables/build-database.ts";
import { measureArchives } from "./archive.ts";
import { makeCsv } from "./make-csv.ts";
import { measureExports } from "./export-import.ts";
import { proveLargestFile } from "./largest-file.ts";
import { measureQueries } from "./query-latency.ts";
import { measurePollock } from "./pollock/measure-pollock.ts";
import { measureTransfers } from "./transfers.ts";
import { measureSessions } from "./sessions/measure-sessions.ts";
import { measureXlsx } from "./xlsx/measure-xlsx.ts";

const ROWS = Number(process.env.BENCH_ROWS ?? 1_200_000);
const RUNS = 3;

/** `npm run bench` runs all, `npm run bench -- sessions csv` those, `npm run bench -- pollock <folder>` that one alone. */
const benches: Record<string, (folder: string) => Promise<void>> = {
  csv: benchCsv,
  xlsx: measureXlsx,
  query: measureQueries,
  sessions: measureSessions,
  exports: measureExports,
  archive: measureArchives,
  transfers: measureTransfers,
  largest: proveLargestFile,
};
/** Only where asked for by name. */
const onRequest = ["largest"];
const chosen = process.argv.slice(2);

async function main(): Promise<void> {
  if (chosen[0] === "pollock") return measurePollock(chosen.slice(1));
  const folder = await mkdtemp(join(tmpdir(), "cubby-bench-"));
  try {
    console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}`);
    for (const [name, measure] of Object.entries(benches)) {
      const isChosen = chosen.length === 0 ? !onRequest.includes(name) : chosen.includes(name);
      if (isChosen) await measure(join(folder, name));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchCsv(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const csv = join(folder, "orders.csv");
  await makeCsv(csv, ROWS);
  const megabytes = (await stat(csv)).size / 1e6;
  const floor = await median(() => cpuSeconds(() => automaticTable(csv, join(folder, `floor-${Math.random()}.db`))));
  const ours = await median(() => cpuSeconds(() => verifiedTable(csv, folder)));
  console.log(`\nCSV to table, ${ROWS} rows, ${megabytes.toFixed(1)} MB, median of ${RUNS} runs`);
  console.table({
    "DuckDB's automatic CREATE TABLE AS": { "CPU s": floor.toFixed(2), ratio: "1.00" },
    "Cubby: sniffed, typed over every row, loss-checked, profiled": {
      "CPU s": ours.toFixed(2),
      ratio: (ours / floor).toFixed(2),
    },
  });
  console.log(`${(megabytes / ours).toFixed(1)} MB per CPU second; peak memory ${peakMegabytes()} MB`);
}

async function automaticTable(csv: string, database: string): Promise<void> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE orders AS FROM read_csv('${csv}')`);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
}

async function verifiedTable(csv: string, folder: string): Promise<void> {
  const { size } = await stat(csv);
  const result = await buildDatabase({
    databasePath: join(folder, `ours-${Math.random()}.db`),
    files: [{ path: "uploads/orders.csv", localPath: csv, sizeBytes: size }],
    now: new Date(),
    temporaryDirectory: folder,
  });
  const [report] = result.reports;
  if (report?.status !== "converted" || report.rows !== ROWS) {
    throw new Error(`The file did not become its ${ROWS} rows: ${JSON.stringify(report?.reason)}`);
  }
}

async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function median(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

await main();
