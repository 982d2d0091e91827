/**
 * What a version left behind, as JSON: every item of the table in DynamoDB's own notation, every object of the bucket.
 * Sessions of the past are over, so times are moved when it is put back: as far as today is from the day it was made.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type AttributeValue, DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Host } from "../../cdk/local/host.ts";

type StoredItem = Record<string, AttributeValue>;

/** The whole of it. `texts` are answers of the API that people keep: exports. */
export interface ReleasedData {
  version: string;
  made_at: string;
  items: StoredItem[];
  /** Content in gzip and base64. */
  objects: { key: string; content_type: string; metadata: Record<string, string>; content: string }[];
  texts: Record<string, string>;
}

function clientsOf({ env, endpoints }: Host) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_REGION: region = "",
  } = env;
  const options = { credentials: { accessKeyId, secretAccessKey }, region };
  return {
    dynamo: new DynamoDBClient({ ...options, endpoint: endpoints.dynamodb }),
    s3: new S3Client({ ...options, endpoint: endpoints.s3, forcePathStyle: true }),
    TableName: env.SESSION_TABLE ?? "",
    Bucket: env.SESSION_BUCKET ?? "",
  };
}

/** Reads table and bucket to the last byte. */
export async function dumpData(host: Host): Promise<Pick<ReleasedData, "items" | "objects">> {
  const { dynamo, s3, TableName, Bucket } = clientsOf(host);
  const items: StoredItem[] = [];
  for await (const page of paginateScan({ client: dynamo }, { TableName })) items.push(...(page.Items ?? []));
  const objects: ReleasedData["objects"] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key: key = "" } of page.Contents ?? []) {
      const object = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
      const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
      const { ContentType: content_type = "", Metadata: metadata = {} } = object;
      objects.push({ key, content_type, metadata, content: gzipSync(bytes, { level: 9 }).toString("base64") });
    }
  }
  return { items: items.map(toJson), objects };
}

/** Puts all of it into the host's table and bucket, as if it had been made just now. */
export async function restoreData(host: Host, data: ReleasedData): Promise<void> {
  const { dynamo, s3, TableName, Bucket } = clientsOf(host);
  for (const item of data.items) {
    await dynamo.send(new PutItemCommand({ TableName, Item: fromJson(item, data.made_at) }));
  }
  for (const { key, content_type, metadata, content } of data.objects) {
    const Body = gunzipSync(Buffer.from(content, "base64"));
    const about = { ContentType: content_type, Metadata: metadata };
    await s3.send(new PutObjectCommand({ Bucket, Key: key, Body, ...about }));
  }
}

/** Bytes and sets are what JSON does not have. */
function toJson(item: StoredItem): StoredItem {
  const replaced = JSON.stringify(item, (_key, value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
  );
  return JSON.parse(replaced);
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Moves every time in a text by as much as the data is old. */
export function moveTimes(text: string, madeAt: string, now = Date.now()): string {
  const laterMs = now - Date.parse(madeAt);
  return text.replaceAll(TIME, (time) => new Date(Date.parse(time) + laterMs).toISOString());
}

function fromJson(item: StoredItem, madeAt: string): StoredItem {
  const now = Date.now();
  const moved: StoredItem = JSON.parse(moveTimes(JSON.stringify(item), madeAt, now), (_key, value) =>
    typeof value?.base64 === "string" ? Buffer.from(value.base64, "base64") : value,
  );
  const laterSeconds = Math.round((now - Date.parse(madeAt)) / 1000);
  if (moved.ttl?.N !== undefined) moved.ttl = { N: String(Number(moved.ttl.N) + laterSeconds) };
  return moved;
}
