/**
 * Builds one archive: plan in, ZIP out, all of it or nothing.
 *
 * The upload becomes an object only when the last byte is there; whatever fails before aborts it, so the bucket never
 * holds a ZIP cut short. Then the session is looked at once more: `endSession` marks it before it removes its objects,
 * so either the mark is seen here and the object goes, or the object was there in time to be removed with the rest.
 */
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Bucket } from "../../shared/aws/bucket.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import { archiveObjectKey, archivePlanKey } from "../../shared/aws/object-keys.ts";
import type { Table } from "../../shared/aws/table.ts";
import { AppError, isAppError } from "../../shared/errors.ts";
import { type ArchivePlan, partBytesFor, totalBytes } from "../../shared/files/archive/archive-plan.ts";
import type { ArchiveStore, Attempt } from "../../shared/files/archive/archive-store.ts";
import { fetchEntries, type Progress } from "../../shared/files/archive/fetch-entries.ts";
import { writeZip } from "../../shared/files/archive/write-zip.ts";
import type { Log } from "../../shared/log.ts";
import { keepAlive, LostAttempt } from "./keep-alive.ts";

export interface ArchiveDeps {
  bucket: Bucket;
  table: Table;
  archives: ArchiveStore;
  log: Log;
}

/** Time to abort the upload and to write down why. */
const RESERVE_MS = 20_000;

/** Does the work of one attempt; an attempt that is over, or somebody else's by now, is left alone. */
export async function buildArchive(deps: ArchiveDeps, attempt: Attempt, remainingMs: number): Promise<void> {
  const progress: Progress = { files_done: 0, bytes_done: 0 };
  if ((await deps.archives.renew(attempt, progress)) === undefined) return;
  const plan = await readPlan(deps, attempt);
  const life = keepAlive({
    renew: () => deps.archives.renew(attempt, progress),
    timeMs: remainingMs - RESERVE_MS,
    onTimeout: () => tooLong(plan, progress, remainingMs),
    log: deps.log,
  });
  try {
    const size_bytes = await store(deps, attempt, plan, progress, life.signal);
    await publish(deps, attempt, { ...progress, size_bytes });
  } catch (error) {
    await giveUp(deps, attempt, error);
  } finally {
    life.end();
  }
}

async function readPlan({ bucket }: ArchiveDeps, { sessionId, archiveId, attempt }: Attempt): Promise<ArchivePlan> {
  const object = await bucket.read(archivePlanKey(sessionId, archiveId, attempt));
  if (object === undefined) throw new Error(`Cannot build "${archiveId}": its plan is missing`);
  return JSON.parse(await text(object.body)) as ArchivePlan;
}

/** Streams the ZIP into the bucket and answers its size. */
async function store(
  { bucket }: ArchiveDeps,
  { sessionId, archiveId }: Attempt,
  plan: ArchivePlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const key = archiveObjectKey(sessionId, archiveId);
  await bucket.abortUploads(key); // of a worker that died
  let sizeBytes = 0;
  const files = fetchEntries({ bucket, signal, progress }, plan.entries);
  const body = Readable.from(
    (async function* () {
      for await (const piece of writeZip(files)) {
        signal.throwIfAborted();
        sizeBytes += piece.length;
        yield piece;
      }
    })(),
  );
  await bucket.putStream(key, body, "application/zip", { partBytes: partBytesFor(plan) });
  return sizeBytes;
}

async function publish(deps: ArchiveDeps, attempt: Attempt, totals: Progress & { size_bytes: number }): Promise<void> {
  const { sessionId, archiveId } = attempt;
  if ((await isLive(deps.table, sessionId)) && (await deps.archives.finish(attempt, totals)) !== undefined) {
    await removePlan(deps, attempt);
    deps.log.info("Archived", { session_id: sessionId, archive_id: archiveId, ...totals });
    return;
  }
  await removePlan(deps, attempt);
  // Another attempt's archive has the same bytes under the same key: it stays with whoever holds it now.
  const successor = await deps.archives.find(sessionId, archiveId);
  const isTaken = successor !== undefined && successor.attempt !== attempt.attempt;
  if (isTaken && (await isLive(deps.table, sessionId))) return;
  await deps.bucket.remove(archiveObjectKey(sessionId, archiveId));
  deps.log.info("Archive dropped: its session ended", { session_id: sessionId, archive_id: archiveId });
}

/** A reason that a caller can act on ends the attempt; any other is a fault, and Lambda tries again. */
async function giveUp(deps: ArchiveDeps, attempt: Attempt, error: unknown): Promise<void> {
  const { sessionId, archiveId } = attempt;
  deps.log.warn("Archive not built", { session_id: sessionId, archive_id: archiveId, error });
  // Whoever holds it now has a plan of its own; if nobody does, the session is gone.
  if (error instanceof LostAttempt) return removePlan(deps, attempt);
  if (!isAppError(error)) {
    await deps.archives.abandon(attempt);
    throw error;
  }
  const problem = { code: error.code, detail: error.message, ...error.details };
  if ((await deps.archives.fail(attempt, problem)) === undefined) return;
  await removePlan(deps, attempt);
  // An earlier attempt may have been given up for dead just before it was done.
  await deps.bucket.remove(archiveObjectKey(sessionId, archiveId));
}

async function removePlan({ bucket }: ArchiveDeps, { sessionId, archiveId, attempt }: Attempt): Promise<void> {
  await bucket.remove(archivePlanKey(sessionId, archiveId, attempt));
}

/** By its mark alone: what has expired and is not marked yet is removed with all its objects when it is. */
async function isLive(table: Table, sessionId: string): Promise<boolean> {
  const session = await table.find(sessionKey(sessionId));
  return session !== undefined && session.status !== "deleting" && session.status !== "deleted";
}

function tooLong(plan: ArchivePlan, progress: Progress, availableMs: number): AppError {
  const seconds = Math.round(availableMs / 1000);
  const total = totalBytes(plan);
  return new AppError(
    "archive_failed",
    `Cannot archive ${plan.entries.length} files of ${total} bytes in one: ${progress.bytes_done} bytes were packed in the ${seconds} seconds that one archive may take; ask for a folder or for fewer files`,
    { details: { limit_seconds: seconds, bytes_done: progress.bytes_done, bytes_total: total } },
  );
}
