import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { databaseObjectKey, databasePrefix, parseDatabaseVersion } from "../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { SUMMARY_PATH } from "../../shared/files/write-rules.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { BuildResult } from "../../shared/tables/build-database.ts";
import { type ConvertDeps, lost } from "./drain.ts";
import { mayBeTheFiles } from "./may-be-the-files.ts";

const summaryFile = parseFilePath(SUMMARY_PATH);

/** Writes a new immutable version, then moves the pointer; readers never see a half-written database. */
export async function publish(
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
  try {
    await deps.tables.replaceAll(lease.sessionId, result.tables);
    await storeSummary(deps, session, result.summary);
  } catch (error) {
    if (mayBeTheFiles(error)) await takeBack(deps, lease, session, key);
    throw error;
  }
  await removeOldVersions(deps, lease.sessionId, [session.database.version, version]);
}

/** Tables that nobody can be told of would be in every later version too, and fail other files. */
async function takeBack(deps: ConvertDeps, lease: Lease, { database }: SessionRecord, key: string): Promise<void> {
  if ((await deps.lease.publish(lease, database)) !== undefined) await deps.bucket.remove(key);
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
