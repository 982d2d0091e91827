import type { ListedObject } from "../../shared/aws/bucket.ts";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { moveFigures } from "../../shared/sweeping/move-figures.ts";
import { WRITER_MS } from "../../shared/files/find-orphan.ts";
import type { Round, SweepDeps } from "./sweep-deps.ts";

/**
 * A file's object is replaced before its record is. A process that died between the two left a record of bytes that are
 * no more: size, ETag, hash and tables of a file that nobody can read. Nobody was answered, so either version may stand;
 * the one whose bytes are there does. True when a record follows another object now.
 *
 * A writer who is still on his way finds another revision than he saw and writes his record over this one.
 */
export async function followObjects(
  { deps, report }: Round,
  sessionId: string,
  files: readonly FileRecord[],
  objects: ReadonlyMap<string, ListedObject>,
): Promise<boolean> {
  const writtenBefore = deps.clock.now().getTime() - WRITER_MS;
  const behind = files.flatMap((record) => {
    const object = objects.get(fileObjectKey(sessionId, record.path));
    const isBehind = object !== undefined && object.etag !== record.etag && object.modifiedAt.getTime() < writtenBefore;
    return isBehind ? [{ record, object }] : [];
  });
  if (behind.length === 0) return false;
  let hasChanged = false;
  const completing = await pathsBeingCompleted(deps, sessionId);
  for (const { record, object } of behind) {
    if (completing.has(record.path)) continue;
    if ((await deps.files.adoptObject(record, object, object.modifiedAt)) === undefined) continue;
    const { folder, size_bytes } = record;
    await moveFigures(deps.table, sessionId, { folder, files: 0, bytes: object.sizeBytes - size_bytes });
    hasChanged = true;
    report.records_corrected++;
    deps.log.warn("Record set right after its object", { session_id: sessionId, key: object.key });
  }
  return hasChanged;
}

/** Direct uploads that somebody began to complete: whoever goes on with one writes its record himself. */
async function pathsBeingCompleted({ uploads }: SweepDeps, sessionId: string): Promise<Set<string>> {
  const paths = new Set<string>();
  for await (const { state, path } of uploads.each(sessionId)) if (state === "completing") paths.add(path);
  return paths;
}
