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
import { convertShare } from "./convert-share.ts";
import { nextShare } from "./next-share.ts";
import { remakeDatabase } from "./remake-database.ts";

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
  const total = answer(lease.sessionId, true);
  for (let rounds = 0; ; ) {
    // The count of requests is read before the list: one that comes in between makes the release fail.
    const seen = await deps.lease.renew(lease);
    if (seen === undefined) throw lost(lease);
    const work = await deps.files.listWork(lease.sessionId);
    total.database_version = seen.database.version;
    if (work.pending.length > 0) {
      const share = nextShare(work.pending, { deaths: seen.conversion_deaths ?? 0, rounds });
      if (share === undefined) {
        deps.log.warn("Files left to a process of their own", { session_id: lease.sessionId });
        await deps.lease.abandon(lease);
        return total;
      }
      const { converted, failed } = await convertShare(deps, { lease, seen, share, scripts: work.scripts });
      total.converted += converted;
      total.failed += failed;
      if (share.files.length > 0) rounds++;
      continue;
    }
    if (await deps.lease.release(lease, seen)) return total;
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
