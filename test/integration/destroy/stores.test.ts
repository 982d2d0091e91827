import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyBuckets } from "../../../cdk/destroy/empty-buckets.ts";
import { listStores } from "../../../cdk/destroy/list-stores.ts";
import type { Host } from "../../../cdk/local/host.ts";
import { viewEngines } from "../../support/engines-view.ts";
import { startTestHost } from "../../support/local-host.ts";

/** As CloudFormation names them after the data stack of a stage called "prod". */
const bucket = "cubby-prod-data-sessionsbucketbe67c880-1a2b3c";
const table = "cubby-prod-data-SessionTable440DAA5F-1A2B3C";

let host: Host;
let clients: { s3: S3Client; dynamodb: DynamoDBClient };
beforeAll(async () => {
  host = await startTestHost({ env: { SESSION_BUCKET: bucket, SESSION_TABLE: table } });
  const credentials = {
    accessKeyId: host.env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: host.env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  const region = host.env.AWS_REGION ?? "";
  clients = {
    s3: new S3Client({ endpoint: host.endpoints.s3, region, credentials, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ endpoint: host.endpoints.dynamodb, region, credentials }),
  };
});
afterAll(() => host.close());

test("listStores() names what holds a stage's data", async () => {
  const stores = [`the bucket ${bucket}`, `the table ${table}`, "the user pool, where there is one"];
  expect(await listStores(clients, "prod")).toEqual(stores);
});

test("emptyBuckets() removes sessions and exports, and says how much that was", async () => {
  const view = viewEngines(host);
  for (const key of ["sessions/s1/uploads/a.txt", "sessions/s1/uploads/b.txt", "exports/e1.csv"])
    await view.bucket.putBytes(key, Buffer.from("four"), { contentType: "text/plain" });
  const printed: string[] = [];
  await emptyBuckets(clients.s3, "prod", (line) => printed.push(line));
  expect(printed).toEqual([`Emptied ${bucket}: 3 objects, 12 bytes`]);
  const left = [];
  for await (const { key } of view.bucket.list("")) left.push(key);
  expect(left).toEqual([]);
});
