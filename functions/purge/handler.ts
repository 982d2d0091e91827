import { processEnvironment } from "../../shared/config.ts";
import { createLog } from "../../shared/log.ts";
import { createStores } from "../../shared/stores.ts";
import { removeLeftovers } from "./remove-leftovers.ts";

/** What DynamoDB's stream hands to Lambda, as far as we read it. */
interface StreamEvent {
  Records: {
    eventID?: string;
    eventName?: string;
    dynamodb?: { Keys?: { pk?: { S?: string }; sk?: { S?: string } }; SequenceNumber?: string };
  }[];
}

const stores = createStores(processEnvironment());
const log = createLog("purge");

/**
 * The second net: when a session's item goes away, by TTL or by anybody's hand, whatever is still under its prefix and
 * its partition goes too. Also for tombstones, so every session is verified empty a week after it ended.
 */
export async function handler(event: StreamEvent) {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { eventName, dynamodb } of event.Records) {
    const { pk, sk } = dynamodb?.Keys ?? {};
    if (eventName !== "REMOVE" || sk?.S !== "META" || pk?.S === undefined) continue;
    try {
      const left = await removeLeftovers(stores, pk.S);
      log.info("Purged", { pk: pk.S, ...left });
    } catch (error) {
      log.error("Purge failed, the stream will try again", { pk: pk.S, error });
      batchItemFailures.push({ itemIdentifier: dynamodb?.SequenceNumber ?? "" });
    }
  }
  return { batchItemFailures };
}
