import { BatchWriteItemCommand, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { Host } from "../../../cdk/local/host.ts";
import { sessionPartition } from "../../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../../shared/aws/object-keys.ts";

/**
 * What it takes at the least to remove a session with the bare SDK: its objects and its items, one session after the
 * other. No condition, no lease, no receipt, nothing said about what failed; up to 25 items and 1,000 objects each.
 */
export function createBareRemoval({ env, endpoints }: Host): (sessionId: string) => Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
  const shared = { region: env.AWS_REGION ?? "us-east-1", credentials: { accessKeyId, secretAccessKey } };
  const s3 = new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true });
  const dynamo = new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb });
  const Bucket = env.SESSION_BUCKET ?? "";
  const TableName = env.SESSION_TABLE ?? "";

  async function removeObjects(sessionId: string): Promise<void> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: sessionPrefix(sessionId) }));
    if (Contents.length === 0) return;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }

  async function removeItems(sessionId: string): Promise<void> {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: sessionPartition(sessionId) } },
        ProjectionExpression: "pk, sk",
      }),
    );
    const deletes = Items.map((Key) => ({ DeleteRequest: { Key } }));
    await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: deletes } }));
  }

  return async (sessionId) => {
    await removeObjects(sessionId);
    await removeItems(sessionId);
  };
}
