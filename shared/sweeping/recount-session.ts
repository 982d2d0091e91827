/**
 * Sets a session's figures right. They move with each file by one update; a process that died between a file's record
 * and that update left them wrong. Whoever is just on his way between the two must not be counted twice, so the
 * difference is noted first, and counts only when it is still there, at the same revision, minutes later.
 */
import { sessionKey } from "../aws/item-keys.ts";
import { toTimestamp } from "../clock.ts";
import type { FileRecord } from "../files/file-record.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { Stores } from "../stores.ts";

/** Longer than anything lives that stores files. */
const DOUBT_MS = 6 * 60_000;

interface Figures {
  file_counts: Record<string, number>;
  total_size_bytes: number;
}

type CountedFile = Pick<FileRecord, "folder" | "size_bytes">;

/** True when the figures were wrong and are right now. `files` are all of the session, read after its own item. */
export async function recountSession(
  deps: Pick<Stores, "table" | "clock" | "quota">,
  session: SessionRecord,
  files: readonly CountedFile[],
): Promise<boolean> {
  const counted = figuresOf(files);
  if (isSame(counted, session)) return false;
  const now = deps.clock.now();
  const { counts_doubt: doubt } = session;
  if (doubt === undefined || doubt.revision !== session.revision) {
    await changeSeen(deps, session, "SET counts_doubt = :doubt", {
      ":doubt": { revision: session.revision, at: toTimestamp(now) },
    });
    return false;
  }
  if (now.getTime() - Date.parse(doubt.at) < DOUBT_MS) return false;
  const set = "SET file_counts = :counts, total_size_bytes = :bytes, revision = revision + :one REMOVE counts_doubt";
  const values = { ":counts": counted.file_counts, ":bytes": counted.total_size_bytes, ":one": 1 };
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

function figuresOf(files: readonly CountedFile[]): Figures {
  const figures: Figures = { file_counts: {}, total_size_bytes: 0 };
  for (const { folder, size_bytes } of files) {
    figures.file_counts[folder] = (figures.file_counts[folder] ?? 0) + 1;
    figures.total_size_bytes += size_bytes;
  }
  return figures;
}

/** A folder that was emptied stands with 0 in the one, and not at all in the other. */
function isSame(counted: Figures, stored: Figures): boolean {
  const folders = new Set([...Object.keys(counted.file_counts), ...Object.keys(stored.file_counts)]);
  const differs = [...folders].some((name) => (counted.file_counts[name] ?? 0) !== (stored.file_counts[name] ?? 0));
  return !differs && counted.total_size_bytes === stored.total_size_bytes;
}
