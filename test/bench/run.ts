/**
 * `npm run bench`: figures as ratios within one run, so that they mean something on another machine. CPU seconds are
 * those of the whole process, all threads.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureArchives } from "./archive.ts";
import { measureColdStarts } from "./cold-start/measure-cold-starts.ts";
import { measureCsv, measureLargeCsv } from "./csv/measure-csv.ts";
import { measureExports } from "./export-import.ts";
import { proveLargestFile } from "./largest-file.ts";
import { measureQueries } from "./query-latency.ts";
import { measurePage } from "./page/measure-page.ts";
import { measurePollock } from "./pollock/measure-pollock.ts";
import { createReport, describeMachine, type Report } from "./report/report.ts";
import { checkRewriting, measureRewriting } from "./scripts/measure-rewriting.ts";
import { measureTransfers } from "./transfers.ts";
import { measureSessions } from "./sessions/measure-sessions.ts";
import { measureSweep } from "./sweep/measure-sweep.ts";
import { measureTables } from "./tables/measure-tables.ts";
import { measureXlsx } from "./xlsx/measure-xlsx.ts";

/** `npm run bench` runs all, `npm run bench -- sessions csv` those, `npm run bench -- pollock <folder>` that one alone. */
const benches: Record<string, (folder: string, report: Report) => Promise<void>> = {
  csv: measureCsv,
  xlsx: measureXlsx,
  tables: measureTables,
  query: measureQueries,
  sessions: measureSessions,
  "cold-start": measureColdStarts,
  sweep: measureSweep,
  exports: measureExports,
  archive: measureArchives,
  transfers: measureTransfers,
  rewrite: measureRewriting,
  page: measurePage,
  largest: proveLargestFile,
  "csv-large": measureLargeCsv,
};
/** Only where asked for by name: they take minutes and gigabytes. */
const onRequest = ["largest", "csv-large"];
const chosen = process.argv.slice(2);

async function main(): Promise<void> {
  if (chosen[0] === "rewrite" && chosen[1] !== undefined) return checkRewriting(chosen[1]);
  if (chosen[0] === "pollock") return measurePollock(chosen.slice(1));
  const folder = await mkdtemp(join(tmpdir(), "cubby-bench-"));
  try {
    console.log(describeMachine());
    const report = createReport();
    const environment = { ...process.env };
    for (const [name, measure] of Object.entries(benches)) {
      const isChosen = chosen.length === 0 ? !onRequest.includes(name) : chosen.includes(name);
      if (!isChosen) continue;
      await measure(join(folder, name), report);
      // A host of one bench stands in the environment as the SDK's endpoints; the next one has to start its own.
      process.env = { ...environment };
    }
    report.print();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
