import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { scriptLanguage } from "../../shared/python/script-language.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { type BuildResult, buildDatabase } from "../../shared/tables/build-database.ts";
import { isDatabase } from "../../shared/tables/database.ts";
import { reportWithoutTables } from "../../shared/tables/without-tables.ts";
import { askForTables } from "./ask-for-tables.ts";
import type { ConvertDeps } from "./drain.ts";
import { fetchFiles } from "./fetch-files.ts";
import { toGivenUpReport } from "./give-up.ts";
import { noteOutcome, noteOutcomes } from "./note-outcomes.ts";
import { publish } from "./publish.ts";
import { followTables } from "./scripts/follow-tables.ts";
import { createWorkspace } from "./scripts/workspace.ts";

/** What one round looks at. */
export interface RoundWork {
  /** To be read, removed ones included. */
  waiting: readonly FileRecord[];
  /** Not to be read any more: their tables go, and it is said why. */
  givenUp: readonly FileRecord[];
  /** Every script that may follow the tables; those that wait are among both. */
  scripts: readonly FileRecord[];
  /** The published database is not in the bucket, and no file makes another one: an empty one is published. */
  isLost?: boolean;
}

/**
 * One round: these files into one copy of the database, one publication, then the scripts, which follow the tables,
 * then what became of each file. Where nothing of that concerns tables the database stays where it is. Files are noted
 * last: should a run die before, they are still pending, and the next one comes by the scripts again.
 */
export async function convertPending(
  deps: ConvertDeps,
  lease: Lease,
  session: SessionRecord,
  { waiting, givenUp, scripts, isLost = false }: RoundWork,
): Promise<{ converted: number; failed: number }> {
  const waitingScripts = waiting.filter(isScript);
  const directory = await mkdtemp(join(deps.temporaryDirectory, "convert-"));
  try {
    const pending = waiting.filter((record) => !isScript(record));
    const unread = givenUp.filter((record) => !isScript(record));
    const removed = pending.filter(isRemoved);
    const fetched = await fetchFiles(deps, session, pending, directory);
    const reported = [...fetched.map(({ record }) => record), ...unread];
    const files = fetched.map(({ source }) => source);
    const hadTables = isLost || removed.length > 0 || reported.some(({ conversion }) => conversion.tables.length > 0);
    if (!hadTables && waitingScripts.length + givenUp.length === 0) {
      const reports = await reportWithoutTables(files);
      if (reports !== undefined)
        return await noteOutcomes(deps, lease.sessionId, { reported, removed, result: { reports, tables: [] } });
    }
    const databasePath = join(directory, "project_data.db");
    await fetchDatabase(deps, session, databasePath);
    const result = await buildDatabase({
      databasePath,
      files,
      unread: unread.map(toGivenUpReport),
      removeSources: removed.map((record) => record.path),
      now: deps.clock.now(),
      temporaryDirectory: directory,
    });
    const hasChanged = isLost || removed.length > 0 || changedTables(reported, result);
    if (hasChanged) await publish(deps, lease, session, databasePath, result);
    const toFollow = hasChanged ? [...scripts, ...waitingScripts.filter(isRemoved)] : waitingScripts;
    const followed = await followTables(deps, session, {
      scripts,
      changed: toFollow,
      sources: result.sources,
      directory,
    });
    const noted = await noteOutcomes(deps, lease.sessionId, { reported, removed, result });
    const dropped = await giveUpScripts(deps, session, givenUp.filter(isScript));
    return {
      converted: noted.converted + followed.converted,
      failed: noted.failed + followed.failed + dropped,
    };
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
function changedTables(records: readonly FileRecord[], result: BuildResult): boolean {
  if (result.reports.some((report) => report.status === "converted")) return true;
  const names = new Set(result.tables.map((table) => table.name));
  return records.some(({ conversion }) => conversion.tables.some((name) => !names.has(name)));
}

/**
 * The published version, where there is one. When it is not in the bucket, or is no database any more, a new one begins,
 * empty, and every file of which it held tables is asked for again: the next rounds read them.
 */
async function fetchDatabase(deps: ConvertDeps, session: SessionRecord, path: string): Promise<void> {
  const { session_id, database } = session;
  if (database.version === 0) return;
  const object = await deps.bucket.read(databaseObjectKey(session_id, database.version));
  if (object !== undefined) {
    await pipeline(object.body, createWriteStream(path));
    if (await isDatabase(path)) return;
    await rm(path);
  }
  await askForTables(deps, session);
}

/** Answers how many: a script that is not looked at any more leaves nothing in the workspace that would grow old. */
async function giveUpScripts(
  deps: ConvertDeps,
  session: SessionRecord,
  scripts: readonly FileRecord[],
): Promise<number> {
  for (const record of scripts) {
    await createWorkspace(deps, session).clear(record.name);
    await noteOutcome(deps, session.session_id, { record, report: toGivenUpReport(record), gone: [] });
  }
  return scripts.length;
}
