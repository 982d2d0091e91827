import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createBucket } from "../../../shared/aws/bucket.ts";
import { META, sessionKey, sessionPartition } from "../../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../../shared/aws/object-keys.ts";
import { createTable } from "../../../shared/aws/table.ts";
import { toTimestamp } from "../../../shared/clock.ts";
import type { Host } from "../../local/host.ts";
import { table as topology } from "../../topology.ts";

/** Bytes of one session. */
export interface Growth {
  readonly bucketBytes: number;
  /** Of items as JSON, with their copies in the indexes. */
  readonly tableBytes: number;
}

/** Bucket and table, read and changed past the API and uncounted. */
export interface StoresView {
  sizeOf(sessionId: string): Promise<Growth>;
  /** As if the last activity had been some minutes ago. */
  makeIdle(sessionId: string): Promise<void>;
  /** As if the session's time were over. */
  expire(sessionId: string): Promise<void>;
}

const MINUTE = 60_000;

export function openStores({ env, endpoints }: Host): StoresView {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
  const client = { region: env.AWS_REGION ?? "us-east-1", credentials: { accessKeyId, secretAccessKey } };
  const s3 = new S3Client({ ...client, endpoint: endpoints.s3, forcePathStyle: true });
  const bucket = createBucket(s3, s3, env.SESSION_BUCKET ?? "");
  const dynamo = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb });
  const table = createTable(DynamoDBDocumentClient.from(dynamo), env.SESSION_TABLE ?? "");
  const copies = 1 + Object.keys(topology.indexes).length;

  async function setTimes(sessionId: string, names: string[], time: string): Promise<void> {
    await table.update(sessionKey(sessionId), {
      UpdateExpression: `SET ${names.map((name) => `${name} = :time`).join(", ")}`,
      ExpressionAttributeValues: { ":time": time },
    });
  }

  return {
    async sizeOf(sessionId) {
      if (sessionId === "") return { bucketBytes: 0, tableBytes: 0 };
      let [bucketBytes, tableBytes] = [0, 0];
      for await (const { sizeBytes } of bucket.list(sessionPrefix(sessionId))) bucketBytes += sizeBytes;
      const items = table.queryAll({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": sessionPartition(sessionId) },
      });
      for await (const item of items) {
        // Only the session's own item is in the indexes.
        tableBytes += Buffer.byteLength(JSON.stringify(item)) * (item.sk === META ? copies : 1);
      }
      return { bucketBytes, tableBytes };
    },
    makeIdle: (sessionId) => setTimes(sessionId, ["last_activity"], toTimestamp(new Date(Date.now() - 5 * MINUTE))),
    expire: (sessionId) => setTimes(sessionId, ["last_activity", "expires_at", "due_at"], "2026-01-01T00:00:00.000Z"),
  };
}
