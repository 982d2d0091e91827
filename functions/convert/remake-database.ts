/**
 * A published database that is not in the bucket, or not as it was: somebody deleted it or wrote over it, or the table
 * was set back to a time when another one was published. All that it held comes from files.
 */
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import { isPublished } from "../../shared/sessions/published-database.ts";
import { askForTables } from "./ask-for-tables.ts";
import { convertShare } from "./convert-share.ts";
import type { ConvertDeps } from "./drain.ts";

/**
 * Sees to it that there is one again. Where no file has tables, nothing that waits would make it anew: then it is
 * published empty, so that questions have the answer that they have in every session without tables.
 */
export async function remakeDatabase(deps: ConvertDeps, lease: Lease): Promise<void> {
  const { seen } = lease;
  const { session_id, database } = seen;
  if (database.version === 0) return;
  if (isPublished(await deps.bucket.find(databaseObjectKey(session_id, database.version)), database)) return;
  if ((await askForTables(deps, seen)) > 0) return;
  const { scripts } = await deps.files.listWork(session_id);
  const share = { files: [], givenUp: [], isTrial: false };
  await convertShare(deps, { lease, seen, share, scripts, isLost: true });
}
