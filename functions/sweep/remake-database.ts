import type { ListedObject } from "../../shared/aws/bucket.ts";
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import type { Found } from "./compare-records.ts";
import type { Round } from "./sweep-deps.ts";

/**
 * The published version of a session's database is not in the bucket: somebody deleted it, or the table was set back to
 * a time when another one was published. All that it held comes from files, so they are asked for again, and the
 * conversion begins with an empty one. True when it was asked for.
 */
export async function remakeDatabase(
  { deps, report }: Round,
  { session, files }: Found,
  objects: ReadonlyMap<string, ListedObject>,
): Promise<boolean> {
  const { session_id, database } = session;
  const key = databaseObjectKey(session_id, database.version);
  if (database.version === 0 || objects.has(key)) return false;
  // A version may have been published, and this one removed, between the two reads.
  const now = await deps.sessions.findLive(session_id);
  if (now?.database.version !== database.version || (await deps.bucket.isListed(key))) return false;
  const converted = files.filter(({ conversion }) => conversion.state === "converted");
  for (const record of converted) await deps.files.askConversion(record, record.settings ?? []);
  await deps.askToConvert(session_id);
  report.databases_remade++;
  deps.log.error("Database missing, and made anew from its files", { session_id, key });
  return true;
}
