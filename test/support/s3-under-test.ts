import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client, type S3ClientConfig, S3ServiceException } from "@aws-sdk/client-s3";
import { startS3Server } from "../../cdk/local/s3/server.ts";

/** The S3 that the tests speak to: ours, or any other that `CUBBY_TEST_S3_ENDPOINT` names. */
export interface S3UnderTest {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  readonly client: S3Client;
  /** A further client with other settings. */
  createClient(settings?: S3ClientConfig): S3Client;
  /** A new bucket, so that test files never meet. */
  createBucket(): Promise<string>;
  close(): Promise<void>;
}

const region = "us-east-1";

export async function startS3UnderTest(env: NodeJS.ProcessEnv = process.env): Promise<S3UnderTest> {
  const credentials = {
    accessKeyId: env.CUBBY_TEST_S3_ACCESS_KEY ?? "test-access-key",
    secretAccessKey: env.CUBBY_TEST_S3_SECRET_KEY ?? "test/secret+key",
  };
  const { endpoint, stop } =
    env.CUBBY_TEST_S3_ENDPOINT === undefined
      ? await startOurs(credentials)
      : { endpoint: env.CUBBY_TEST_S3_ENDPOINT, stop: async () => undefined };
  const clients: S3Client[] = [];
  const createClient = (settings: S3ClientConfig = {}) => {
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1, ...settings });
    clients.push(client);
    return client;
  };
  const client = createClient();
  return {
    endpoint,
    credentials,
    region,
    client,
    createClient,
    createBucket: async () => {
      const name = `cubby-test-${randomBytes(6).toString("hex")}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    close: async () => {
      for (const each of clients) each.destroy();
      await stop();
    },
  };
}

async function startOurs(credentials: S3UnderTest["credentials"]) {
  const dataDirectory = await mkdtemp(join(tmpdir(), "cubby-s3-"));
  const server = await startS3Server({ dataDirectory, port: 0, region, ...credentials });
  const stop = async () => {
    await server.close();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  return { endpoint: server.url, stop };
}

/**
 * True when the tests run against that engine, as `CUBBY_TEST_S3_ENGINE` says. Only for what S3 documents and that
 * engine is known to do otherwise: such a test is skipped there, and says why.
 */
export function isEngine(name: "versitygw", env: NodeJS.ProcessEnv = process.env): boolean {
  return env.CUBBY_TEST_S3_ENGINE === name;
}

/** How S3 refused: its code and its status; fails when it did not. */
export async function refusal(request: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await request;
  } catch (error) {
    if (error instanceof S3ServiceException) return { code: error.name, status: error.$metadata.httpStatusCode };
    throw error;
  }
  throw new Error("Expected a refusal, but the request was accepted");
}

/** The same for an answer of `fetch`. */
export async function fetchedRefusal(response: Response): Promise<{ code: string | undefined; status: number }> {
  const code = /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1];
  return { code, status: response.status };
}
