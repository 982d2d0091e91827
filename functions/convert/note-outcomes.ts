import type { FileRecord } from "../../shared/files/file-record.ts";
import { convertedEvent, tablesRemovedEvent } from "../../shared/history/events.ts";
import type { BuildResult } from "../../shared/tables/build-database.ts";
import { fitReport } from "../../shared/tables/fit-report.ts";
import type { FileReport } from "../../shared/tables/report.ts";
import type { ConvertDeps } from "./drain.ts";
import { noteFailure } from "./note-failure.ts";
import { MAX_NOTED_BYTES, MAX_TOLD_BYTES, toConversion } from "./outcome.ts";
import { tellOnce } from "./tell-once.ts";

/** What a round came to. */
export interface Outcomes {
  /** Files that a report is about, and those whose tables were taken away. */
  reported: readonly FileRecord[];
  removed: readonly FileRecord[];
  result: Pick<BuildResult, "reports" | "tables">;
}

/** Tells the history and the files' records what became of each, and counts. */
export async function noteOutcomes(
  deps: ConvertDeps,
  sessionId: string,
  { reported, removed, result }: Outcomes,
): Promise<{ converted: number; failed: number }> {
  const present = new Set(result.tables.map((table) => table.name));
  const byPath = new Map(result.reports.map((report) => [report.path, report]));
  const counts = { converted: 0, failed: 0 };
  for (const record of reported) {
    const report = byPath.get(record.path);
    if (report === undefined) throw new Error(`Cannot note "${record.path}": the conversion did not report it`);
    if (report.status !== "none") counts[report.status]++;
    const gone = record.conversion.tables.filter((name) => !present.has(name));
    await noteOutcome(deps, sessionId, { record, report, gone });
  }
  for (const record of removed) {
    if (record.conversion.tables.length > 0) await tellOnce(deps, sessionId, record, tablesRemovedEvent(record));
    await deps.files.dropRecord(record);
  }
  return counts;
}

/** Of one file; `gone` are tables that it made before and does not make any more. */
export async function noteOutcome(
  deps: ConvertDeps,
  sessionId: string,
  { record, report, gone }: { record: FileRecord; report: FileReport; gone: readonly string[] },
): Promise<void> {
  if (report.status === "failed") noteFailure(deps, report.reason?.code ?? "internal");
  // Told first: a file that is not pending any more is never looked at again.
  if (report.status !== "none") {
    const told = fitReport(report, MAX_TOLD_BYTES);
    if (!(await tellOnce(deps, sessionId, record, convertedEvent(told, gone)))) return;
  }
  const noted = fitReport(report, MAX_NOTED_BYTES);
  await deps.files.noteConversion(record, { conversion: toConversion(noted), report: noted });
}
