import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ENV, type Environment, flag } from "../config.ts";
import { countEngineRequest } from "../trace.ts";
import { retryClockRefusals } from "./clock-refusals.ts";

/**
 * How long one attempt may go without an answer's head, in milliseconds: an SDK by itself waits for ever. One silence is
 * made good by the next attempt within a request's 29 seconds; of more than that `functions/api/in-time.ts` tells.
 */
const PATIENCE = {
  // Every answer comes from memory, all but.
  dynamodb: 4_000,
  // It has to have a whole part of an upload first.
  s3: 12_000,
};

/** Without `throwOnRequestTimeout` the SDK only writes that time is up into the log, and waits on. */
function impatient(requestTimeout: number) {
  return { connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true };
}

/** Endpoints, region and credentials come from the names that the SDK itself reads (`AWS_ENDPOINT_URL_S3`, …). */
function s3Options(env: Environment) {
  return { forcePathStyle: flag(env, ENV.forcePathStyle), requestHandler: impatient(PATIENCE.s3) };
}

export function createS3(env: Environment): S3Client {
  return retryClockRefusals(counted("s3", new S3Client(s3Options(env))));
}

/** For presigning only: otherwise a URL would carry the checksum of the empty body that was there when it was signed. */
export function createPresigningS3(env: Environment): S3Client {
  return new S3Client({ ...s3Options(env), requestChecksumCalculation: "WHEN_REQUIRED" });
}

export function createDynamo(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    retryClockRefusals(counted("dynamodb", new DynamoDBClient({ requestHandler: impatient(PATIENCE.dynamodb) }))),
    {
      marshallOptions: { removeUndefinedValues: true },
    },
  );
}

/** Counts what goes over the wire for the call in hand, so that its log line says it. */
function counted<Client extends S3Client | DynamoDBClient>(engine: string, client: Client): Client {
  const { middlewareStack } = client as S3Client;
  middlewareStack.add(
    (next) => (args) => {
      countEngineRequest(engine);
      return next(args);
    },
    // Behind the retries: each attempt is one.
    { step: "finalizeRequest", name: "countEngineRequests", priority: "low" },
  );
  return client;
}

/**
 * A `Date` is cut to the second and the answer that carries it takes its way, so that two right clocks are a second
 * apart every other time, and on a busy machine more. Signatures are refused beyond five minutes.
 */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * How far the engine's clock is ahead of this machine's, by the `Date` of its last answer; 0 where they are less than
 * five minutes apart. The SDK keeps it to sign by the right time, and tells it in its configuration alone.
 */
export function clockErrorMs({ config }: DynamoDBDocumentClient): number {
  return toClockError(config.systemClockOffset);
}

/** What of a difference between two clocks is an error of one of them. */
export function toClockError(differenceMs: number): number {
  return Math.abs(differenceMs) < CLOCK_TOLERANCE_MS ? 0 : differenceMs;
}

/** What bucket and table are reached by. */
export interface StorageClients {
  s3: S3Client;
  presigningS3: S3Client;
  dynamo: DynamoDBDocumentClient;
}

export function createStorageClients(env: Environment): StorageClients {
  return { s3: createS3(env), presigningS3: createPresigningS3(env), dynamo: createDynamo() };
}

/** No retries: the caller decides what a conversion that did not answer means. */
export function createLambda(): LambdaClient {
  return new LambdaClient({ maxAttempts: 1 });
}

export function createSqs(): SQSClient {
  return new SQSClient({ requestHandler: impatient(PATIENCE.dynamodb) });
}

/** Impatient: it is asked at the start of requests, and whoever asks has an answer of before to go on with. */
export function createSsm(): SSMClient {
  return new SSMClient({ maxAttempts: 2, requestHandler: { ...impatient(2000), connectionTimeout: 1000 } });
}
