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
const ROWS: Record<Format, number> = { csv: 200_000 * SHARE, xlsx: 50_000 * SHARE, json: 100_000 * SHARE };

interface Measured {
  name: string;
  cpu: Spread;
  wall: Spread;
  peak: Spread;
  lost: string;
}

export async function measureTables(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const all: [Format, Measured[]][] = [];
  for (const format of formats) all.push([format, await measureFormat(folder, format)]);
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
}

async function measureFormat(folder: string, format: Format): Promise<Measured[]> {
  const file = join(folder, `orders.${format}`);
  await writeOrders(file, format, ROWS[format]);
  const { size } = await stat(file);
  const lost = new Map<Contender, string>();
  for (const contender of contenders.filter((one) => one.formats.includes(format))) {
    const losses = await tryOnce(contender, file, folder, ROWS[format]);
    if (losses !== undefined) lost.set(contender, losses);
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
  return measured;
}

/** What it loses; undefined, and said why, where it cannot be had here. */
async function tryOnce(contender: Contender, file: string, folder: string, rows: number): Promise<string | undefined> {
  const dump = join(folder, "dump.ndjson");
  try {
    await load(contender, file, join(folder, "scratch"), dump);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const lines = (stderr || String(error)).split("\n").filter((line) => /error|cannot|no such/i.test(line));
    console.log(
      `\nLeft out, as it does not do it here: ${contender.name}: ${(lines[0] ?? String(error)).slice(0, 200)}`,
    );
    return undefined;
  }
  return describeLosses(await findLosses(dump, rows));
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
