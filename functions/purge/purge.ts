/**
 * The second net: when a session's item goes away, by TTL or by anybody's hand, whatever is still under its prefix and
 * its partition goes too, and its owner finds a receipt. Also for tombstones, so every session is verified empty a week
 * after it ended.
 */
import type { Log } from "../../shared/log.ts";
import type { FunctionMetrics } from "../../shared/metrics.ts";
import type { Stores } from "../../shared/stores.ts";
import { removeLeftovers } from "../../shared/sweeping/remove-leftovers.ts";
import { leaveReceipt } from "./leave-receipt.ts";
import { removeClaim } from "./remove-claim.ts";
import { parseRemoval, type RemovedSession, type StreamEvent } from "./stream-event.ts";

export interface PurgeDeps extends Pick<Stores, "bucket" | "table" | "clock"> {
  log: Log;
  metrics: FunctionMetrics;
}

/** What Lambda is told: these records again, the others never more. */
export interface PurgeAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Time that one more session may need; what is not begun in time comes again. */
const RESERVE_MS = 30_000;

/** Purges after every removal in the batch, each by itself; a record that nobody can read is logged and let go. */
export async function purge(deps: PurgeDeps, event: StreamEvent, remainingMs: () => number): Promise<PurgeAnswer> {
  const answer: PurgeAnswer = { batchItemFailures: [] };
  for (const record of event.Records ?? []) {
    const removal = readRemoval(deps, record);
    if (removal === undefined) continue;
    if (remainingMs() < RESERVE_MS || !(await purgeSession(deps, removal))) {
      answer.batchItemFailures.push({ itemIdentifier: removal.sequenceNumber });
    }
  }
  deps.metrics.publish();
  return answer;
}

function readRemoval({ log, metrics }: PurgeDeps, record: unknown): RemovedSession | undefined {
  try {
    return parseRemoval(record);
  } catch (error) {
    metrics.add("MalformedStreamRecords", 1);
    log.error("Stream record not understood", { error });
    return undefined;
  }
}

async function purgeSession(deps: PurgeDeps, removal: RemovedSession): Promise<boolean> {
  const { log, metrics } = deps;
  const { sessionId, cause } = removal;
  try {
    const left = await removeLeftovers(deps, sessionId);
    await removeClaim(deps, removal);
    await leaveReceipt(deps, removal, left);
    metrics.add(cause === "ttl" ? "SessionsExpiredByTtl" : "SessionsRemovedByHand", 1);
    metrics.add("LeftoverObjects", left.objects);
    metrics.add("LeftoverItems", left.items);
    log.info("Purged", { session_id: sessionId, cause, ...left });
    return true;
  } catch (error) {
    metrics.add("PurgeErrors", 1);
    log.error("Purge failed, the stream will try again", { session_id: sessionId, cause, error });
    return false;
  }
}
