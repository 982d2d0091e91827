import { threadKey } from "../../shared/aws/item-keys.ts";
import type { Stores } from "../../shared/stores.ts";
import type { RemovedSession } from "./stream-event.ts";

/**
 * Takes away the claim of the thread that the session was made for, as ending it would have. It stands in the user's
 * partition, so the leftovers do not hold it; one that names another session by now is that one's.
 */
export async function removeClaim(
  { table }: Pick<Stores, "table">,
  { sessionId, was }: Pick<RemovedSession, "sessionId" | "was">,
): Promise<void> {
  if (was?.claimed === undefined) return;
  await table.remove(threadKey(was.userId, was.claimed.platform, was.claimed.threadId), {
    ConditionExpression: "session_id = :id",
    ExpressionAttributeValues: { ":id": sessionId },
  });
}
