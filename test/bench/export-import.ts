import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "../../shared/clock.ts";
import type { ExportFormat } from "../../shared/contract/transfer.ts";
import { exportSessions } from "../../shared/sessions/transfer/export-sessions.ts";
import type { Stores } from "../../shared/stores.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { fillTable } from "../support/fill-table.ts";
import { ownStores } from "../support/own-stores.ts";

const SIZES = [500, 5_000];
/** Standing still, so that the figure is the whole and not what one request's time allows. */
const frozen = { now: () => new Date(started) };
const started = Date.now();

/** How fast sessions go out, and what is alive in memory meanwhile. */
export async function measureExports(): Promise<void> {
  const host = await startAcceptanceHost();
  const rows: Record<string, Record<string, string>> = {};
  try {
    const stores = { ...ownStores(host, systemClock), clock: frozen };
    let filled = 0;
    for (const size of SIZES) {
      await fillTable(host, size - filled);
      filled = size;
      for (const format of ["csv", "json"] as const) rows[`${size} as ${format}`] = await measure(stores, format);
    }
  } finally {
    await host.close();
  }
  console.log("\nExport of session records, in this process, into the local bucket");
  console.table(rows);
}

async function measure(stores: Stores, format: ExportFormat): Promise<Record<string, string>> {
  let peak = 0;
  const before = liveBytes();
  const sampling = setInterval(() => {
    peak = Math.max(peak, liveBytes() - before);
  }, 500);
  const from = performance.now();
  const { sessions, sizeBytes } = await exportSessions(stores, { format, safe: "false", redirect: "false" });
  const seconds = (performance.now() - from) / 1000;
  clearInterval(sampling);
  return {
    sessions: String(sessions),
    MB: (sizeBytes / 1e6).toFixed(1),
    seconds: seconds.toFixed(1),
    "sessions per second": (sessions / seconds).toFixed(0),
    "alive above the start, MB": (peak / 1e6).toFixed(1),
  };
}

/** Garbage is no measure of what is held, so it is collected first. */
function liveBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}
