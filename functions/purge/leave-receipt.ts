import { toTimestamp } from "../../shared/clock.ts";
import type { Receipt } from "../../shared/contract/session.ts";
import { newTombstone } from "../../shared/sessions/session-record.ts";
import type { Stores } from "../../shared/stores.ts";
import type { Leftovers } from "../../shared/sweeping/remove-leftovers.ts";
import type { RemovedSession } from "./stream-event.ts";

/**
 * Puts a tombstone in the place of a session whose item went away before its time, so that its owner learns what
 * became of it. A tombstone that went away had its week; and what was put there meanwhile stays.
 */
export async function leaveReceipt(
  { table, clock }: Pick<Stores, "table" | "clock">,
  { sessionId, cause, was }: RemovedSession,
  left: Leftovers,
): Promise<void> {
  if (was === undefined) return;
  const receipt: Receipt = {
    session_id: sessionId,
    reason: was.endingReason ?? (cause === "ttl" ? "ttl" : "deleted"),
    deleted_at: toTimestamp(clock.now()),
    objects: left.objects,
    bytes: left.bytes,
    items: left.items + 1, // the session's own item, which is gone already
    tables: was.tables,
  };
  const owner = { session_id: sessionId, user_id: was.userId };
  const guest = was.guestTokenHash === undefined ? {} : { guest_token_hash: was.guestTokenHash };
  await table.put(newTombstone({ ...owner, ...guest }, receipt), {
    ConditionExpression: "attribute_not_exists(pk)",
  });
}
