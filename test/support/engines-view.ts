import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Host } from "../../cdk/local/host.ts";
import { createBucket } from "../../shared/aws/bucket.ts";
import { sessionPartition } from "../../shared/aws/item-keys.ts";
import { createTable } from "../../shared/aws/table.ts";

/** Bucket and table as an auditor sees them: read directly, past the API. */
export function viewEngines(host: Host) {
  const { env } = host;
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  const region = env.AWS_REGION ?? "us-east-1";
  const s3 = new S3Client({ endpoint: host.endpoints.s3, credentials, region, forcePathStyle: true });
  const dynamo = new DynamoDBClient({ endpoint: host.endpoints.dynamodb, credentials, region });
  const bucket = createBucket(s3, s3, env.SESSION_BUCKET ?? "");
  const table = createTable(DynamoDBDocumentClient.from(dynamo), env.SESSION_TABLE ?? "");
  return {
    bucket,
    table,
    async keysOf(sessionId: string): Promise<string[]> {
      const keys: string[] = [];
      for await (const object of bucket.list(`sessions/${sessionId}/`)) keys.push(object.key);
      return keys;
    },
    async sortKeysOf(sessionId: string): Promise<string[]> {
      const keys: string[] = [];
      const query = {
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": sessionPartition(sessionId) },
      };
      for await (const item of table.queryAll(query)) keys.push(item.sk);
      return keys;
    },
    /** Moves the session's last activity into the past, so that it is over as it would be by waiting. */
    async expire(sessionId: string): Promise<void> {
      await table.update(
        { pk: sessionPartition(sessionId), sk: "META" },
        {
          UpdateExpression: "SET last_activity = :past, expires_at = :past, due_at = :past",
          ExpressionAttributeValues: { ":past": "2026-01-01T00:00:00.000Z" },
        },
      );
    },
  };
}
