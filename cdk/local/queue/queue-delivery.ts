import type { QueueStore, StoredMessage } from "./queue-store.ts";
import { md5 } from "./queue-store.ts";

/** As the event source mapping of the stack: no session waits for another's timeout. */
const BATCH_SIZE = 1;

/** Batches at the same time. Two of the four workers stay free for callers who wait for an answer. */
const MAX_CONCURRENCY = 2;

/**
 * On AWS a failed message comes back after the whole visibility timeout, half an hour. On a desk nobody waits that
 * long, so it comes back after this, or after the visibility timeout where that is shorter.
 */
const RETRY_SECONDS = 30;

/** What the delivery needs of its surroundings. */
export interface DeliveryOptions {
  store: QueueStore;
  queueArn: string;
  region: string;
  visibilityTimeoutSeconds: number;
  /** Invokes the consumer with an SQS event; rejects when the function fails. */
  consume(event: object): Promise<unknown>;
  log(line: string): void;
}

/** Hands the queue's messages to the consumer, as Lambda's event source mapping does. */
export interface QueueDelivery {
  /** Looks at the queue now; called after every send. */
  kick(): void;
  /** Takes no more messages and waits for nothing: whoever closes also ends the workers. */
  close(): void;
}

/** Starts delivering, first of all what an earlier run of the host left in flight. */
export function startDelivery(options: DeliveryOptions): QueueDelivery {
  const { store, log } = options;
  const retrySeconds = Math.min(RETRY_SECONDS, options.visibilityTimeoutSeconds);
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function kick(): void {
    clearTimeout(timer);
    while (!closed && running < MAX_CONCURRENCY) {
      const { messages, dead } = store.receive(BATCH_SIZE, Date.now(), options.visibilityTimeoutSeconds);
      if (dead.length > 0) {
        const total = store.counts(Date.now()).dead;
        log(`${dead.length} message(s) failed too often and went to the dead-letter queue, which now holds ${total}`);
      }
      if (messages.length === 0) break;
      running += 1;
      void deliver(messages).finally(() => {
        running -= 1;
        if (!closed) kick();
      });
    }
    const next = store.nextVisibleAt();
    // Capped: setTimeout fires at once above 2^31 ms.
    if (!closed && next !== undefined) timer = setTimeout(kick, Math.min(Math.max(next - Date.now(), 10), 60_000));
  }

  async function deliver(messages: StoredMessage[]): Promise<void> {
    const failed = await findFailed(messages);
    if (closed) return; // the store may be gone; what was in flight is released at the next start
    const retryAt = Date.now() + retrySeconds * 1000;
    for (const { messageId, receiptHandle } of messages) {
      if (failed.has(messageId)) store.changeVisibility(receiptHandle, retryAt);
      else store.remove(receiptHandle);
    }
  }

  async function findFailed(messages: StoredMessage[]): Promise<Set<string>> {
    const all = new Set(messages.map(({ messageId }) => messageId));
    try {
      const answer = await options.consume({ Records: messages.map((message) => toRecord(message, options)) });
      const failed = new Set(readBatchFailures(answer));
      // An identifier that is not in the batch makes Lambda treat the whole batch as failed.
      return [...failed].every((id) => all.has(id)) ? failed : all;
    } catch {
      return all; // the failure itself was logged where the function was invoked
    }
  }

  store.releaseAll(Date.now());
  kick();
  return {
    kick,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** `batchItemFailures` of an answer, as item identifiers; none where the answer has no such list. */
export function readBatchFailures(answer: unknown): string[] {
  if (typeof answer !== "object" || answer === null || !("batchItemFailures" in answer)) return [];
  const { batchItemFailures } = answer;
  if (!Array.isArray(batchItemFailures)) return [];
  return batchItemFailures.map((failure: { itemIdentifier?: unknown }) => String(failure.itemIdentifier));
}

function toRecord(message: StoredMessage, { queueArn, region }: DeliveryOptions): object {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: "cubby-local",
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: message.attributes,
    md5OfBody: md5(message.body),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
