/**
 * `node .node24.mjs node test/bench/workbooks/main.ts <folder> [details] [openpyxl | exceljs]`
 *
 * Reads every `.xlsx` and `.xlsm` below the folder with Cubby's reader and with openpyxl (`python3` with openpyxl
 * installed) or exceljs, compares them cell by cell (see `judge-cell.ts`), and prints what each failed on and each class of
 * disagreement; the file `details` gets a line of JSON for each workbook that is not identical. Ends with 1 below the
 * goal.
 */
import { fork, spawn } from "node:child_process";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { OutOfTime, PatientProcess } from "./patient-process.ts";
import type { Comparison, ReferenceAnswer, ReferenceRequest, WorkerAnswer, WorkerRequest } from "./protocol.ts";
import type { Reference } from "./known-differences.ts";
import { Tally } from "./tally.ts";

const [root, detailsPath, against = "openpyxl"] = process.argv.slice(2) as [string?, string?, Reference?];
/** Longer than that is a hang. */
const ourSeconds = 10;
const loadSeconds = 30;
const comparisonSeconds = 120;
const goal = 0.987;

const cubby = new PatientProcess<WorkerRequest, WorkerAnswer>(
  () => fork(join(import.meta.dirname, "compare-worker.ts"), { execArgv: ["--max-old-space-size=4096"] }),
  (child, request) => {
    child.send(request);
    return new Promise((resolve) => child.once("message", (answer) => resolve(answer as WorkerAnswer)));
  },
);

const readers = {
  openpyxl: ["python3", "read_with_openpyxl.py"],
  exceljs: [process.execPath, "read-with-exceljs.ts"],
} as const;

const reference = new PatientProcess<ReferenceRequest, ReferenceAnswer>(
  () => {
    const [program, script] = readers[against];
    return spawn(program, [join(import.meta.dirname, script)], { stdio: ["pipe", "pipe", "inherit"] });
  },
  (child, request) => {
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    if (child.stdout === null) throw new Error("The other reader's process has no output");
    const lines = createInterface({ input: child.stdout });
    return new Promise((resolve) => {
      lines.once("line", (line) => {
        lines.close();
        resolve(JSON.parse(line));
      });
    });
  },
);

async function main(root: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "cubby-workbooks-"));
  const tally = new Tally(against);
  try {
    for (const path of await listWorkbooks(root)) await readOne(path, join(root, path), join(folder, "cells"), tally);
  } finally {
    cubby.end();
    reference.end();
    await rm(folder, { recursive: true });
  }
  tally.print();
  if (!tally.isWithin(goal)) process.exitCode = 1;
}

async function listWorkbooks(root: string): Promise<string[]> {
  const files = await readdir(root, { recursive: true });
  return files.filter((file) => /\.xls[xm]$/i.test(file)).sort();
}

async function readOne(name: string, path: string, out: string, tally: Tally): Promise<void> {
  const ours = await attempt(() => cubby.ask({ read: path }, ourSeconds));
  const theirs = await attempt(() => reference.ask({ path, out, whole: false }, comparisonSeconds));
  tally.addReading(name, ours, theirs);
  if ("error" in ours) return;
  if (!("error" in theirs)) await compareOne(name, path, out, tally);
  // The last, because a worker that is killed for it forgets what it read.
  tally.addLoading(name, await attempt(() => cubby.ask({ load: path }, loadSeconds)));
}

async function compareOne(name: string, path: string, out: string, tally: Tally): Promise<void> {
  const comparison = await compareAgain(path, out, await compareCells(name, out));
  tally.addComparison(name, comparison);
  const { cells, verdicts } = comparison;
  if (detailsPath !== undefined && verdicts.identical?.cells !== cells) {
    await appendFile(detailsPath, `${JSON.stringify({ name, cells, verdicts })}\n`);
  }
}

/** Where openpyxl misses cells, reading row by row, it gets a second chance to read the workbook whole. */
async function compareAgain(path: string, out: string, first: Comparison): Promise<Comparison> {
  if (against === "exceljs") return first;
  if (!Object.keys(first.verdicts).some((verdict) => verdict.startsWith("only Cubby"))) return first;
  const again = await attempt(() => reference.ask({ path, out, whole: true }, comparisonSeconds));
  return "ok" in again ? await compareCells(path, out) : first;
}

async function compareCells(name: string, out: string): Promise<Comparison> {
  const answer = await attempt(() => cubby.ask({ compare: out }, comparisonSeconds));
  if ("comparison" in answer) return answer.comparison;
  throw new Error(`Cannot compare "${name}": ${JSON.stringify(answer)}`);
}

async function attempt<T>(work: () => Promise<T>): Promise<T | { error: string; isHang?: boolean }> {
  try {
    return await work();
  } catch (error) {
    return { error: String(error), isHang: error instanceof OutOfTime };
  }
}

if (root === undefined) throw new Error("Say which folder holds the workbooks");
if (against !== "openpyxl" && against !== "exceljs") throw new Error("Compare with openpyxl or exceljs");
await main(root);
