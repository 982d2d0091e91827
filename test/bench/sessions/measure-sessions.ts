import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startCountedHost } from "../../support/count-requests.ts";
import { fillTable } from "../../support/fill-table.ts";
import { plotDots } from "../plot/dot-plot.ts";
import { type Line, plotLines } from "../plot/line-plot.ts";
import { markdownTable, type Report } from "../report/report.ts";
import { showSpread, spreadOf } from "../report/spread.ts";
import { type Contender, operations } from "./contender.ts";
import { startCubby } from "./cubby.ts";
import { startExpressSession } from "./express-session.ts";
import { openFile } from "./file-contender.ts";
import { type Cost, describe, liveThrough, measureOnce, type TakeCounts } from "./live-through.ts";
import { csvFile, jsonFile } from "./one-file.ts";

/** Sessions of others beside the ones that are measured. */
const SIZES = (process.env.BENCH_SESSIONS ?? "10,1000,10000,100000").split(",").map(Number);
const ROUNDS = Number(process.env.BENCH_RUNS ?? 15);

type Costs = Map<Contender, Record<string, Cost>>;

/**
 * What each operation on a session costs beside 10 and beside 100,000 others: with Cubby and with express-session, both
 * asked over HTTP, their tables on one engine; and where sessions are kept in one file that is rewritten on every change.
 */
export async function measureSessions(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const counted = await startCountedHost({ MAX_SESSIONS: "1000" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => counted.close());
  const cubby = await startCubby(counted.host);
  const express = await startExpressSession(counted.host);
  stack.defer(() => void express.close());
  const json = openFile("one JSON file", join(folder, "sessions.json"), jsonFile);
  const csv = openFile("one CSV file", join(folder, "sessions.csv"), csvFile);
  const contenders = [cubby.contender, express.contender, json.contender, csv.contender];
  const lines: Line[] = contenders.map(({ name }) => ({ name, points: [] }));
  let filled = 0;
  let costs: Costs = new Map();
  for (const size of SIZES) {
    await fillTable(counted.host, size - filled);
    for (const { fill } of [express, json, csv]) await fill(size - filled);
    filled = size;
    costs = await liveThrough(contenders, ROUNDS, counted.take);
    for (const [index, one] of contenders.entries()) {
      const create = costs.get(one)?.create;
      if (create !== undefined) lines[index]?.points.push({ x: size, y: create.ms });
    }
    print(size, costs, await measureOthers(cubby.others, counted.take));
  }
  await tell(report, lines, costs);
}

async function measureOthers(others: Record<string, () => Promise<unknown>>, take: TakeCounts) {
  const rows: Record<string, Cost> = {};
  for (const [name, work] of Object.entries(others)) {
    const runs = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await measureOnce(work, take));
    rows[`Cubby: ${name}`] = { ms: spreadOf(runs.map(({ ms }) => ms)), requests: runs.at(-1)?.requests ?? {} };
  }
  return rows;
}

function print(size: number, costs: Costs, others: Record<string, Cost>): void {
  console.log(`\nBeside ${size.toLocaleString("en")} other sessions, median (quartiles) of ${ROUNDS}`);
  const shared = [...costs].flatMap(([{ name }, row]) =>
    operations.map((operation) => [`${name}: ${operation}`, row[operation]] as const),
  );
  const rows = [...shared, ...Object.entries(others)].flatMap(([name, cost]) =>
    cost === undefined ? [] : [[name, { ms: showSpread(cost.ms), "requests to the engines": describe(cost.requests) }]],
  );
  console.table(Object.fromEntries(rows));
}

async function tell(report: Report, lines: readonly Line[], costs: Costs): Promise<void> {
  const beside = `${(SIZES.at(-1) ?? 0).toLocaleString("en")} others`;
  const axes = { x: "sessions that are there", y: "ms to create one more" };
  const growth = await report.plot("one-file", plotLines("One more session", axes, lines));
  const series = [...costs.keys()].map(({ name }) => name);
  const rows = operations.map((name) => ({ name, figures: [...costs.values()].map((row) => row[name]?.ms) }));
  const title = `Operations on a session beside ${beside}`;
  const each = await report.plot("sessions", plotDots({ title, axis: "ms", isLogarithmic: true, series, rows }));
  const table = operations.map((name) => [name, ...[...costs.values()].map((row) => describeCost(row[name]))]);
  report.readme(
    `Sessions, \`npm run bench -- sessions\`: ms beside ${beside}, median (quartiles) of ${ROUNDS}, and requests to the engines; Cubby's client sends an \`Idempotency-Key\`, which is four of them to create and two to touch ([plot](${each}), [by number](${growth})).`,
  );
  report.readme(markdownTable(["", ...series], table));
}

function describeCost(cost: Cost | undefined): string {
  const requests = Object.values(cost?.requests ?? {}).reduce((sum, count) => sum + count, 0);
  if (cost === undefined) return "";
  return requests === 0 ? showSpread(cost.ms) : `${showSpread(cost.ms)}, ${requests}`;
}
