/**
 * The table's time to live and its stream, which no embedded engine runs. Once a minute the host scans for items
 * past their `ttl` (a scan is for hosts only: on AWS no code of ours ever scans), deletes each on the condition that
 * it still is, and hands `purge` the stream record that AWS would.
 *
 * On AWS the stream carries every REMOVE of a session item, whatever removed it. Here only the removals by TTL do:
 * the API's own deletions empty the session before they touch its item, and someone who deletes items by hand in a
 * local engine can run the sweep. A host that dies between a deletion and the next statement loses that one record;
 * the sweep has the same session on its list.
 */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { table } from "../../topology.ts";
import { ACCOUNT_ID } from "../gateway/http-event.ts";
import { readBatchFailures } from "../queue/queue-delivery.ts";

const EVERY_MILLISECONDS = 60_000;

/** A table's stream is named after the moment at which it was switched on. */
const STREAM_LABEL = "2026-01-01T00:00:00.000";

/** Deliveries of one record before it is given up, as a stream gives up after a day. */
const MAX_ATTEMPTS = 10;

type Item = Record<string, AttributeValue>;

/** What the reaper needs of its surroundings. */
export interface ExpiredItemsOptions {
  dynamodb: DynamoDBClient;
  tableName: string;
  region: string;
  /** Keeps records until `purge` has taken them. */
  database: DatabaseSync;
  /** Invokes the function behind the table stream. */
  consume(event: object): Promise<unknown>;
  log(line: string): void;
}

/** The running reaper. */
export interface ExpiredItems {
  /** Removes what has expired by now and delivers what is owed; the timer does the same once a minute. */
  run(now?: Date): Promise<void>;
  close(): void;
}

/** Starts the timer; nothing happens in the first minute. */
export function startExpiredItems(options: ExpiredItemsOptions): ExpiredItems {
  const { database, log } = options;
  database.exec(
    "create table if not exists stream_records (id text primary key, record text not null, attempts integer not null default 0) strict",
  );
  const owed = database.prepare("select id, record, attempts from stream_records order by rowid limit 25");
  const retry = database.prepare("update stream_records set attempts = attempts + 1 where id = ?");
  const forget = database.prepare("delete from stream_records where id = ?");
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  async function reap(now: Date): Promise<void> {
    const insert = database.prepare("insert into stream_records (id, record) values (?, ?)");
    for await (const item of findExpired(options, now)) {
      const removed = await removeExpired(options, item, now);
      if (removed?.[table.sortKey]?.S !== "META") continue;
      const record = toStreamRecord(removed, now, options);
      insert.run(record.eventID, JSON.stringify(record));
    }
    await deliver();
  }

  async function deliver(): Promise<void> {
    const rows = owed.all();
    if (rows.length === 0) return;
    const records = rows.map((row) => JSON.parse(String(row.record)) as StreamRecord);
    const failed = await findFailed(records);
    if (closed) return; // the database is, too; the next start delivers again
    for (const [index, row] of rows.entries()) {
      const isFailed = failed.has(records[index]?.dynamodb.SequenceNumber ?? "");
      const isGivenUp = isFailed && Number(row.attempts) + 1 >= MAX_ATTEMPTS;
      if (isGivenUp) log(`A removed session could not be purged in ${MAX_ATTEMPTS} attempts: ${String(row.record)}`);
      if (isFailed && !isGivenUp) retry.run(row.id ?? "");
      else forget.run(row.id ?? "");
    }
  }

  async function findFailed(records: StreamRecord[]): Promise<Set<string>> {
    const all = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    try {
      const failures = readBatchFailures(await options.consume({ Records: records }));
      // A stream is a sequence: Lambda retries from the first failure on.
      const first = Math.min(...failures.map((id) => Math.max(0, all.indexOf(id))), all.length);
      return new Set(all.slice(first));
    } catch {
      return new Set(all);
    }
  }

  function run(now = new Date()): Promise<void> {
    running = running.then(() => reap(now));
    running = running.catch((error: unknown) => {
      if (!closed) log(`Cannot remove expired items: ${String(error)}`);
    });
    return running;
  }

  const timer = setInterval(() => void run(), EVERY_MILLISECONDS);
  return {
    run,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

async function* findExpired({ dynamodb, tableName }: ExpiredItemsOptions, now: Date): AsyncGenerator<Item> {
  const pages = paginateScan(
    { client: dynamodb },
    {
      TableName: tableName,
      FilterExpression: "#ttl < :now",
      ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
      ExpressionAttributeValues: { ":now": { N: String(toSeconds(now)) } },
    },
  );
  for await (const page of pages) yield* page.Items ?? [];
}

/** Deletes the item if it is still expired; answers what was deleted. */
async function removeExpired(options: ExpiredItemsOptions, item: Item, now: Date): Promise<Item | undefined> {
  try {
    const { Attributes } = await options.dynamodb.send(
      new DeleteItemCommand({
        TableName: options.tableName,
        Key: toKeys(item),
        ConditionExpression: "#ttl < :now",
        ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
        ExpressionAttributeValues: { ":now": { N: String(toSeconds(now)) } },
        ReturnValues: "ALL_OLD",
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined; // it was given more time meanwhile
    throw error;
  }
}

type StreamRecord = ReturnType<typeof toStreamRecord>;

/** The record as DynamoDB Streams words a deletion by TTL. */
function toStreamRecord(item: Item, now: Date, { region, tableName }: ExpiredItemsOptions) {
  return {
    eventID: randomUUID(),
    eventName: "REMOVE",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    eventSourceARN: `arn:aws:dynamodb:${region}:${ACCOUNT_ID}:table/${tableName}/stream/${STREAM_LABEL}`,
    awsRegion: region,
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    dynamodb: {
      ApproximateCreationDateTime: toSeconds(now),
      Keys: toKeys(item),
      OldImage: item,
      SequenceNumber: String(process.hrtime.bigint()).padStart(21, "0"),
      SizeBytes: Buffer.byteLength(JSON.stringify(item)), // about: DynamoDB counts keys and values without their types
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

function toKeys(item: Item): Item {
  const { partitionKey, sortKey } = table;
  return Object.fromEntries(Object.entries(item).filter(([name]) => name === partitionKey || name === sortKey));
}

function toSeconds(now: Date): number {
  return Math.floor(now.getTime() / 1000);
}
