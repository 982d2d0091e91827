import { type DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { bucketsOf } from "./empty-buckets.ts";

/** What holds a stage's data, by the names under which it is found when no stack names it any more. */
export async function listStores(
  { s3, dynamodb }: { s3: S3Client; dynamodb: DynamoDBClient },
  stage: string,
): Promise<string[]> {
  const buckets = await bucketsOf(s3, stage);
  const tables: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {}))
    tables.push(...TableNames.filter((name) => name.startsWith(`cubby-${stage}-data-SessionTable`)));
  return [
    ...buckets.map((name) => `the bucket ${name}`),
    ...tables.map((name) => `the table ${name}`),
    "the user pool, where there is one",
  ];
}
