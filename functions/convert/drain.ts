/**
 * Lease and drain: whoever gets the session's lease converts everything that waits, publishes once, and looks again
 * before letting go. Whoever does not get it stops, because the holder will see the work. So events may come twice,
 * late or in any order.
 */
import { AppError } from "../../shared/errors.ts";
import type { ConvertResponse } from "../../shared/contract/functions.ts";
import { type Lease, leaseRenewalMs } from "../../shared/sessions/conversion-lease.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { removeLeftovers } from "../../shared/sweeping/remove-leftovers.ts";
import type { Stores } from "../../shared/stores.ts";
import type { Log } from "../../shared/log.ts";
import type { FunctionMetrics } from "../../shared/metrics.ts";
import { convertShare, ShareError, type ShareWork } from "./convert-share.ts";
import { nextShare } from "./next-share.ts";
import { remakeDatabase } from "./remake-database.ts";

/** One of ten thousand files is found and given up within fifteen. More than that is not about a file. */
const MAX_ERRORS = 20;

export interface ConvertDeps extends Stores {
  log: Log;
  metrics: FunctionMetrics;
  temporaryDirectory: string;
}

/**
 * Converts all that is pending in the session. Throws on faults of infrastructure only; bad files are not faults. With
 * `database` it looks at the published one though nothing waits: it is said not to be in the bucket.
 */
export async function drain(
  deps: ConvertDeps,
  sessionId: string,
  { database = false }: { database?: boolean | undefined } = {},
): Promise<ConvertResponse> {
  const lease = await deps.lease.acquire(sessionId);
  if (lease === undefined) return answer(sessionId, false);
  const stopRenewing = keepRenewing(deps, lease);
  try {
    if (database) await remakeDatabase(deps, lease);
    return await drainAsHolder(deps, lease);
  } catch (error) {
    if (await isGone(deps, sessionId)) return answer(sessionId, false);
    await deps.lease.abandon(lease);
    throw error;
  } finally {
    stopRenewing();
  }
}

async function drainAsHolder(deps: ConvertDeps, lease: Lease): Promise<ConvertResponse> {
  const { sessionId: session_id } = lease;
  const progress: Progress = { converted: 0, failed: 0, rounds: 0, errors: 0 };
  for (;;) {
    // The count of requests is read before the list: one that comes in between makes the release fail.
    const seen = await deps.lease.renew(lease);
    if (seen === undefined) throw lost(lease);
    const { converted, failed, rounds, errors } = progress;
    const done = { ...answer(session_id, true), database_version: seen.database.version, converted, failed };
    const { pending, scripts } = await deps.files.listWork(session_id);
    if (pending.length === 0) {
      if (await deps.lease.release(lease, seen)) return done;
      continue;
    }
    const share = nextShare(pending, { deaths: seen.conversion_deaths ?? 0, rounds });
    if (share !== undefined) await takeShare(deps, { lease, seen, share, scripts }, progress);
    // What was tried ended in errors, and this process is as good as new.
    else if (errors > 0 && rounds > 0) progress.rounds = 0;
    else {
      deps.log.warn("Files left to a process of their own", { session_id });
      await deps.lease.abandon(lease);
      return done;
    }
  }
}

/** How far one process came with a session. */
interface Progress {
  converted: number;
  failed: number;
  /** That read files, since the last error. */
  rounds: number;
  errors: number;
}

/** A file whose reading ends in an error is looked for like one that ends the process, only that nobody has to die. */
async function takeShare(deps: ConvertDeps, work: ShareWork, progress: Progress): Promise<void> {
  const { lease, share } = work;
  try {
    const { converted, failed } = await convertShare(deps, work);
    progress.converted += converted;
    progress.failed += failed;
    if (share.files.length > 0) progress.rounds++;
  } catch (error) {
    if (!(error instanceof ShareError)) throw error;
    const { cause } = error;
    if (share.files.length === 0 || ++progress.errors > MAX_ERRORS) throw cause;
    const facts = { error: cause, session_id: lease.sessionId };
    deps.log.error("Conversion failed, its files are taken in smaller shares", facts);
    if ((await deps.lease.countDeath(lease)) === undefined) throw lost(lease);
    progress.rounds = 0;
  }
}

/**
 * Whether the session ended while it was converted. Whoever ended it may have looked before our last write: what came
 * behind goes now. One that is only past its end still has its item, and goes with all it holds at the next sweep.
 */
async function isGone(deps: ConvertDeps, sessionId: string): Promise<boolean> {
  if ((await deps.sessions.findLive(sessionId)) !== undefined) return false;
  const stored = await deps.sessions.findStored(sessionId);
  if (stored?.status === "deleting") {
    await endSession(deps, stored, stored.ending_reason ?? "deleted");
  }
  await removeLeftovers(deps, sessionId);
  deps.log.info("Session ended during its conversion", { session_id: sessionId });
  return true;
}

function keepRenewing(deps: ConvertDeps, lease: Lease): () => void {
  const timer = setInterval(() => {
    deps.lease.renew(lease).catch((error: unknown) => deps.log.warn("Lease not renewed", { error }));
  }, leaseRenewalMs);
  return () => clearInterval(timer);
}

function answer(sessionId: string, lease: boolean): ConvertResponse {
  return { session_id: sessionId, lease, database_version: 0, converted: 0, failed: 0 };
}

export function lost(lease: Lease): AppError {
  return new AppError("unavailable", `Cannot go on converting "${lease.sessionId}": the lease is lost`);
}
