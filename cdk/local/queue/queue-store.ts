/**
 * The queue's messages in SQLite, so that they survive the host. SQS's rules, no more: a message that was received
 * stays invisible for a while, comes back unless it is deleted, and after too many receipts lies in the dead-letter
 * queue. Times are milliseconds since 1970 and come from the caller.
 */
import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** A message as it lies in the queue. */
export interface StoredMessage {
  messageId: string;
  body: string;
  /** Message attributes as the sender gave them. */
  attributes: Record<string, unknown>;
  sentAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  /** Names this one receipt; an older receipt of the same message deletes nothing. */
  receiptHandle: string;
}

/** How many messages wait, are being worked on, and were given up. */
export interface QueueCounts {
  visible: number;
  inFlight: number;
  dead: number;
}

/** The conversion queue and its dead-letter queue. */
export interface QueueStore {
  send(body: string, options: { now: number; delaySeconds?: number; attributes?: Record<string, unknown> }): string;
  /** Takes up to `max` visible messages; `dead` are those that were received too often and went aside instead. */
  receive(max: number, now: number, visibilitySeconds: number): { messages: StoredMessage[]; dead: StoredMessage[] };
  /** Deletes by receipt; false when the receipt is not the latest one. */
  remove(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, visibleAt: number): void;
  /** Makes all that was in flight visible: at start, when nobody can be working on it any more. */
  releaseAll(now: number): void;
  /** When the next message becomes visible, if there is one. */
  nextVisibleAt(): number | undefined;
  counts(now: number): QueueCounts;
}

interface Row {
  id: string;
  body: string;
  attributes: string;
  sent_at: number;
  receive_count: number;
  first_received_at: number;
  receipt: string;
}

const schema = `
  create table if not exists messages (
    id text primary key, body text not null, attributes text not null, sent_at integer not null,
    visible_at integer not null, receive_count integer not null default 0,
    first_received_at integer not null default 0, receipt text not null default '', dead integer not null default 0
  ) strict;
  create index if not exists messages_visible on messages (dead, visible_at);`;

/** Opens the queue in `database`; a message received more than `maxReceiveCount` times is dead. */
export function createQueueStore(database: DatabaseSync, maxReceiveCount: number): QueueStore {
  database.exec(schema);
  const insert = database.prepare(
    "insert into messages (id, body, attributes, sent_at, visible_at) values (?, ?, ?, ?, ?)",
  );
  const due = database.prepare(
    "select * from messages where dead = 0 and visible_at <= ? order by visible_at, rowid limit ?",
  );
  const bury = database.prepare("update messages set dead = 1 where id = ?");
  const take = database.prepare(
    `update messages set receive_count = receive_count + 1, visible_at = ?, receipt = ?,
     first_received_at = case first_received_at when 0 then ? else first_received_at end where id = ? returning *`,
  );
  const remove = database.prepare("delete from messages where receipt = ? and dead = 0");
  const change = database.prepare("update messages set visible_at = ? where receipt = ? and dead = 0");
  const release = database.prepare(
    "update messages set visible_at = ?1 where dead = 0 and receive_count > 0 and visible_at > ?1",
  );
  const next = database.prepare("select min(visible_at) as at from messages where dead = 0");
  const count = database.prepare(
    `select coalesce(sum(dead = 0 and visible_at <= ?1), 0) as visible,
     coalesce(sum(dead = 0 and visible_at > ?1), 0) as inFlight, coalesce(sum(dead), 0) as dead from messages`,
  );

  return {
    send(body, { now, delaySeconds = 0, attributes = {} }) {
      const id = randomUUID();
      insert.run(id, body, JSON.stringify(attributes), now, now + delaySeconds * 1000);
      return id;
    },
    receive(max, now, visibilitySeconds) {
      const messages: StoredMessage[] = [];
      const dead: StoredMessage[] = [];
      for (const row of due.all(now, max) as unknown as Row[]) {
        if (row.receive_count >= maxReceiveCount) {
          bury.run(row.id);
          dead.push(toMessage(row));
          continue;
        }
        const taken = take.get(now + visibilitySeconds * 1000, randomUUID(), now, row.id);
        messages.push(toMessage(taken as unknown as Row));
      }
      return { messages, dead };
    },
    remove: (receiptHandle) => remove.run(receiptHandle).changes > 0,
    changeVisibility: (receiptHandle, visibleAt) => void change.run(visibleAt, receiptHandle),
    releaseAll: (now) => void release.run(now),
    nextVisibleAt: () => (next.get() as { at: number | null }).at ?? undefined,
    counts: (now) => ({ ...(count.get(now) as unknown as QueueCounts) }),
  };
}

function toMessage(row: Row): StoredMessage {
  return {
    messageId: row.id,
    body: row.body,
    attributes: JSON.parse(row.attributes),
    sentAt: row.sent_at,
    receiveCount: row.receive_count,
    firstReceivedAt: row.first_received_at,
    receiptHandle: row.receipt,
  };
}

/** SQS sends this with every body, and its client checks it. */
export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
