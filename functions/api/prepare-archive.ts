import { setTimeout as delay } from "node:timers/promises";
import { invokeLater } from "../../shared/aws/functions.ts";
import { archiveObjectKey, archivePlanKey } from "../../shared/aws/object-keys.ts";
import type { ArchiveRequest } from "../../shared/contract/functions.ts";
import { type ArchivePlan, archiveIdOf } from "../../shared/files/archive/archive-plan.ts";
import { type ArchiveRecord, isBeingBuilt, isReusable } from "../../shared/files/archive/archive-record.ts";
import type { Attempt } from "../../shared/files/archive/archive-store.ts";
import type { ApiDeps } from "./deps.ts";

/** Small archives are done by then, and their URL is in the first answer. */
const PATIENCE_MS = 5_000;
const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 500;

/**
 * Has the archive of this plan built, unless it is there or under way, and waits for it for a few seconds. Answers its
 * record as it is then.
 */
export async function prepareArchive(deps: ApiDeps, sessionId: string, plan: ArchivePlan): Promise<ArchiveRecord> {
  const archiveId = archiveIdOf(plan);
  const seen = await deps.archives.find(sessionId, archiveId);
  if (seen !== undefined && (await isThere(deps, sessionId, seen))) return seen;
  if (seen === undefined || !isBeingBuilt(seen, deps.clock.now())) {
    const attempt = await deps.archives.claim(sessionId, archiveId, plan, seen);
    // Without an attempt somebody else was faster: that one's is as good.
    if (attempt !== undefined) await start(deps, attempt, plan, seen);
  }
  return waitFor(deps, sessionId, archiveId);
}

/** True when the archive may be handed out now: the object can be gone before its record. */
export async function isThere(deps: ApiDeps, sessionId: string, record: ArchiveRecord): Promise<boolean> {
  if (!isReusable(record, deps.clock.now())) return false;
  return (await deps.bucket.find(archiveObjectKey(sessionId, record.archive_id))) !== undefined;
}

async function start(deps: ApiDeps, attempt: Attempt, plan: ArchivePlan, before: ArchiveRecord | undefined) {
  const { sessionId, archiveId } = attempt;
  const planKey = archivePlanKey(sessionId, archiveId, attempt.attempt);
  await deps.bucket.putBytes(planKey, JSON.stringify(plan), { contentType: "application/json" });
  // What a worker that died was told to do.
  if (before !== undefined) await deps.bucket.remove(archivePlanKey(sessionId, archiveId, before.attempt));
  const request: ArchiveRequest = { session_id: sessionId, archive_id: archiveId, attempt: attempt.attempt };
  try {
    await deps.sessions.current(sessionId); // it may have ended before the plan was written: then nothing may stay
    await invokeLater(deps.lambda, deps.archiveFunction, request);
  } catch (error) {
    await deps.bucket.remove(planKey);
    await deps.archives.remove(attempt);
    throw error;
  }
}

async function waitFor(deps: ApiDeps, sessionId: string, archiveId: string): Promise<ArchiveRecord> {
  const deadline = deps.clock.now().getTime() + PATIENCE_MS;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, MAX_POLL_MS)) {
    const record = await deps.archives.find(sessionId, archiveId);
    if (record === undefined) {
      await deps.sessions.current(sessionId); // says so when the session ended
      throw new Error(`Cannot find "${archiveId}" any more`);
    }
    const now = deps.clock.now();
    if (!isBeingBuilt(record, now) || now.getTime() > deadline) return record;
    await delay(pause);
  }
}
