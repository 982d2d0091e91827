import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { isDirectUpload, toObjectCreatedEvent } from "../../../cdk/local/triggers/object-created.ts";
import { eventually, fixtureTopology, makeDataDirectory, readLines, startTestHost } from "../../support/local-host.ts";

interface Record {
  messageId: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
}

let host: Host;
let sqs: SQSClient;

beforeAll(async () => {
  host = await startTestHost({ topology: fixtureTopology() });
  sqs = createClient(host);
});

afterAll(() => host.close());

function createClient({ env }: Host): SQSClient {
  return new SQSClient({
    region: "us-east-1",
    endpoint: env.AWS_ENDPOINT_URL_SQS ?? "",
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "any" },
  });
}

const queueUrl = () => host.env.CONVERSION_QUEUE_URL ?? "";

async function send(body: string): Promise<string> {
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: body }));
  return MessageId ?? "";
}

/** Every delivery of one message, in order. */
async function deliveriesOf(messageId: string): Promise<Record[]> {
  const events = await readLines(`${host.dataDirectory}/convert-events.jsonl`);
  return events.flatMap(({ Records }) => Records as Record[]).filter((record) => record.messageId === messageId);
}

async function counts() {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl(), AttributeNames: ["All"] }),
  );
  return [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible];
}

describe("the conversion queue, spoken to by the real SDK", () => {
  test("delivers a message to convert as an SQS event and forgets it", async () => {
    const id = await send('{"session_id":"ü"}');
    const [record] = await eventually(async () => {
      const found = await deliveriesOf(id);
      return found.length > 0 ? found : undefined;
    });
    expect(record).toMatchObject({
      messageId: id,
      body: '{"session_id":"ü"}',
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: "aws:sqs",
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d+:cubby-conversions$/),
      awsRegion: "us-east-1",
    });
    await eventually(async () => ((await counts()).join() === "0,0" ? true : undefined));
  });

  test("knows its address by name", async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "cubby-conversions" }));
    expect(QueueUrl).toBe(queueUrl());
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "other" }))).rejects.toThrow(/does not exist/);
  });

  test("delivers again what is reported as failed, spares its neighbours, and gives up after two receipts", async () => {
    const { Successful } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl(),
        Entries: [
          { Id: "bad", MessageBody: "fail" },
          { Id: "good", MessageBody: "fine" },
        ],
      }),
    );
    const idOf = (id: string) => Successful?.find((entry) => entry.Id === id)?.MessageId ?? "";
    const deliveries = await eventually(async () => {
      const found = await deliveriesOf(idOf("bad"));
      return found.length === 2 ? found : undefined;
    });
    expect(deliveries.map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(["1", "2"]);
    await eventually(async () => {
      const lines = await readHostLog();
      return lines.some((line) => line.includes("dead-letter queue, which now holds 1")) ? true : undefined;
    });
    expect(await deliveriesOf(idOf("bad"))).toHaveLength(2);
    expect(await deliveriesOf(idOf("good"))).toHaveLength(1);
    expect(await counts()).toEqual(["0", "0"]);
  });

  test("delivers the whole batch again when the function throws", async () => {
    const id = await send("throw");
    await eventually(async () => ((await deliveriesOf(id)).length === 2 ? true : undefined));
  });

  test("delivers again at once, after a restart, what was being worked on when the host stopped", async () => {
    const dataDirectory = await makeDataDirectory();
    const topology = fixtureTopology({ queue: { visibilityTimeoutSeconds: 600, maxReceiveCount: 3 } });
    const deliveries = async (count: number) => {
      const lines = await readLines(join(dataDirectory, "convert-events.jsonl"));
      return lines.length === count ? true : undefined;
    };
    const first = await startTestHost({ dataDirectory, topology });
    const { CONVERSION_QUEUE_URL } = first.env;
    await createClient(first).send(new SendMessageCommand({ QueueUrl: CONVERSION_QUEUE_URL, MessageBody: "hang" }));
    await eventually(() => deliveries(1));
    await first.close();
    const second = await startTestHost({ dataDirectory, topology });
    await eventually(() => deliveries(2));
    await second.close();
    await rm(dataDirectory, { recursive: true });
  });
});

async function readHostLog(): Promise<string[]> {
  return (await readFile(`${host.dataDirectory}/logs/host.log`, "utf8").catch(() => "")).split("\n");
}

describe("Object Created", () => {
  const created = { bucket: "b", key: "sessions/s1/uploads/a b.csv", size: 3, etag: '"abc"', reason: "PostObject" };

  test.each([
    { change: {}, is: true },
    { change: { reason: "CompleteMultipartUpload" }, is: true },
    { change: { reason: "PutObject" }, is: false },
    { change: { reason: "CopyObject" }, is: false },
    { change: { key: "other/s1/uploads/a.csv" }, is: false },
  ])("goes to the queue with $change: $is", ({ change, is }) => {
    expect(isDirectUpload({ ...created, ...change })).toBe(is);
  });

  test("is worded as EventBridge words it", () => {
    expect(toObjectCreatedEvent(created, "us-east-1")).toMatchObject({
      version: "0",
      "detail-type": "Object Created",
      source: "aws.s3",
      region: "us-east-1",
      resources: ["arn:aws:s3:::b"],
      detail: {
        bucket: { name: "b" },
        object: { key: created.key, size: 3, etag: "abc", sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) },
        reason: "PostObject",
      },
    });
  });
});
