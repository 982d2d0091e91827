/**
 * What AWS itself would count, told by what stands in for it here: the gateway by its callers, DynamoDB by the proxy before
 * it, queues and stream by the host's own database, Lambda's refusals by the host's log: a function of its has four workers and
 * a hundred places in line. Not to be had here, and so never sampled: the time that Lambda bills, capacity units read.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Sample } from "./metric-book.ts";
import { STAGE, type WatchedTemplate } from "./template.ts";

/** What was seen at the doors of a period. */
export interface Seen {
  answers: { status: number; milliseconds: number }[];
  /** In miniature: how many requests each of them stands for, and each write. */
  requestsEach: number;
  /** Requests to the table: its writes, and those that it refused. */
  writes: number;
  refused: number;
  /** Scheduled sweeps that failed: Lambda sends the event of each to the dead-letter queue. */
  failedSweeps: number;
  /** Whether the stream's trigger is on. */
  streamIsRead: boolean;
}

export function nothingSeen(): Seen {
  return { answers: [], requestsEach: 1, writes: 0, refused: 0, failedSweeps: 0, streamIsRead: true };
}

/** Messages in dead-letter queues that the host only logs. */
export interface Letters {
  sweep: number;
  purge: number;
  archives: number;
}

const MINUTES = 60_000;

/** Reads and, for the sake of time that nobody has, changes what waits in the host's own database. */
export class HostDatabase {
  readonly #database: DatabaseSync;

  constructor(dataDirectory: string) {
    this.#database = new DatabaseSync(join(dataDirectory, "host.sqlite"), { timeout: 5_000 });
  }

  /** Seconds since the oldest message was sent that is not dead; undefined while nothing waits. */
  oldestMessage(): number | undefined {
    const { at } = this.#get("select min(sent_at) as at from messages where dead = 0");
    return at === null ? undefined : (Date.now() - Number(at)) / 1000;
  }

  count(what: "waiting" | "dead"): number {
    return Number(this.#get(`select count(*) as at from messages where dead = ${what === "dead" ? 1 : 0}`).at);
  }

  /** Milliseconds since the oldest record was written that `purge` has not taken. */
  oldestRecord(): number {
    const { at } = this.#get(
      "select min(json_extract(record, '$.dynamodb.ApproximateCreationDateTime')) as at from stream_records",
    );
    return at === null ? 0 : Date.now() - Number(at) * 1000;
  }

  /** As if so much time had gone by. */
  letTimePass(minutes: number): void {
    this.#database.exec(`update messages set sent_at = sent_at - ${minutes * MINUTES} where dead = 0`);
    this.#database.exec(
      `update stream_records set record = json_set(record, '$.dynamodb.ApproximateCreationDateTime',
       json_extract(record, '$.dynamodb.ApproximateCreationDateTime') - ${minutes * 60})`,
    );
  }

  /** Takes out what lies in the dead-letter queue, and answers it. */
  takeDead(): string[] {
    const bodies = this.#database.prepare("delete from messages where dead = 1 returning body").all();
    return bodies.map(({ body }) => String(body));
  }

  close(): void {
    this.#database.close();
  }

  #get(sql: string): { at: number | string | null } {
    return this.#database.prepare(sql).get() as { at: number | string | null };
  }
}

/** One period's samples. */
export function platformSamples(
  names: WatchedTemplate["names"],
  { seen, letters, database }: { seen: Seen; letters: Letters; database: HostDatabase },
): Sample[] {
  const of = (namespace: string, dimensions: Record<string, string>) => (name: string, value: number) => ({
    ...{ namespace, dimensions, name, value },
  });
  const http = of("AWS/ApiGateway", { ApiId: `cubby-${STAGE}` });
  const table = of("AWS/DynamoDB", { TableName: names.table });
  const stream = { TableName: names.table, Operation: "GetRecords", StreamLabel: names.streamLabel };
  const queue = (subject: string) => of("AWS/SQS", { QueueName: `cubby-${STAGE}-${subject}` });
  const oldest = database.oldestMessage();
  return [
    ...seen.answers.flatMap(({ status, milliseconds }) => [
      http("Count", seen.requestsEach),
      http("4xx", status >= 400 && status < 500 ? seen.requestsEach : 0),
      http("5xx", status >= 500 ? seen.requestsEach : 0),
      http("Latency", milliseconds),
    ]),
    table("ConsumedWriteCapacityUnits", seen.writes * seen.requestsEach),
    ...(seen.refused === 0 ? [] : [table("WriteThrottleEvents", seen.refused)]),
    ...(seen.streamIsRead
      ? [
          of("AWS/DynamoDB", stream)("ReturnedRecordsCount", seen.writes),
          of("AWS/Lambda", { FunctionName: `cubby-${STAGE}-purge` })("IteratorAge", database.oldestRecord()),
        ]
      : []),
    queue("conversions")("ApproximateNumberOfMessagesVisible", database.count("waiting")),
    ...(oldest === undefined ? [] : [queue("conversions")("ApproximateAgeOfOldestMessage", oldest)]),
    queue("conversions-dead")("ApproximateNumberOfMessagesVisible", database.count("dead")),
    ...Object.entries(letters).map(([subject, count]) =>
      queue(`${subject}-dead`)("ApproximateNumberOfMessagesVisible", count),
    ),
  ];
}

/** A start that the host refused, by a line of its log, as Lambda counts it; undefined of any other line. */
export function refusedStart(line: string): Sample | undefined {
  const name = /(\w+) was not started: Rate Exceeded/.exec(line)?.[1];
  if (name === undefined) return undefined;
  const dimensions = { FunctionName: `cubby-${STAGE}-${name}` };
  return { namespace: "AWS/Lambda", name: "Throttles", dimensions, value: 1 };
}

/** Events that the host gave up, by its log: AWS would have sent each to a dead-letter queue. */
export function givenUp(dataDirectory: string): Pick<Letters, "purge" | "archives"> {
  const file = join(dataDirectory, "logs", "host.log");
  const log = existsSync(file) ? readFileSync(file, "utf8") : ""; // a host that has nothing to say has none
  return {
    purge: log.split("could not be purged in").length - 1,
    archives: log.split(/archive failed \d+ times/).length - 1,
  };
}
