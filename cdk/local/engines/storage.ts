import {
  CreateTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, HeadBucketCommand, PutBucketCorsCommand, type S3Client } from "@aws-sdk/client-s3";
import { bucketCorsRules } from "../../cors.ts";
import { table as topology } from "../../topology.ts";

export interface BucketOptions {
  bucket: string;
  /** Origins whose pages may use presigned URLs. */
  corsOrigins: readonly string[];
  log(line: string): void;
}

/** Makes the bucket unless it is there already, and opens it to pages as the stacks do. */
export async function createBucket(s3: S3Client, { bucket, corsOrigins, log }: BucketOptions): Promise<void> {
  const exists = await s3.send(new HeadBucketCommand({ Bucket: bucket })).then(
    () => true,
    () => false,
  );
  if (!exists) await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const corsRules = bucketCorsRules(corsOrigins).map((rule) => ({
    AllowedOrigins: [...rule.origins],
    AllowedMethods: [...rule.methods],
    AllowedHeaders: ["*"],
    ExposeHeaders: [...rule.exposed],
    MaxAgeSeconds: rule.maxAgeSeconds,
  }));
  try {
    await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: corsRules } }));
  } catch (error) {
    // Some other engines answer CORS by configuration of their own; everything but uploads from pages works.
    log(`The S3 engine takes no CORS rules (${String(error)})`);
  }
}

/** Makes the table with its indexes unless it is there already. No stream and no TTL: the host does both. */
export async function createTable(dynamodb: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = topology;
  const types: Record<string, "S" | "N"> = { [partitionKey]: "S", [sortKey]: "S" };
  for (const index of Object.values(indexes)) Object.assign(types, index.types);
  const command = new CreateTableCommand({
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: toKeySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: Object.entries(indexes).map(
      ([IndexName, index]): GlobalSecondaryIndex => ({
        IndexName,
        KeySchema: toKeySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      }),
    ),
  });
  try {
    await dynamodb.send(command);
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error; // it is there already
  }
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 1 }, { TableName: tableName });
}

function toKeySchema(partitionKey: string, sortKey: string) {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    { AttributeName: sortKey, KeyType: "RANGE" as const },
  ];
}
