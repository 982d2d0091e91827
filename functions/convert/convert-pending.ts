import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  databaseObjectKey,
  databasePrefix,
  fileObjectKey,
  parseDatabaseVersion,
} from "../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { SUMMARY_PATH } from "../../shared/files/write-rules.ts";
import { convertedEvent, failedEvent, tablesRemovedEvent } from "../../shared/history/events.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { type BuildResult, buildDatabase, type SourceFile } from "../../shared/tables/build-database.ts";
import { fitReport } from "../../shared/tables/fit-report.ts";
import type { FileReport } from "../../shared/tables/report.ts";
import { type ConvertDeps, lost } from "./drain.ts";
import { tellOnce } from "./tell-once.ts";

/** A file whose bytes are here, and belong to the record. */
interface Fetched {
  record: FileRecord;
  source: SourceFile;
}

/** An item may hold 400 KB, and the report's warnings stand in it twice. */
const MAX_NOTED_BYTES = 150_000;
/** A history is read by the page. */
const MAX_TOLD_BYTES = 16_000;

const summaryFile = parseFilePath(SUMMARY_PATH);

/** One round: these files into one copy of the database, one publication, then what became of each file. */
export async function convertPending(
  deps: ConvertDeps,
  lease: Lease,
  session: SessionRecord,
  pending: readonly FileRecord[],
): Promise<{ converted: number; failed: number }> {
  const directory = await mkdtemp(join(deps.temporaryDirectory, "convert-"));
  try {
    const removed = pending.filter((record) => record.status === "removed");
    const fetched = await fetchAll(deps, session, pending, directory);
    const databasePath = await fetchDatabase(deps, session, directory);
    const result = await buildDatabase({
      databasePath,
      files: fetched.map(({ source }) => source),
      removeSources: removed.map((record) => record.path),
      now: deps.clock.now(),
      temporaryDirectory: directory,
    });
    if (changedTables(fetched, removed, result)) await publish(deps, lease, session, databasePath, result);
    return await noteOutcomes(deps, lease.sessionId, fetched, removed, result);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Also true when a file that once made tables no longer does. */
function changedTables(fetched: readonly Fetched[], removed: readonly FileRecord[], result: BuildResult): boolean {
  if (removed.length > 0 || result.reports.some((report) => report.status === "converted")) return true;
  const names = new Set(result.tables.map((table) => table.name));
  return fetched.some(({ record }) => record.conversion.tables.some((name) => !names.has(name)));
}

async function fetchAll(
  deps: ConvertDeps,
  session: SessionRecord,
  pending: readonly FileRecord[],
  directory: string,
): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const [index, record] of pending.entries()) {
    if (record.status === "removed") continue;
    const object = await deps.bucket.read(fileObjectKey(session.session_id, record.path));
    if (object === undefined) {
      await noteMissing(deps, session.session_id, record);
      continue;
    }
    const localPath = join(directory, `source-${index}`);
    await pipeline(object.body, createWriteStream(localPath));
    const { size } = await stat(localPath);
    if (object.etag === record.etag) {
      const { path, settings = [] } = record;
      const isUnchanged = record.converted_etag === record.etag;
      fetched.push({ record, source: { path, localPath, sizeBytes: size, settings, isUnchanged } });
      continue;
    }
    // Somebody is replacing the file, or died doing so: the record follows the object, and the next round takes it.
    if (await deps.files.adoptObject(record, { etag: object.etag, sizeBytes: size })) {
      const delta = { folder: record.folder, files: 0, bytes: size - record.size_bytes };
      await deps.sessions.noteFiles(session, [delta], { convert: false });
    }
  }
  return fetched;
}

async function noteMissing(deps: ConvertDeps, sessionId: string, record: FileRecord): Promise<void> {
  const reason = { code: "internal", detail: "The file's bytes are not in the bucket any more" };
  if (!(await tellOnce(deps, sessionId, record, failedEvent(record.path, reason.detail)))) return;
  await deps.files.noteConversion(record, { conversion: { state: "failed", tables: [], reason } });
}

async function fetchDatabase(deps: ConvertDeps, session: SessionRecord, directory: string): Promise<string> {
  const path = join(directory, "project_data.db");
  if (session.database.version === 0) return path;
  const object = await deps.bucket.read(databaseObjectKey(session.session_id, session.database.version));
  if (object === undefined) throw new Error(`Cannot read database version ${session.database.version}: it is missing`);
  await pipeline(object.body, createWriteStream(path));
  return path;
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
    if (report.status === "failed") failed++;
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

function toConversion(report: FileReport): FileRecord["conversion"] {
  return {
    state: report.status,
    tables: report.tables,
    rows: report.rows,
    rejected_rows: report.rejected_rows,
    warnings: report.warnings,
    ...(report.reason === undefined ? {} : { reason: { ...report.reason } }),
  };
}
