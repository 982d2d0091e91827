/** Compares the objects of one session with what the table says of it, and takes away what belongs to nothing. */
import type { ListedObject } from "../../shared/aws/bucket.ts";
import { fileKey, PREFIX } from "../../shared/aws/item-keys.ts";
import { itemsOfKind } from "../../shared/aws/item-queries.ts";
import { isTombstone, type SessionRecord } from "../../shared/sessions/session-record.ts";
import { removeLeftovers } from "../../shared/sweeping/remove-leftovers.ts";
import { decideFates } from "./object-fate.ts";
import { removeCacheEntry } from "./remove-cache-entry.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/** `objects` are all that the bucket holds of the session, in the order of their keys. */
export async function inspectSession(round: Round, sessionId: string, objects: readonly ListedObject[]): Promise<void> {
  const { deps, report } = round;
  const stored = await deps.sessions.findStored(sessionId);
  if (stored === undefined || isTombstone(stored)) {
    const gone = await removeLeftovers(deps, sessionId);
    if (gone.objects > 0) report.orphans.sessions++;
    report.orphans.objects += gone.objects;
    report.orphans.bytes += gone.bytes;
    return;
  }
  if (stored.status !== "deleting") await inspectLive(round, stored, objects); // else: it is on its way already
}

async function inspectLive(round: Round, session: SessionRecord, objects: readonly ListedObject[]): Promise<void> {
  const { deps, report } = round;
  const fates = decideFates(objects, {
    publishedVersion: session.database.version,
    cacheHours: deps.rules.current().cacheHours,
    now: deps.clock.now(),
  });
  report.database_versions_removed += await removeAll(round, fates.oldVersions);
  report.archives_removed += await removeAll(round, fates.archives);
  for (const cached of fates.cache) {
    await attempt(round, { key: cached.object.key }, () => removeCacheEntry(round, session.session_id, cached));
  }
  // What a restored table does not know may be a file all the same: the round of records takes it up.
  if (fates.suspects.length === 0 || round.isAfterRestore) return;
  const promised = await keysOfUploads(round, session.session_id);
  for (const { path, object } of fates.suspects) {
    if (promised.has(object.key)) continue;
    await attempt(round, { key: object.key }, () => removeOrphan(round, session.session_id, path, object));
  }
}

/** Answers how many went; those that the bucket keeps are tried again when the round comes by the next time. */
async function removeAll({ deps, report }: Round, objects: readonly ListedObject[]): Promise<number> {
  const survivors = await deps.bucket.removeKeys(objects.map(({ key }) => key));
  if (survivors.length > 0) {
    report.errors += survivors.length;
    deps.log.error("Objects not removed", { keys: survivors.slice(0, 20), count: survivors.length });
  }
  return objects.length - survivors.length;
}

/** An object that no record names. The record is read now: an upload may have written it since the listing. */
async function removeOrphan(round: Round, sessionId: string, path: string, object: ListedObject): Promise<void> {
  const { deps, report } = round;
  // A record of a removed file is no use for its object: nobody will ever read it.
  const record = await deps.table.find(fileKey(sessionId, path));
  if (record !== undefined && record.status !== "removed") return;
  if ((await removeAll(round, [object])) === 0) return;
  report.orphans.objects++;
  report.orphans.bytes += object.sizeBytes;
  deps.log.warn("Orphaned object removed", { key: object.key, bytes: object.sizeBytes });
}

/** Objects that clients may be sending to the bucket right now: each is named by the item of its upload. */
export async function keysOfUploads({ deps }: Round, sessionId: string): Promise<Set<unknown>> {
  const keys = new Set<unknown>();
  for await (const upload of deps.table.queryAll(itemsOfKind(sessionId, PREFIX.upload))) keys.add(upload.object_key);
  return keys;
}
