import type { ListedObject } from "../../shared/aws/bucket.ts";
import { parseSessionObjectKey } from "../../shared/aws/object-keys.ts";
import type { Conversion } from "../../shared/contract/file.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import { moveFigures } from "../../shared/sweeping/move-figures.ts";
import { WRITER_MS } from "../../shared/files/find-orphan.ts";
import type { Found } from "./compare-records.ts";
import { keysOfUploads } from "./inspect-session.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/**
 * A table that was set back does not know the files that came since. Their bytes are in the bucket: each gets a record
 * again, as if Cubby had brought it now, and tables are made of it. Whose upload it was is not known any more. True when
 * a record was written.
 */
export async function adoptObjects(
  round: Round,
  { session, records }: Found,
  objects: ReadonlyMap<string, ListedObject>,
): Promise<boolean> {
  const { deps, report } = round;
  const writtenBefore = deps.clock.now().getTime() - WRITER_MS;
  const known = new Set(records.map(({ path }) => path));
  const unknown = [...objects.values()].filter(({ key, modifiedAt }) => {
    const parsed = parseSessionObjectKey(key);
    return parsed?.place.kind === "file" && !known.has(parsed.path) && modifiedAt.getTime() < writtenBefore;
  });
  if (unknown.length === 0) return false;
  const promised = await keysOfUploads(round, session.session_id);
  let hasChanged = false;
  for (const object of unknown) {
    if (promised.has(object.key)) continue; // its upload goes on by itself
    hasChanged = (await attempt(round, { key: object.key }, () => adopt(session.session_id, object))) || hasChanged;
  }
  return hasChanged;

  async function adopt(sessionId: string, { key, etag, sizeBytes }: ListedObject): Promise<void> {
    const path = parseFilePath(parseSessionObjectKey(key)?.path ?? "");
    const conversion: Conversion = { state: path.folder === "uploads" ? "pending" : "none", tables: [] };
    const object = { etag, sizeBytes, conversion, uploadedBy: systemActor };
    const { delta } = await deps.files.adopt(sessionId, path, object);
    await moveFigures(deps.table, sessionId, delta);
    report.objects_adopted++;
    deps.log.warn("Object without a record taken up", { session_id: sessionId, key });
  }
}
