/**
 * `npm run bench -- tables`: the same rows as CSV, workbook and JSON, made tables of by everybody who can: seconds,
 * memory, and what of the file is not in the table. Each in processes of its own, in turn; what cannot be had on this
 * machine is said and left out.
 */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { plotDots } from "../plot/dot-plot.ts";
import { markdownTable, type Report } from "../report/report.ts";
import { showSpread, type Spread, spreadOf } from "../report/spread.ts";
import { takeTurns } from "../report/take-turns.ts";
import { type Contender, contenders, load } from "./contenders.ts";
import { describeLosses, findLosses } from "./find-losses.ts";
import type { Loading } from "./loading.ts";
import { columns } from "./orders.ts";
import { type Format, formats, writeOrders } from "./write-orders.ts";

const ROUNDS = Number(process.env.BENCH_RUNS ?? 5);
const SHARE = Number(process.env.BENCH_ROWS_SHARE ?? 1);
const ROWS: Record<Format, number> = { csv: 100_000 * SHARE, xlsx: 30_000 * SHARE, json: 60_000 * SHARE };

interface Measured {
  name: string;
  cpu: Spread;
  wall: Spread;
  peak: Spread;
  lost: string;
}

/** Everybody's figures for one format, and why somebody has none: a file that is refused, or a part that is not here. */
interface Outcome {
  measured: Measured[];
  leftOut: string[];
}

export async function measureTables(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const all: [Format, Measured[]][] = [];
  const absent: string[] = [];
  for (const format of formats) {
    const { measured, leftOut } = await measureFormat(folder, format);
    all.push([format, measured]);
    absent.push(...leftOut.map((reason) => `${format.toUpperCase()}, ${reason}`));
  }
  const plot = await report.plot(
    "tables",
    plotDots({
      ...{ title: "A file to a table", axis: "seconds", isLogarithmic: true, series: ["CPU", "wall clock"] },
      rows: all.flatMap(([format, rows]) =>
        rows.map(({ name, cpu, wall }) => ({ name: `${format.toUpperCase()}, ${name}`, figures: [cpu, wall] })),
      ),
    }),
  );
  report.readme(
    `Files to tables, \`npm run bench -- tables\`, ${columns.length} columns, median (quartiles) of ${ROUNDS} ([plot](${plot})); lost is each value that is not in the table any more, by column.`,
  );
  const head = ["", "CPU s", "wall s", "peak MB", "lost"];
  const lines = all.flatMap(([format, rows]) => rows.map((row) => toLine(format, row)));
  report.readme(markdownTable(head, lines));
  if (absent.length > 0) report.readme(`Without figures: ${absent.join("; ")}.`);
}

async function measureFormat(folder: string, format: Format): Promise<Outcome> {
  const file = join(folder, `orders.${format}`);
  await writeOrders(file, format, ROWS[format]);
  const { size } = await stat(file);
  const lost = new Map<Contender, string>();
  const leftOut: string[] = [];
  for (const contender of contenders.filter((one) => one.formats.includes(format))) {
    const outcome = await tryOnce(contender, file, folder, ROWS[format]);
    if ("losses" in outcome) lost.set(contender, outcome.losses);
    else leftOut.push(`${contender.name}: ${outcome.reason}`);
  }
  const loadings = new Map([...lost.keys()].map((one) => [one.name, [] as Loading[]]));
  const sides = Object.fromEntries([...lost.keys()].map((one) => [one.name, () => note(one)]));
  async function note(contender: Contender): Promise<number> {
    const loading = await load(contender, file, join(folder, "scratch"));
    loadings.get(contender.name)?.push(loading);
    return loading.cpuSeconds;
  }
  await takeTurns(sides, ROUNDS, { warmUp: false }); // the look for losses was the first round
  const measured = [...lost].map(([{ name }, losses]) => toMeasured(name, loadings.get(name) ?? [], losses));
  const rows = ROWS[format].toLocaleString("en");
  console.log(
    `\n${format.toUpperCase()} of ${rows} rows × ${columns.length}, ${(size / 1e6).toFixed(1)} MB, to a table`,
  );
  console.table(Object.fromEntries(measured.map((one) => [one.name, toRecord(one)])));
  for (const reason of leftOut) console.log(`Left out: ${reason}`);
  return { measured, leftOut };
}

/** What it loses, or its own words for why it makes no table of this file on this machine. */
async function tryOnce(
  contender: Contender,
  file: string,
  folder: string,
  rows: number,
): Promise<{ losses: string } | { reason: string }> {
  const dump = join(folder, "dump.ndjson");
  try {
    await load(contender, file, join(folder, "scratch"), dump);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const text = (stderr || String(error)).replaceAll(folder, "");
    const line = text.split("\n").find((one) => /error|cannot|no such/i.test(one)) ?? text;
    return { reason: line.slice(0, 200) };
  }
  return { losses: describeLosses(await findLosses(dump, rows)) };
}

function toMeasured(name: string, loadings: readonly Loading[], lost: string): Measured {
  const spread = (pick: (loading: Loading) => number) => spreadOf(loadings.map(pick));
  return {
    ...{ name, lost, cpu: spread((one) => one.cpuSeconds) },
    ...{ wall: spread((one) => one.wallSeconds), peak: spread((one) => one.peakMegabytes) },
  };
}

function toRecord({ cpu, wall, peak, lost }: Measured): Record<string, string> {
  return { "CPU s": showSpread(cpu, 2), "wall s": showSpread(wall, 2), "peak MB": peak.median.toFixed(0), lost };
}

function toLine(format: Format, { name, cpu, wall, peak, lost }: Measured): string[] {
  return [`${format.toUpperCase()}, ${name}`, showSpread(cpu, 2), showSpread(wall, 2), peak.median.toFixed(0), lost];
}
