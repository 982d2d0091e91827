/**
 * `npm run bench -- cold-start`: every function of the topology, bundled as for Lambda, in a new process of Node for each
 * run, on the engines of a local host and with no more in its environment than there. On a whole processor: Lambda gives
 * less of one to functions with little memory, but for the loading of their code.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { preparePage } from "../../../functions/explorer/build/prepare-page.ts";
import type { Host } from "../../../cdk/local/host.ts";
import { functionEnvironment } from "../../../cdk/local/lambda/function-environment.ts";
import { toHostValues } from "../../../cdk/local/names.ts";
import { type FunctionName, functions } from "../../../cdk/topology.ts";
import { startQuietHost } from "../../support/sweep-on.ts";
import { plotDots } from "../plot/dot-plot.ts";
import { makeOrders } from "../query/make-orders.ts";
import { serveFile } from "../query/serve-file.ts";
import { markdownTable, type Report } from "../report/report.ts";
import { showSpread, type Spread, spreadOf } from "../report/spread.ts";
import { takeTurns } from "../report/take-turns.ts";
import { type Bundle, bundleFunction } from "./bundle-function.ts";
import { type FirstEvent, firstEvents } from "./first-events.ts";
import { startCold } from "./function-process.ts";

const RUNS = Number(process.env.BENCH_RUNS ?? 9);

interface Cold {
  name: string;
  task: string;
  bundle: Bundle;
  imported: Spread;
  first: Spread;
}

/** Prints size, import time and first answer of each function; medians over runs that take turns. */
export async function measureColdStarts(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = join(folder, "orders.db");
  await makeOrders(database, 10);
  await using stack = new AsyncDisposableStack();
  const served = await serveFile(database);
  stack.defer(() => served.close());
  const host = await startQuietHost();
  stack.defer(() => host.close());
  const names = Object.keys(functions) as FunctionName[];
  const bundles = new Map<FunctionName, Bundle>();
  for (const name of names) bundles.set(name, await bundleFunction(name, join(folder, name)));
  const measured = await startAll(host, bundles, await firstEvents(host, served.url));
  await tell(report, measured);
}

async function startAll(host: Host, bundles: Map<FunctionName, Bundle>, events: Record<FunctionName, FirstEvent>) {
  const pageFolder = await preparePage();
  const imported = new Map<FunctionName, number[]>();
  const startOne = (name: FunctionName, bundle: Bundle) => async () => {
    const { importedMs, answeredMs, answer } = await startCold(
      bundle.folder,
      environmentOf(host, name, pageFolder),
      await events[name].make(),
    );
    assertGood(name, answer);
    imported.set(name, [...(imported.get(name) ?? []), importedMs]);
    return importedMs + answeredMs;
  };
  const sides = Object.fromEntries([...bundles].map(([name, bundle]) => [name, startOne(name, bundle)]));
  const firsts = await takeTurns(sides, RUNS);
  return [...bundles].map(
    ([name, bundle]): Cold => ({
      ...{ name, bundle, task: events[name].task },
      imported: spreadOf(imported.get(name)?.slice(1) ?? []), // without the round that warmed up
      first: spreadOf(firsts[name] ?? []),
    }),
  );
}

/** What the host would give to it. */
function environmentOf(host: Host, name: FunctionName, pageFolder: string): Record<string, string> {
  const { env, endpoints } = host;
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
  const values = toHostValues({
    ...{ env, region: env.AWS_REGION ?? "us-east-1", issuer: host.url, pageFolder },
    engines: { ...endpoints, accessKeyId, secretAccessKey },
    services: env.AWS_ENDPOINT_URL_LAMBDA ?? "",
  });
  return functionEnvironment(name, functions[name], values);
}

/** A refusal is fast. */
function assertGood(name: FunctionName, answer: unknown): void {
  const good = { api: { statusCode: 200 }, explorer: { statusCode: 200 }, authorizer: { isAuthorized: true } };
  const more = {
    convert: { converted: 1 },
    query: { ok: true },
    purge: { batchItemFailures: [] },
    sweep: {},
    archive: {},
  };
  const wanted = Object.entries({ ...good, ...more }[name]);
  const found = (answer ?? {}) as Record<string, unknown>;
  const isGood = wanted.every(([key, value]) => JSON.stringify(found[key]) === JSON.stringify(value));
  if (!isGood) throw new Error(`${name} answered ${JSON.stringify(answer)?.slice(0, 300)}`);
}

async function tell(report: Report, measured: readonly Cold[]): Promise<void> {
  console.log(`\nCold starts, ms, median (quartiles) of ${RUNS}, each in a new process of Node`);
  const head = ["function", "code, kB", "gzipped", "imported", "first answer", "asked for"];
  const rows = measured.map(({ name, bundle, imported, first, task }) => [
    name,
    (bundle.codeBytes / 1e3).toFixed(0),
    (bundle.zippedBytes / 1e3).toFixed(0),
    showSpread(imported, 0),
    showSpread(first, 0),
    task,
  ]);
  console.table(rows.map((row) => Object.fromEntries(row.map((cell, column) => [head[column], cell]))));
  const plot = await report.plot(
    "cold-start",
    plotDots({
      ...{ title: "Cold start of each function", axis: "ms from the start of loading its code" },
      series: ["the code is imported", "the first event is answered"],
      rows: measured.map(({ name, imported, first }) => ({ name, figures: [imported, first] })),
    }),
  );
  report.readme(
    `Cold starts, \`npm run bench -- cold-start\`: each function bundled as for Lambda, in a new process of Node on one whole processor; ms from the start of loading, median (quartiles) of ${RUNS} ([plot](${plot})).`,
  );
  report.readme(markdownTable(head, rows));
}
