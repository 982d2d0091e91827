/**
 * `npm run bench -- sweep`: how many sessions one sweep ends in a second, and what it asks of table and bucket for each,
 * beside the bare SDK removing as many one after the other. The function runs as on the host; only its schedule is off.
 */
import type { SweepReport } from "../../../shared/contract/sweep.ts";
import { type CountedHost, startCountedHost } from "../../support/count-requests.ts";
import { createTestClock } from "../../support/own-stores.ts";
import { HOUR, type SweepBench, sweepOn } from "../../support/sweep-on.ts";
import { plotDots } from "../plot/dot-plot.ts";
import type { Report } from "../report/report.ts";
import { showSpread, type Spread, spreadOf } from "../report/spread.ts";
import { takeTurns } from "../report/take-turns.ts";
import { createBareRemoval } from "./remove-barely.ts";

const DUE = Number(process.env.BENCH_DUE_SESSIONS ?? 200);
const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const FILES = [0, 3];
const WRITERS = 8;

interface Swept {
  files: number;
  sweep: Spread;
  bare: Spread;
  /** Per session, by what was asked last. */
  requests: Record<"sweep" | "bare", Requests>;
}

interface Requests {
  table: number;
  bucket: number;
}

/** Prints sessions per second, medians and quartiles of runs that take turns. */
export async function measureSweep(_folder: string, report: Report): Promise<void> {
  const counted = await startCountedHost();
  try {
    const bench = sweepOn(counted.host, createTestClock(new Date(Date.now() - 3 * HOUR)));
    const measured: Swept[] = [];
    for (const files of FILES) measured.push(await measure(counted, bench, files));
    await tell(report, measured);
  } finally {
    await counted.close();
  }
}

async function measure(counted: CountedHost, bench: SweepBench, files: number): Promise<Swept> {
  const removeBarely = createBareRemoval(counted.host);
  const requests = { sweep: { table: 0, bucket: 0 }, bare: { table: 0, bucket: 0 } };
  const timed = (side: keyof typeof requests, work: (ids: string[]) => Promise<void>) => async () => {
    const ids = await makeDue(bench, files);
    counted.take();
    const started = performance.now();
    await work(ids);
    const seconds = (performance.now() - started) / 1000;
    requests[side] = perSession(counted.take());
    return DUE / seconds;
  };
  const figures = await takeTurns(
    {
      sweep: timed("sweep", () => sweepAll(counted)),
      bare: timed("bare", async (ids) => {
        for (const id of ids) await removeBarely(id);
      }),
    },
    RUNS,
  );
  return { files, sweep: spreadOf(figures.sweep), bare: spreadOf(figures.bare), requests };
}

/** Sessions of as many users, over since an hour or two. */
async function makeDue(bench: SweepBench, files: number): Promise<string[]> {
  const ids: string[] = [];
  let begun = 0;
  const make = async () => {
    while (begun++ < DUE) {
      const session = await bench.newSession();
      for (let file = 0; file < files; file++) await bench.putFile(session, `workspace/${file}.txt`);
      ids.push(session.session_id);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, make));
  return ids;
}

/** A sweep that leaves something out is fast. */
async function sweepAll({ host }: CountedHost): Promise<void> {
  const { ended, errors, remaining } = (await host.invoke("sweep", {})) as SweepReport;
  const count = Object.values(ended).reduce((sum, part) => sum + part, 0);
  if (count !== DUE || errors > 0) throw new Error(`Swept ${count} of ${DUE}, ${errors} errors, ${remaining} remain`);
}

function perSession(counts: Record<string, number>): Requests {
  const isBucket = (name: string) => /Object/.test(name);
  const sum = (wanted: boolean) =>
    Object.entries(counts).reduce((total, [name, count]) => total + (isBucket(name) === wanted ? count : 0), 0);
  return { table: sum(false) / DUE, bucket: sum(true) / DUE };
}

async function tell(report: Report, measured: readonly Swept[]): Promise<void> {
  console.log(`\n${DUE} sessions that are due, ended per second, median (quartiles) of ${RUNS}`);
  const show = ({ table, bucket }: Requests) => `${table.toFixed(1)} + ${bucket.toFixed(1)}`;
  const nameOf = ({ files }: Swept) => (files === 0 ? "without files" : `${files} files each`);
  const rows = measured.map((one) => [
    nameOf(one),
    {
      "one sweep": showSpread(one.sweep, 0),
      "requests to table + bucket for each": show(one.requests.sweep),
      "bare SDK, one by one": showSpread(one.bare, 0),
      "its requests": show(one.requests.bare),
    },
  ]);
  console.table(Object.fromEntries(rows));
  const plot = await report.plot(
    "sweep",
    plotDots({
      ...{ title: `${DUE} due sessions`, axis: "sessions ended per second" },
      series: ["one sweep", "bare SDK, one by one"],
      rows: measured.map((one) => ({ name: nameOf(one), figures: [one.sweep, one.bare] })),
    }),
  );
  const sentences = measured.map(
    (one) =>
      `${nameOf(one)} ${showSpread(one.sweep, 0)} a second with ${show(one.requests.sweep)} requests to table and bucket for each, removed by the bare SDK one by one ${showSpread(one.bare, 0)} with ${show(one.requests.bare)}`,
  );
  report.readme(
    `One sweep, \`npm run bench -- sweep\`, ${DUE} due sessions, median (quartiles) of ${RUNS}: ${sentences.join("; ")} ([plot](${plot})).`,
  );
}
