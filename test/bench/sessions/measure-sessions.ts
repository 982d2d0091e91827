import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient } from "../../../shared/client/index.ts";
import { type CountedHost, startCountedHost } from "../../support/count-requests.ts";
import { fillTable } from "../../support/fill-table.ts";
import { csvFile, type FileFormat, jsonFile, OneFile } from "./one-file.ts";
import { plotLogLog, type Series } from "./plot.ts";

/** Sessions beside the ones that are measured. The last is for Cubby alone: a file would take minutes. */
const SIZES = (process.env.BENCH_SESSIONS ?? "10,1000,10000,100000").split(",").map(Number);
const LARGEST_FILE = 10_000;
const ROUNDS = 30;
const PLOT = "test/bench/sessions/one-file.svg";

interface Measured {
  ms: number;
  requests: string;
}

/**
 * What each operation on a session costs, at 10 and at 100,000 sessions, and what it costs where sessions are kept in
 * one file that is rewritten on every change. Cubby is asked over HTTP, the file in this process.
 */
export async function measureSessions(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const counted = await startCountedHost({ MAX_SESSIONS: "1000" });
  const series: Record<string, Series> = {
    cubby: { name: "Cubby, over HTTP", color: "#2563eb", points: [] },
    json: { name: "one JSON file", color: "#dc2626", points: [] },
    csv: { name: "one CSV file", color: "#d97706", points: [] },
  };
  try {
    const token = await counted.host.issueToken({ sub: "bench" });
    const client = createClient({ baseUrl: counted.host.url, token });
    await measureCubby(counted, client); // warms up, and does not count
    let filled = 0;
    for (const size of SIZES) {
      await fillTable(counted.host, size - filled);
      filled = size;
      const costs = await measureCubby(counted, client);
      print(size, costs);
      series.cubby?.points.push({ x: size, y: costs.create?.ms ?? Number.NaN });
      if (size > LARGEST_FILE) continue;
      for (const [name, format] of Object.entries({ json: jsonFile, csv: csvFile })) {
        series[name]?.points.push({ x: size, y: await measureFile(join(folder, `sessions.${name}`), format, size) });
      }
    }
  } finally {
    await counted.close();
  }
  await compare(Object.values(series));
}

async function measureCubby(counted: CountedHost, client: Client): Promise<Record<string, Measured>> {
  const ids: string[] = [];
  const next = () => ({ session_id: ids[ids.length - 1] ?? "" });
  const create = async () => {
    ids.push((await client.call("createSession", { body: { platform: "web" } })).session_id);
  };
  await create();
  const body = { role: "user" as const, content: "hello" };
  const costs = {
    create: await measure(counted, create),
    read: await measure(counted, () => client.call("getSession", { params: next() })),
    list: await measure(counted, () => client.call("listSessions", { query: { limit: 10 } })),
    "touch within a minute": await measure(counted, () => client.call("touchSession", { params: next() })),
    "append to history": await measure(counted, () => client.call("appendHistory", { params: next(), body })),
    "delete, empty": await measureDeletes(counted, client),
  };
  // The next round finds as many sessions of this user as this one did.
  while ((await client.call("clearSessions", {})).remaining);
  return costs;
}

async function measureDeletes(counted: CountedHost, client: Client): Promise<Measured> {
  const fresh: string[] = [];
  const make = async () => (await client.call("createSession", { body: { platform: "web" } })).session_id;
  const values: number[] = [];
  let requests = "";
  for (let round = 0; round < ROUNDS; round++) {
    fresh.push(await make());
    counted.take();
    const started = performance.now();
    await client.call("deleteSession", { params: { session_id: fresh.pop() ?? "" } });
    values.push(performance.now() - started);
    requests = describe(counted.take());
  }
  return { ms: median(values), requests };
}

async function measure(counted: CountedHost, work: () => Promise<unknown>): Promise<Measured> {
  const values: number[] = [];
  let requests = "";
  for (let round = 0; round < ROUNDS; round++) {
    counted.take();
    const started = performance.now();
    await work();
    values.push(performance.now() - started);
    requests = describe(counted.take());
  }
  return { ms: median(values), requests };
}

async function measureFile(path: string, format: FileFormat, size: number): Promise<number> {
  const file = new OneFile(path, format);
  await file.fill(size);
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await file.create("bench");
    values.push(performance.now() - started);
  }
  return median(values);
}

function print(size: number, costs: Record<string, Measured>): void {
  console.log(`\nBeside ${size.toLocaleString("en")} other sessions, median of ${ROUNDS}`);
  const rows = Object.entries(costs).map(([name, { ms, requests }]) => [
    name,
    { ms: ms.toFixed(1), "requests to the engines": requests },
  ]);
  console.table(Object.fromEntries(rows));
}

async function compare(series: readonly Series[]): Promise<void> {
  console.log("\nCreating one session, median ms, by sessions that are there");
  const rows = series.map(({ name, points }) => [
    name,
    Object.fromEntries(points.map(({ x, y }) => [x.toLocaleString("en"), y.toFixed(2)])),
  ]);
  console.table(Object.fromEntries(rows));
  const axes = { x: "sessions", y: "ms to create one more" };
  await writeFile(PLOT, plotLogLog("One more session", axes, series));
  console.log(`Plotted in ${PLOT}`);
}

function describe(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => (count === 1 ? name : `${count} × ${name}`))
    .join(", ");
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
