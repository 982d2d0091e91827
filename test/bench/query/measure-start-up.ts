import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { plotDots } from "../plot/dot-plot.ts";
import type { Report } from "../report/report.ts";
import { showSpread, type Spread, spreadOf } from "../report/spread.ts";
import { takeTurns } from "../report/take-turns.ts";
import { startQueryFunction } from "./function-process.ts";

const RUNS = Number(process.env.BENCH_RUNS ?? 11);
const SQL = "SELECT 1";

/** One statement, asked of DuckDB in the caller's process and in the sandbox. */
export interface Pair {
  name: string;
  inProcess: Spread;
  sandboxed: Spread;
}

/**
 * From the start of loading code to the first answer in a new process, in turn: DuckDB alone, which opens the file, and
 * the function, which loads it over HTTP and starts its child. The database is of a few KB, so that loading is nothing.
 */
export async function measureColdStart(bundle: string, url: string, database: string): Promise<Pair> {
  const figures = await takeTurns(
    { inProcess: () => answerInProcess(database), sandboxed: () => answerInSandbox(bundle, url) },
    RUNS,
  );
  return {
    name: "a new process, one constant",
    inProcess: spreadOf(figures.inProcess),
    sandboxed: spreadOf(figures.sandboxed),
  };
}

async function answerInProcess(database: string): Promise<number> {
  const program = join(import.meta.dirname, "answer-once.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, database, SQL]);
  return Number(stdout);
}

async function answerInSandbox(bundle: string, url: string): Promise<number> {
  const begun = performance.now();
  const query = await startQueryFunction(bundle);
  try {
    await query.ask(SQL, url);
    return performance.now() - begun - query.bootMs;
  } finally {
    await query.close();
  }
}

/** Prints both sides of each statement, and plots them. */
export async function tellPairs(report: Report, pairs: readonly Pair[]): Promise<void> {
  const rows = pairs.map(({ name, inProcess, sandboxed }) => [
    name,
    {
      "in process": showSpread(inProcess),
      sandboxed: showSpread(sandboxed),
      "over it": over({ inProcess, sandboxed }),
    },
  ]);
  console.log(`\nStart-up of a query, ms, median (quartiles) of ${RUNS}; warm unless a process is new`);
  console.table(Object.fromEntries(rows));
  const plot = await report.plot(
    "query",
    plotDots({
      ...{ title: "Start-up of a query", axis: "ms to the answer", isLogarithmic: true },
      series: ["in the sandbox", "DuckDB in process"],
      rows: pairs.map(({ name, inProcess, sandboxed }) => ({ name, figures: [sandboxed, inProcess] })),
    }),
  );
  const sentences = pairs.map((pair) => `${pair.name} ${showSpread(pair.sandboxed)} to ${showSpread(pair.inProcess)}`);
  report.readme(
    `Queries, \`npm run bench -- query\`, ms in the sandbox to ms with DuckDB in process, median (quartiles) of ${RUNS}: ${sentences.join("; ")} ([plot](${plot})).`,
  );
}

function over({ inProcess, sandboxed }: Pick<Pair, "inProcess" | "sandboxed">): string {
  return (sandboxed.median - inProcess.median).toFixed(1);
}
