/**
 * The other direction: a few sessions per sweep, shard after shard, whose records are compared with the bucket, and
 * with the session's own figures. What is missing in the bucket is reported and never cleaned up, because a record is the last trace of what a user once had.
 */

import { dueShards, PREFIX, sessionPartition } from "../../shared/aws/item-keys.ts";
import { databaseObjectKey, fileObjectKey, sessionPrefix } from "../../shared/aws/object-keys.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { eachSession } from "./each-session.ts";
import { recountSession } from "../../shared/sweeping/recount-session.ts";
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

async function compareSession(round: Round, sessionId: string): Promise<void> {
  const { deps, report } = round;
  const session = await findLive(round, sessionId);
  if (session === undefined) return;
  if (await recountSession(deps, session)) {
    report.sessions_recounted++;
    deps.log.warn("Figures of a session set right", { session_id: sessionId });
  }
  await reportMissing(round, sessionId);
}

async function findLive({ deps }: Round, sessionId: string): Promise<SessionRecord | undefined> {
  const session = (await deps.sessions.findStored(sessionId)) as SessionRecord | undefined;
  return session?.due_shard === undefined || session.status === "deleting" ? undefined : session;
}

async function reportMissing(round: Round, sessionId: string): Promise<void> {
  const expected = await expectedKeys(round, sessionId);
  if (expected.size === 0) return;
  for await (const { key } of round.deps.bucket.list(sessionPrefix(sessionId))) expected.delete(key);
  if (expected.size === 0) return;
  // Files come and go between two reads. What both ends still say now is so.
  const still = await expectedKeys(round, sessionId);
  for (const key of expected) {
    if (!still.has(key) || (await round.deps.bucket.isListed(key))) continue;
    round.report.missing_objects++;
    round.deps.log.error("Object missing", { session_id: sessionId, key });
  }
}

/** Keys of all objects that the session's items promise. */
async function expectedKeys(round: Round, sessionId: string): Promise<Set<string>> {
  const keys = new Set<string>();
  const session = await findLive(round, sessionId);
  if (session === undefined) return keys;
  if (session.database.version > 0) keys.add(databaseObjectKey(sessionId, session.database.version));
  const query = {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": sessionPartition(sessionId), ":prefix": PREFIX.file },
    ConsistentRead: true,
  };
  for await (const record of round.deps.table.queryAll(query)) {
    if (record.status === "ready") keys.add(fileObjectKey(sessionId, String(record.path)));
  }
  return keys;
}
