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
  dynamodbPid(): number | undefined;
  close(): Promise<void>;
}

/** What the engines are started with. */
export interface EnginesOptions extends EngineReports {
  folder: DataFolder;
  secrets: Secrets;
  env: Environment;
  region: string;
  bucket: string;
  table: string;
  onObjectCreated(created: ObjectCreated): void;
}

/** Starts both engines, or connects to those that `AWS_ENDPOINT_URL_S3` and `_DYNAMODB` name, with bucket and table. */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { env, folder, region, bucket, table, log } = options;
  const credentials = chooseCredentials(options);
  const externalDynamodb = env.AWS_ENDPOINT_URL_DYNAMODB;
  const [s3Server, dynamodb] = await Promise.all([
    env.AWS_ENDPOINT_URL_S3 ? undefined : startS3(options),
    externalDynamodb ? undefined : startDynamodb(folder, options),
  ]);
  const endpoints = {
    s3: env.AWS_ENDPOINT_URL_S3 || (s3Server?.url ?? ""),
    dynamodb: externalDynamodb || (dynamodb?.url ?? ""),
  };
  const s3Client = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const dynamodbClient = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const close = async () => {
    dynamodbClient.destroy();
    await Promise.all([s3Server?.close(), dynamodb?.close()]);
  };
  try {
    await Promise.all([createBucket(s3Client, bucket, log), createTable(dynamodbClient, table)]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    s3Client.destroy();
  }
  return { ...endpoints, ...credentials, dynamodbClient, dynamodbPid: () => dynamodb?.pid(), close };
}

/** Another S3 engine has credentials of its own; the embedded one takes ours. DynamoDB engines take any. */
function chooseCredentials({ env, secrets }: EnginesOptions): { accessKeyId: string; secretAccessKey: string } {
  const { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
  if (AWS_ENDPOINT_URL_S3 && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }
  return { accessKeyId: secrets.accessKeyId, secretAccessKey: secrets.secretAccessKey };
}

/** On the port of last time where possible: presigned URLs carry it, and survive a restart with it. */
async function startS3({ folder, secrets, region, onObjectCreated }: EnginesOptions) {
  const { accessKeyId, secretAccessKey } = secrets;
  const base = { dataDirectory: folder.at("s3"), region, accessKeyId, secretAccessKey, onObjectCreated };
  const lastPort = folder.readJson<{ s3: number }>("ports.json")?.s3 ?? 0;
  const server = await startS3Server({ ...base, port: lastPort }).catch((error: unknown) => {
    if (lastPort === 0 || systemErrorCode(error) !== "EADDRINUSE") throw error;
    return startS3Server({ ...base, port: 0 });
  });
  folder.writeJson("ports.json", { s3: server.port });
  return server;
}
