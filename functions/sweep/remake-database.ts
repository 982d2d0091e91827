import type { ListedObject } from "../../shared/aws/bucket.ts";
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import { isPublished } from "../../shared/sessions/published-database.ts";
import type { Found } from "./compare-records.ts";
import type { Round } from "./sweep-deps.ts";

/**
 * The published version of a session's database is not in the bucket, or not as it was: somebody deleted it or wrote
 * over it, or the table was set back to a time when another one was published. The conversion makes another one. True when it was asked for.
 */
export async function remakeDatabase(
  { deps, report }: Round,
  { session }: Found,
  objects: ReadonlyMap<string, ListedObject>,
): Promise<boolean> {
  const { session_id, database } = session;
  const key = databaseObjectKey(session_id, database.version);
  if (database.version === 0 || isPublished(objects.get(key), database)) return false;
  // A version may have been published, and this one removed, between the two reads.
  const now = await deps.sessions.findLive(session_id);
  if (now?.database.version !== database.version || isPublished(await deps.bucket.find(key), database)) return false;
  await deps.askToConvert(session_id, { database: true });
  report.databases_remade++;
  deps.log.error("Database missing or damaged, and asked for again", { session_id, key });
  return true;
}
