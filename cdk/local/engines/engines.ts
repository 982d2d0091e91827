import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../../../shared/config.ts";
import type { DataFolder } from "../data-folder.ts";
import { startS3Server } from "../s3/server.ts";
import type { Secrets } from "../secrets.ts";
import { systemErrorCode } from "../start-error.ts";
import type { ObjectCreated } from "../triggers/object-created.ts";
import { type EngineReports, startDynamodb } from "./dynamodb-engine.ts";
import { createBucket, createTable } from "./storage.ts";

/** Where the data is: the embedded engines, or others that the environment names. */
export interface Engines {
  s3: string;
  dynamodb: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A client of the host's own, for expired items. */
  dynamodbClient: DynamoDBClient;
  dynamodbPid: () => number | undefined;
}

/** What the engines are started with. */
export interface EnginesOptions extends EngineReports {
  folder: DataFolder;
  secrets: Secrets;
  env: Environment;
  region: string;
  bucket: string;
  table: string;
  corsOrigins: readonly string[];
  onObjectCreated(created: ObjectCreated): void;
}

/** Starts both engines, or connects to those that `AWS_ENDPOINT_URL_S3` and `_DYNAMODB` name, with bucket and table. */
export async function startEngines(options: EnginesOptions, stack: AsyncDisposableStack): Promise<Engines> {
  const { region, bucket, table, corsOrigins, log } = options;
  const credentials = chooseCredentials(options);
  const [s3, dynamodb] = await allOrThrow([startS3(options, stack), startDynamodbEngine(options, stack)]);
  const s3Client = new S3Client({ region, credentials, endpoint: s3.url, forcePathStyle: true });
  const dynamodbClient = new DynamoDBClient({ region, credentials, endpoint: dynamodb.url });
  stack.defer(() => dynamodbClient.destroy());
  await allOrThrow([createBucket(s3Client, { bucket, corsOrigins, log }), createTable(dynamodbClient, table)]);
  s3Client.destroy();
  return { s3: s3.url, dynamodb: dynamodb.url, ...credentials, dynamodbClient, dynamodbPid: dynamodb.pid };
}

/** As Promise.all, but throws only when all have ended: what is still starting could not be stopped. */
async function allOrThrow<First, Second>(work: [Promise<First>, Promise<Second>]): Promise<[First, Second]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Another S3 engine has credentials of its own; the embedded one takes ours. DynamoDB engines take any. */
function chooseCredentials({ env, secrets }: EnginesOptions): { accessKeyId: string; secretAccessKey: string } {
  const { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
  if (AWS_ENDPOINT_URL_S3 && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }
  return { accessKeyId: secrets.accessKeyId, secretAccessKey: secrets.secretAccessKey };
}

async function startDynamodbEngine(options: EnginesOptions, stack: AsyncDisposableStack) {
  const external = options.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (external) return { url: external, pid: () => undefined };
  const engine = await startDynamodb(options.folder, options);
  stack.defer(() => engine.close());
  return engine;
}

/** On the port of last time where possible: presigned URLs carry it, and survive a restart with it. */
async function startS3(options: EnginesOptions, stack: AsyncDisposableStack): Promise<{ url: string }> {
  const { env, folder, secrets, region, onObjectCreated } = options;
  if (env.AWS_ENDPOINT_URL_S3) return { url: env.AWS_ENDPOINT_URL_S3 };
  const { accessKeyId, secretAccessKey } = secrets;
  const base = { dataDirectory: folder.at("s3"), region, accessKeyId, secretAccessKey, onObjectCreated };
  const lastPort = folder.readJson<{ s3: number }>("ports.json")?.s3 ?? 0;
  const server = await startS3Server({ ...base, port: lastPort }).catch((error: unknown) => {
    if (lastPort === 0 || systemErrorCode(error) !== "EADDRINUSE") throw error;
    return startS3Server({ ...base, port: 0 });
  });
  stack.defer(() => server.close());
  folder.writeJson("ports.json", { s3: server.port });
  return server;
}
