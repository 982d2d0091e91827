/** What the sweep is asked, and what it reports: returned to whoever invoked it, logged, and counted in metrics. */
import * as z from "zod";
import type { Receipt } from "./session.ts";

/**
 * Options for a person who starts it by hand. Everything else in the event is ignored: the schedule sends its own, and
 * any test event of the console will do.
 */
export const sweepOptions = z
  .object({
    slice_pages: z.number().int().min(0).max(10_000).optional(),
    full: z.boolean().optional(),
    after_restore: z.boolean().optional().meta({
      description: "An older table was restored: objects without a record get one instead of being removed",
    }),
  })
  .meta({ id: "SweepOptions" });

export type SweepOptions = z.infer<typeof sweepOptions>;

/** Another sweep is at work; it began before this one and will see to the same sessions. */
export interface SweepSkipped {
  skipped: string;
  /** When that sweep's lease ends unless it is still alive then. */
  held_until: string;
}

/** What one sweep did, and what it left to the next. */
export interface SweepReport {
  started_at: string;
  duration_ms: number;
  /** False when time ran out, or something failed: the next sweep goes on where the index and the cursors say. */
  complete: boolean;
  /** Sessions by the rule that ended them, with their objects, bytes and items. */
  ended: Partial<Record<Receipt["reason"], number>>;
  objects: number;
  bytes: number;
  items: number;
  /** Failures, each of them in the log. */
  errors: number;
  conversions_restarted: number;
  approvals_expired: number;
  uploads_aborted: number;
  cache_entries_removed: number;
  archives_removed: number;
  database_versions_removed: number;
  exports_removed: number;
  rules: {
    /** `unknown`: the stage's document could not be read, so nothing was ended that was still live by its own word. */
    state: "unchanged" | "applying" | "applied" | "unknown";
    sessions_stamped: number;
  };
  /** What was in the bucket and belonged to nothing. */
  orphans: { sessions: number; objects: number; bytes: number };
  /** Records whose object is not there. Nobody removes them: a person has to look, the log has their names. */
  missing_objects: number;
  /** Files whose object was replaced by a process that died before it wrote their record, which follows it now. */
  records_corrected: number;
  /** Objects of living sessions that had no record and got one: only after an older table was restored. */
  objects_adopted: number;
  /** Sessions whose published database was gone, so that it is made anew from their files. */
  databases_remade: number;
  /** Sessions whose counts and sizes were not those of their files, and are now. */
  sessions_recounted: number;
  /** How far the bucket was compared with the table; `wrapped` when its end was reached. */
  compared: { objects: number; wrapped: boolean };
  /** Sessions that are still due, at most a page per shard. */
  remaining: number;
  /** How long the longest of them has been due; 0 when there is none. */
  oldest_due_seconds: number;
}
