import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median, percent, shareOfProfile } from "../csv/loading.ts";
import type { WorkbookReading } from "./reading.ts";

/** A sheet ends at row 1,048,576, and the first is the header. */
const ROWS = Math.min(Number(process.env.BENCH_ROWS ?? 1_000_000), 1_048_575);
const RUNS = 3;
const run = promisify(execFile);

/** A large workbook into a table, against exceljs only reading it; each in processes of their own, in turn. */
export async function measureXlsx(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "orders.xlsx");
  await runScript("make-workbook.ts", path, String(ROWS));
  const theirs: WorkbookReading[] = [];
  const ours: WorkbookReading[] = [];
  for (let round = 0; round < RUNS; round++) {
    theirs.push(await read("read-with-exceljs.ts", path));
    ours.push(await read("read-with-cubby.ts", path));
  }
  assertAgreement([...theirs, ...ours]);
  const megabytes = (await stat(path)).size / 1e6;
  console.log(`\nXLSX to table, ${ROWS} rows × 10 columns, ${megabytes.toFixed(1)} MB, best of ${RUNS} runs each`);
  console.table({
    "exceljs's streaming reader, values only counted": toFigures(best(theirs), best(theirs)),
    "Cubby into a table: checked, typed over every row, published": toFigures(loadAlone(best(ours)), best(theirs)),
    "the same, with profile and summary": toFigures(best(ours), best(theirs)),
  });
  const shares = ours.map(shareOfProfile);
  console.log(
    `Profile and summary: ${percent(Math.min(...shares))} more than the load alone, ${percent(median(shares))} in the middle of ${RUNS} runs (at most 10 %)`,
  );
}

async function read(script: string, path: string): Promise<WorkbookReading> {
  return JSON.parse(await runScript(script, path)) as WorkbookReading;
}

async function runScript(script: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...words]);
  return stdout;
}

/** A reader that leaves something out is fast. */
function assertAgreement(readings: WorkbookReading[]): void {
  const found = new Set(readings.map(({ rows, cells }) => `${rows} rows, ${cells} cells`));
  if (found.size > 1 || readings[0]?.rows !== ROWS) throw new Error(`Readers disagree: ${[...found].join("; ")}`);
}

function best(readings: WorkbookReading[]): WorkbookReading {
  return readings.reduce((least, reading) => (reading.cpuSeconds < least.cpuSeconds ? reading : least));
}

/** Without what no reader does: looking at the finished table to describe it. */
function loadAlone(reading: WorkbookReading): WorkbookReading {
  return { ...reading, cpuSeconds: reading.cpuSeconds - reading.profileCpuSeconds };
}

function toFigures(reading: WorkbookReading, base: WorkbookReading): Record<string, string> {
  return {
    "CPU s": reading.cpuSeconds.toFixed(2),
    "times as fast": (base.cpuSeconds / reading.cpuSeconds).toFixed(2),
    "rows per CPU s": (reading.rows / reading.cpuSeconds).toFixed(0),
    "peak MB": String(reading.peakMegabytes),
  };
}
