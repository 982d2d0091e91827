import type { DatabaseSync } from "node:sqlite";
import { ACCOUNT_ID } from "../gateway/http-event.ts";
import { startDelivery } from "./queue-delivery.ts";
import { createQueueStore } from "./queue-store.ts";
import type { SqsQueue } from "./sqs-api.ts";

/** What the queue is made of. */
export interface QueueOptions {
  database: DatabaseSync;
  url: string;
  region: string;
  visibilityTimeoutSeconds: number;
  maxReceiveCount: number;
  /** Invokes the consumer with an SQS event; rejects when it fails. */
  consume(event: object): Promise<unknown>;
  log(line: string): void;
}

/** The conversion queue: its store, its delivery and what the SQS endpoint shows of it. */
export function openQueue(options: QueueOptions) {
  const { database, url, region, visibilityTimeoutSeconds, maxReceiveCount, consume, log } = options;
  const name = url.slice(url.lastIndexOf("/") + 1);
  const arn = `arn:aws:sqs:${region}:${ACCOUNT_ID}:${name}`;
  const store = createQueueStore(database, maxReceiveCount);
  const delivery = startDelivery({ store, queueArn: arn, region, visibilityTimeoutSeconds, consume, log });
  const endpoint: SqsQueue = { name, url, arn, visibilityTimeoutSeconds, store, onSent: delivery.kick };
  return {
    endpoint,
    /** Puts a message on the queue from inside the host. */
    send(body: string): void {
      store.send(body, { now: Date.now() });
      delivery.kick();
    },
    close: delivery.close,
  };
}
