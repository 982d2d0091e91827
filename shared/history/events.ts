/** What Cubby itself says in a history, for people in `content` and for programs in `metadata`. */
import type { Actor } from "../contract/actor.ts";
import type * as z from "zod";
import type { conversionEvent, HistoryEntry, HistoryEvent } from "../contract/history.ts";
import type { FileRecord } from "../files/file-record.ts";
import { systemActor } from "../identity/principal.ts";
import type { FileReport } from "../tables/report.ts";
import type { HistoryDraft } from "./history-store.ts";

export function uploadedEvent(file: FileRecord): HistoryDraft {
  const facts = { filename: file.name, path: file.path, file_size: file.size_bytes, sha256: file.sha256 ?? null };
  return event(`Uploaded ${file.path}`, { type: "file_upload", ...facts }, file.uploaded_by);
}

export function moreUploadedEvent(files: readonly FileRecord[], actor: Actor): HistoryDraft {
  const bytes = files.reduce((sum, file) => sum + file.size_bytes, 0);
  return event(`Uploaded ${files.length} more files`, { type: "file_upload", files: files.length, bytes }, actor);
}

export function queryResultEvent(file: FileRecord, rows: number): HistoryDraft {
  const facts = { path: file.path, file_size: file.size_bytes, sha256: file.sha256 ?? null, rows };
  return event(`Stored ${rows} rows of a query as ${file.path}`, { type: "query_result", ...facts }, file.uploaded_by);
}

export function deletedEvent(file: FileRecord, actor: Actor): HistoryDraft {
  return event(`Deleted ${file.path}`, { type: "file_deleted", path: file.path, file_size: file.size_bytes }, actor);
}

export function moreDeletedEvent(files: readonly FileRecord[], actor: Actor): HistoryDraft {
  const bytes = files.reduce((sum, file) => sum + file.size_bytes, 0);
  return event(`Deleted ${files.length} more files`, { type: "file_deleted", files: files.length, bytes }, actor);
}

/** `removed` are tables that the file made before and does not make any more. */
export function convertedEvent(report: FileReport, removed: readonly string[]): HistoryDraft {
  if (report.status === "failed") {
    return failedEvent(report.path, report.reason?.detail ?? "no reason given", { removed, report });
  }
  const { path, tables, rows } = report;
  const facts = { ...gone(removed), report: toFacts(report) };
  const metadata = { type: "conversion", path, status: "converted", tables, ...facts } as const;
  return event(`Converted ${path} to ${tables.join(", ")} (${rows} rows)`, metadata, systemActor);
}

/** `removed` as above; a file whose setting was not possible keeps its tables, which the report names. */
export function failedEvent(
  path: string,
  why: string,
  { removed = [], report }: { removed?: readonly string[]; report?: FileReport } = {},
): HistoryDraft {
  const facts = { ...gone(removed), ...(report !== undefined && { report: toFacts(report) }) };
  const metadata = { type: "conversion", path, status: "failed", tables: report?.tables ?? [], ...facts } as const;
  return event(`Could not convert ${path}: ${why}`, metadata, systemActor);
}

/** What became of a script: its reads, and where the rewritten one is. */
export function scriptEvent(report: FileReport): HistoryDraft {
  const { path, script, reason } = report;
  const facts = { report: toFacts(report), ...(script?.output ? { output: script.output } : {}) };
  const base = { type: "conversion" as const, path, tables: [] };
  if (report.status === "failed") {
    const why = reason?.detail ?? "no reason given";
    return event(`Could not rewrite ${path}: ${why}`, { ...base, status: "failed", ...facts }, systemActor);
  }
  const { rewritten_literal = 0, rewritten_runtime = 0 } = script?.counts ?? {};
  const reads = `${rewritten_literal + rewritten_runtime} of ${script?.sites.length ?? 0} reads`;
  const content = script?.rewritten
    ? `Rewrote ${path} to ${script.output}: ${reads} go to the tables`
    : `Left ${path} as it is: ${reason?.detail ?? "it reads no table"}`;
  return event(content, { ...base, status: "converted", ...facts }, systemActor);
}

/** The report as an entry holds it: plain JSON. */
function toFacts(report: FileReport): NonNullable<z.infer<typeof conversionEvent>["report"]> {
  return JSON.parse(JSON.stringify(report));
}

function gone(tables: readonly string[]) {
  return tables.length === 0 ? {} : { removed_tables: [...tables] };
}

export function tablesRemovedEvent({ path, conversion }: FileRecord): HistoryDraft {
  const { tables } = conversion;
  return event(
    `Removed ${tables.join(", ")}, made from ${path}`,
    { type: "tables_removed", path, tables },
    systemActor,
  );
}

function event(content: string, metadata: HistoryEvent, actor: Actor | undefined): HistoryDraft {
  const facts = metadata as HistoryEntry["metadata"];
  return { role: "event", content, metadata: facts, origin: "cubby", ...(actor === undefined ? {} : { actor }) };
}
