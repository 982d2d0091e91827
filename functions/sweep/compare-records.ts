/**
 * The other direction: a few sessions per sweep, shard after shard, whose records are compared with the bucket, and
 * with the session's own figures. What is missing in the bucket is reported and never cleaned up, because a record is
 * the last trace of what a user once had.
 */
import type { ListedObject } from "../../shared/aws/bucket.ts";
import { dueShards } from "../../shared/aws/item-keys.ts";
import { fileObjectKey, sessionPrefix } from "../../shared/aws/object-keys.ts";
import { waitsForConversion } from "../../shared/files/file-reading.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { recountSession } from "../../shared/sweeping/recount-session.ts";
import { adoptObjects } from "./adopt-objects.ts";
import { eachSession } from "./each-session.ts";
import { followObjects } from "./follow-objects.ts";
import { remakeDatabase } from "./remake-database.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/** Looks at up to `limit` sessions, a few more or less, from where the last sweep stopped. */
export async function compareRecords(round: Round, limit: number): Promise<void> {
  const { deps, progress } = round;
  let seen = 0;
  const isOver = () => round.isOver() || seen >= limit;
  const first = progress.records_after?.shard ?? 0;
  for (const shard of dueShards.slice(first)) {
    const from = progress.records_after?.shard === shard ? { from: progress.records_after.due_at } : {};
    const finished = await eachSession(
      deps.table,
      { shard, ...from },
      {
        isOver,
        async visit(indexed) {
          seen++;
          await attempt(round, { session_id: indexed.session_id }, () => compareSession(round, indexed.session_id));
        },
        onDone(dueAt) {
          progress.records_after = { shard, due_at: dueAt };
        },
      },
    );
    if (!finished) return;
    progress.records_after = { shard: shard + 1, due_at: "0" };
  }
  delete progress.records_after;
}

/** A living session with its files, as one look finds them. */
export interface Found {
  session: SessionRecord;
  files: FileRecord[];
  /** The files, and those removed ones whose tables are still there. */
  records: FileRecord[];
}

async function compareSession(round: Round, sessionId: string): Promise<void> {
  const { deps, report } = round;
  let found = await findWithFiles(round, sessionId);
  if (found === undefined) return;
  const objects = await objectsOf(round, found);
  const follows = await followObjects(round, sessionId, found.files, objects);
  const adopts = round.isAfterRestore && (await adoptObjects(round, found, objects));
  if (follows || adopts) found = await findWithFiles(round, sessionId);
  if (found === undefined) return;
  if (await recountSession(deps, found.session, found.files)) {
    report.sessions_recounted++;
    deps.log.warn("Figures of a session set right", { session_id: sessionId });
  }
  if (!(await remakeDatabase(round, found, objects))) await restartForgotten(round, found);
  await reportMissing(round, found, objects);
}

/** What the bucket holds of a session that has files; behind its records, so that what is missing was not just made. */
async function objectsOf({ deps, isAfterRestore }: Round, found: Found): Promise<Map<string, ListedObject>> {
  const objects = new Map<string, ListedObject>();
  if (promisedKeys(found).size === 0 && !isAfterRestore) return objects;
  for await (const object of deps.bucket.list(sessionPrefix(found.session.session_id))) objects.set(object.key, object);
  return objects;
}

/**
 * A file's record is written before the session is asked for its conversion. A process that died between the two left a
 * file that waits, or one that is removed and its tables are not, and no alarm clock that rings for it. Should the
 * request be on its way just now, asking twice does no harm.
 */
async function restartForgotten({ deps, report }: Round, { session, records }: Found): Promise<void> {
  if (session.conversion_due_at !== undefined || !records.some(waitsForConversion)) return;
  await deps.askToConvert(session.session_id);
  report.conversions_restarted++;
  deps.log.warn("Forgotten conversion asked for", { session_id: session.session_id });
}

async function reportMissing(round: Round, found: Found, objects: ReadonlyMap<string, ListedObject>): Promise<void> {
  const sessionId = found.session.session_id;
  const expected = [...promisedKeys(found)].filter((key) => !objects.has(key));
  if (expected.length === 0) return;
  // Files come and go between two reads. What both ends still say now is so.
  const still = promisedKeys(await findWithFiles(round, sessionId));
  for (const key of expected) {
    if (!still.has(key) || (await round.deps.bucket.isListed(key))) continue;
    round.report.missing_objects++;
    round.deps.log.error("Object missing", { session_id: sessionId, key });
  }
}

async function findWithFiles({ deps }: Round, sessionId: string): Promise<Found | undefined> {
  const session = (await deps.sessions.findStored(sessionId)) as SessionRecord | undefined;
  if (session?.due_shard === undefined || session.status === "deleting") return undefined;
  const records: FileRecord[] = [];
  for await (const record of deps.files.eachRecord(sessionId)) records.push(record);
  return { session, records, files: records.filter(({ status }) => status === "ready") };
}

/** Keys of the objects of all files; the database is made anew where it is missing. */
function promisedKeys(found: Found | undefined): Set<string> {
  if (found === undefined) return new Set();
  const { session_id } = found.session;
  return new Set(found.files.map(({ path }) => fileObjectKey(session_id, path)));
}
