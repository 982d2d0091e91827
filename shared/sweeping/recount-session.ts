/**
 * Sets a session's figures right. They move with each file by one update; a process that died between a file's record
 * and that update left them wrong. Whoever is just on his way between the two must not be counted twice, so the
 * difference is noted first, and counts only when it is still there, at the same revision, minutes later.
 */
import { sessionKey } from "../aws/item-keys.ts";
import { toTimestamp } from "../clock.ts";
import { WRITER_MS } from "../files/find-orphan.ts";
import { type CountedFile, figuresOf, saysSame } from "../sessions/folder-figures.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { Stores } from "../stores.ts";

/** True when the figures were wrong and are right now. `files` are all of the session, read after its own item. */
export async function recountSession(
  deps: Pick<Stores, "table" | "clock" | "quota">,
  session: SessionRecord,
  files: readonly CountedFile[],
): Promise<boolean> {
  const counted = figuresOf(files);
  if (saysSame(session, counted)) return false;
  const now = deps.clock.now();
  const { counts_doubt: doubt } = session;
  if (doubt === undefined || doubt.revision !== session.revision) {
    await changeSeen(deps, session, "SET counts_doubt = :doubt", {
      ":doubt": { revision: session.revision, at: toTimestamp(now) },
    });
    return false;
  }
  if (now.getTime() - Date.parse(doubt.at) < WRITER_MS) return false;
  const set =
    "SET file_counts = :counts, folder_bytes = :folders, total_size_bytes = :bytes, revision = revision + :one REMOVE counts_doubt";
  const values = {
    ...{ ":counts": counted.file_counts, ":folders": counted.folder_bytes },
    ...{ ":bytes": counted.total_size_bytes, ":one": 1 },
  };
  const changed = await changeSeen(deps, session, set, values);
  if (changed !== undefined) await deps.quota.recount(changed);
  return changed !== undefined;
}

/** Changes the session as it was seen, and not one that changed since. Not activity: nobody used it. */
async function changeSeen(
  { table }: Pick<Stores, "table">,
  session: SessionRecord,
  update: string,
  values: object,
): Promise<SessionRecord | undefined> {
  const changed = await table.update(sessionKey(session.session_id), {
    UpdateExpression: update,
    ConditionExpression: "attribute_exists(due_shard) AND #status <> :deleting AND revision = :seen",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":deleting": "deleting", ":seen": session.revision, ...values },
  });
  return changed as SessionRecord | undefined;
}
