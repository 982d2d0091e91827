import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { databaseObjectKey, databasePrefix, parseDatabaseVersion } from "../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import type { ConversionWork } from "../../shared/files/file-reading.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { SUMMARY_PATH } from "../../shared/files/write-rules.ts";
import { convertedEvent, tablesRemovedEvent } from "../../shared/history/events.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import { scriptLanguage } from "../../shared/python/script-language.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { type BuildResult, buildDatabase } from "../../shared/tables/build-database.ts";
import { fitReport } from "../../shared/tables/fit-report.ts";
import { type ConvertDeps, lost } from "./drain.ts";
import { type Fetched, fetchFiles } from "./fetch-files.ts";
import { followTables } from "./scripts/follow-tables.ts";
import { noteFailure } from "./note-failure.ts";
import { MAX_NOTED_BYTES, MAX_TOLD_BYTES, toConversion } from "./outcome.ts";
import { tellOnce } from "./tell-once.ts";

const summaryFile = parseFilePath(SUMMARY_PATH);

/**
 * One round: these files into one copy of the database, one publication, then the scripts, which follow the tables,
 * then what became of each file. Files are noted last: should a run die before, they are still pending, and the next
 * one comes by the scripts again.
 */
export async function convertPending(
  deps: ConvertDeps,
  lease: Lease,
  session: SessionRecord,
  { pending: waiting, scripts }: ConversionWork,
): Promise<{ converted: number; failed: number }> {
  const waitingScripts = waiting.filter(isScript);
  const directory = await mkdtemp(join(deps.temporaryDirectory, "convert-"));
  try {
    const databasePath = join(directory, "project_data.db");
    const isThere = await fetchDatabase(deps, session, databasePath);
    const work = isThere ? waiting : await withConverted(deps, lease.sessionId, waiting);
    const pending = work.filter((record) => !isScript(record));
    const removed = pending.filter(isRemoved);
    const fetched = await fetchFiles(deps, session, pending, directory);
    const result = await buildDatabase({
      databasePath,
      files: fetched.map(({ source }) => source),
      removeSources: removed.map((record) => record.path),
      now: deps.clock.now(),
      temporaryDirectory: directory,
    });
    const hasChanged = changedTables(fetched, removed, result);
    if (hasChanged) await publish(deps, lease, session, databasePath, result);
    const toFollow = hasChanged ? [...scripts, ...waitingScripts.filter(isRemoved)] : waitingScripts;
    const followed = await followTables(deps, session, {
      scripts,
      changed: toFollow,
      sources: result.sources,
      directory,
    });
    const noted = await noteOutcomes(deps, lease.sessionId, fetched, removed, result);
    return { converted: noted.converted + followed.converted, failed: noted.failed + followed.failed };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function isScript({ name }: FileRecord): boolean {
  return scriptLanguage(name) !== undefined;
}

function isRemoved({ status }: FileRecord): boolean {
  return status === "removed";
}

/** Also true when a file that once made tables no longer does. */
function changedTables(fetched: readonly Fetched[], removed: readonly FileRecord[], result: BuildResult): boolean {
  if (removed.length > 0 || result.reports.some((report) => report.status === "converted")) return true;
  const names = new Set(result.tables.map((table) => table.name));
  return fetched.some(({ record }) => record.conversion.tables.some((name) => !names.has(name)));
}

/** False when the published version is not in the bucket: then a new one begins, empty, and every file is read again. */
async function fetchDatabase(deps: ConvertDeps, session: SessionRecord, path: string): Promise<boolean> {
  const { session_id, database } = session;
  if (database.version === 0) return true;
  const object = await deps.bucket.read(databaseObjectKey(session_id, database.version));
  if (object === undefined) {
    deps.log.error("Database missing, and made anew from its files", { session_id, version: database.version });
    return false;
  }
  await pipeline(object.body, createWriteStream(path));
  return true;
}

/** What waits, and every file of which there were tables. */
async function withConverted(
  deps: ConvertDeps,
  sessionId: string,
  waiting: readonly FileRecord[],
): Promise<FileRecord[]> {
  const all = [...waiting];
  const paths = new Set(waiting.map(({ path }) => path));
  for await (const record of deps.files.each(sessionId)) {
    if (record.conversion.state === "converted" && !paths.has(record.path)) all.push(record);
  }
  return all;
}

/** Writes a new immutable version, then moves the pointer; readers never see a half-written database. */
async function publish(
  deps: ConvertDeps,
  lease: Lease,
  session: SessionRecord,
  databasePath: string,
  result: BuildResult,
): Promise<void> {
  const version = await deps.lease.claimVersion(lease);
  if (version === undefined) throw lost(lease);
  const key = databaseObjectKey(lease.sessionId, version);
  await deps.bucket.putStream(key, createReadStream(databasePath), "application/vnd.duckdb");
  const { size } = await stat(databasePath);
  const rows = result.tables.reduce((sum, table) => sum + table.row_count, 0);
  const pointer = { version, tables: result.tables.length, rows, size_bytes: size };
  if ((await deps.lease.publish(lease, pointer)) === undefined) {
    await deps.bucket.remove(key);
    throw lost(lease);
  }
  await deps.tables.replaceAll(lease.sessionId, result.tables);
  await storeSummary(deps, session, result.summary);
  await removeOldVersions(deps, lease.sessionId, [session.database.version, version]);
}

async function storeSummary(deps: ConvertDeps, session: SessionRecord, summary: string): Promise<void> {
  const body = Readable.from([Buffer.from(summary)]);
  const stored = await deps.files.put(session.session_id, summaryFile, body, {
    conversion: { state: "none", tables: [] },
    uploadedBy: systemActor,
  });
  await deps.sessions.noteFiles(session, [stored.delta], { convert: false });
}

/** The version before stays for readers that are on it; anything older, or never published, goes. */
async function removeOldVersions(deps: ConvertDeps, sessionId: string, kept: readonly number[]): Promise<void> {
  const old: string[] = [];
  for await (const { key } of deps.bucket.list(databasePrefix(sessionId))) {
    const version = parseDatabaseVersion(key);
    if (version !== undefined && !kept.includes(version)) old.push(key);
  }
  await deps.bucket.removeKeys(old);
}

async function noteOutcomes(
  deps: ConvertDeps,
  sessionId: string,
  fetched: readonly Fetched[],
  removed: readonly FileRecord[],
  { reports, tables }: BuildResult,
): Promise<{ converted: number; failed: number }> {
  const present = new Set(tables.map((table) => table.name));
  const byPath = new Map(reports.map((report) => [report.path, report]));
  let converted = 0;
  let failed = 0;
  for (const { record } of fetched) {
    const report = byPath.get(record.path);
    if (report === undefined) throw new Error(`Cannot note "${record.path}": the conversion did not report it`);
    if (report.status === "converted") converted++;
    if (report.status === "failed") {
      failed++;
      noteFailure(deps, report.reason?.code ?? "internal");
    }
    // Told first: a file that is not pending any more is never looked at again.
    if (report.status !== "none") {
      const gone = record.conversion.tables.filter((name) => !present.has(name));
      const told = fitReport(report, MAX_TOLD_BYTES);
      if (!(await tellOnce(deps, sessionId, record, convertedEvent(told, gone)))) continue;
    }
    const noted = fitReport(report, MAX_NOTED_BYTES);
    await deps.files.noteConversion(record, { conversion: toConversion(noted), report: noted });
  }
  for (const record of removed) {
    if (record.conversion.tables.length > 0) await tellOnce(deps, sessionId, record, tablesRemovedEvent(record));
    await deps.files.dropRecord(record);
  }
  return { converted, failed };
}
