import type { SweepReport } from "../../shared/contract/sweep.ts";
import type { Log } from "../../shared/log.ts";
import type { Stores } from "../../shared/stores.ts";
import type { SweepProgress } from "../../shared/sweeping/sweep-state.ts";

export interface SweepDeps extends Stores {
  log: Log;
  /** How far the table's clock is ahead of this machine's, if that is much. */
  clockErrorMs(): number;
  /**
   * Has the session's files converted; with `uploads` its uploads in progress are looked at before, with `database` a
   * published one that is not in the bucket is made anew.
   */
  askToConvert(sessionId: string, also?: { uploads?: boolean; database?: boolean }): Promise<void>;
}

/** What one sweep's phases share. Phases add to the report and move the progress on; nobody takes anything back. */
export interface Round {
  deps: SweepDeps;
  report: SweepReport;
  progress: SweepProgress;
  /** The table was just set back to an older state, and the bucket knows more. */
  isAfterRestore: boolean;
  /** Sessions that could not be attended to in this sweep. */
  failed: Set<string>;
  /** True when the phase has to stop, because time is up or another sweep may have begun. */
  isOver(): boolean;
}

/** Does one thing for one session or object; a failure is logged and counted, and never stops the others. */
export async function attempt({ deps, report }: Round, what: object, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    report.errors++;
    deps.log.error("Not swept", { ...what, error });
    return false;
  }
}

/** A report of nothing yet. */
export function emptyReport(startedAt: string): SweepReport {
  return {
    started_at: startedAt,
    duration_ms: 0,
    complete: true,
    ended: {},
    objects: 0,
    bytes: 0,
    items: 0,
    errors: 0,
    conversions_restarted: 0,
    approvals_expired: 0,
    uploads_aborted: 0,
    cache_entries_removed: 0,
    archives_removed: 0,
    database_versions_removed: 0,
    exports_removed: 0,
    rules: { state: "unchanged", sessions_stamped: 0 },
    orphans: { sessions: 0, objects: 0, bytes: 0 },
    missing_objects: 0,
    records_corrected: 0,
    objects_adopted: 0,
    databases_remade: 0,
    sessions_recounted: 0,
    compared: { objects: 0, wrapped: false },
    remaining: 0,
    oldest_due_seconds: 0,
  };
}
