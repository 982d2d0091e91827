/**
 * One sweep: at most one at a time, bounded by the time it is given, and safe to stop at any point, also by kill -9.
 * What is left is still due, or stands behind a cursor; so the next one goes on where this one ended.
 */
import { toTimestamp } from "../../shared/clock.ts";
import type { SweepOptions, SweepReport, SweepSkipped } from "../../shared/contract/sweep.ts";
import { type SweepLease, takeSweepLease } from "../../shared/sweeping/sweep-state.ts";
import { applyRules } from "./apply-rules.ts";
import { compareBucket } from "./compare-bucket.ts";
import { compareRecords } from "./compare-records.ts";
import { attendDueSessions, countRemaining } from "./due-sessions.ts";
import { removeOldExports } from "./old-exports.ts";
import { abortStaleUploads } from "./stale-uploads.ts";
import { attempt, emptyReport, type Round, type SweepDeps } from "./sweep-deps.ts";

/** Time that the sessions in hand may need when a phase is told to stop. */
const RESERVE_MS = 20_000;
/** Of the time there is, what the due sessions leave to the rounds: a backlog must not stop those for ever. */
const HOUSEKEEPING_SHARE = 0.25;

/** What one sweep compares unless its event says otherwise. */
const SLICE_PAGES = 10;
const UPLOAD_PAGES = 2;
const RECORDS = 200;

/** Sweeps, or says who is at it. `remainingMs` is how long the function may still run. */
export async function sweep(
  deps: SweepDeps,
  remainingMs: () => number,
  options: SweepOptions = {},
): Promise<SweepReport | SweepSkipped> {
  const lease = await takeSweepLease(deps.table, deps.clock);
  if ("skipped" in lease) return lease;
  const report = emptyReport(toTimestamp(deps.clock.now()));
  const started = performance.now();
  try {
    assertClockIsRight(deps); // by the answer to taking the lease
    await runPhases(deps, report, lease, remainingMs, options);
  } finally {
    await lease.release();
  }
  report.duration_ms = Math.round(performance.now() - started);
  if (report.errors > 0 || lease.isLost()) report.complete = false;
  return report;
}

/** What is removed by a wrong clock does not come back, so nothing is. */
function assertClockIsRight({ clockErrorMs }: SweepDeps): void {
  const seconds = Math.round(clockErrorMs() / 1000);
  if (seconds === 0) return;
  const state = seconds > 0 ? "behind" : "ahead of";
  throw new Error(`Cannot sweep: this machine's clock is ${Math.abs(seconds)} s ${state} the table's`);
}

async function runPhases(
  deps: SweepDeps,
  report: SweepReport,
  lease: SweepLease,
  remainingMs: () => number,
  options: SweepOptions,
): Promise<void> {
  const housekeepingMs = (remainingMs() - RESERVE_MS) * HOUSEKEEPING_SHARE;
  const failed = new Set<string>();
  const upTo = (reserveMs: number): Round => ({
    ...{ deps, report, progress: lease.progress, failed, isAfterRestore: options.after_restore === true },
    isOver: () => remainingMs() < reserveMs || lease.isLost(),
  });
  const first = upTo(RESERVE_MS + housekeepingMs);
  const then = upTo(RESERVE_MS);
  const isFull = options.full === true;
  const everything = Number.POSITIVE_INFINITY;
  // Sessions whose time is up go first; nothing that fails keeps the phases behind it from their turn.
  await attempt(first, { phase: "due" }, () => attendDueSessions(first));
  await attempt(first, { phase: "rules" }, () => applyRules(first, isFull));
  await attempt(then, { phase: "uploads" }, () => abortStaleUploads(then, isFull ? everything : UPLOAD_PAGES));
  await attempt(then, { phase: "exports" }, () => removeOldExports(then));
  const pages = options.slice_pages ?? (isFull ? everything : SLICE_PAGES);
  await attempt(then, { phase: "bucket" }, () => compareBucket(then, pages));
  await attempt(then, { phase: "records" }, () => compareRecords(then, isFull ? everything : RECORDS));
  await attempt(then, { phase: "remaining" }, () => countRemaining(then));
}
