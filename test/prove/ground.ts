/**
 * Where proofs take place: the embedded engines in this process, and on them worlds, each a bucket, a table and a clock
 * of its own. The API, the conversions and the sweep of a world are the real ones, run in this process so that they all
 * go by its clock; what Lambda and SQS would do between them is done by `in-process-functions.ts`.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder } from "../../cdk/local/data-folder.ts";
import type { EngineAddresses } from "../../cdk/local/host.ts";
import { startEngines } from "../../cdk/local/engines/engines.ts";
import { createBucket, createTable } from "../../cdk/local/engines/storage.ts";
import { readOrCreateSecrets } from "../../cdk/local/secrets.ts";
import type { ObjectCreated } from "../../cdk/local/triggers/object-created.ts";
import { createStorageClients } from "../../shared/aws/clients.ts";
import { ENV } from "../../shared/config.ts";
import { pointSdkAt } from "../support/own-stores.ts";
import { createWorld, type World } from "./world.ts";

const REGION = "us-east-1";
/** Few sessions per user, so that keep-N is met again and again. */
const SETTINGS = { [ENV.maxSessions]: "3", [ENV.serviceNamespaces]: '{"telegram-bot":"telegram_"}' };

/** Engines that worlds stand on. */
export interface Ground {
  /** A new bucket and table; `settings` are those of the stage. */
  newWorld(settings?: Record<string, string>): Promise<World>;
  close(): Promise<void>;
}

/**
 * Starts the engines on a data folder of their own. One ground per process: the SDK finds them in its environment, at the
 * addresses that `reachBy` answers.
 */
export async function startGround(
  reachBy: (engines: EngineAddresses) => EngineAddresses | Promise<EngineAddresses> = (engines) => engines,
): Promise<Ground> {
  const stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "cubby-prove-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const folder = openDataFolder(directory);
  stack.defer(() => folder.release());
  const secrets = await readOrCreateSecrets(folder);
  const worlds = new Map<string, World>();
  const log = (): void => {};
  const onObjectCreated = (created: ObjectCreated) => worlds.get(created.bucket)?.arrive(created);
  const onFailure = (error: Error) => {
    throw error;
  };
  const names = { bucket: "unused", table: "unused" };
  const toEngines = { folder, secrets, env: {}, region: REGION, corsOrigins: [], log, onFailure, onObjectCreated };
  const engines = await startEngines({ ...toEngines, ...names }, stack);
  const reached = await reachBy(engines);
  const reach = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: engines.accessKeyId,
    AWS_SECRET_ACCESS_KEY: engines.secretAccessKey,
    AWS_ENDPOINT_URL_S3: reached.s3,
    AWS_ENDPOINT_URL_DYNAMODB: reached.dynamodb,
    [ENV.forcePathStyle]: "true",
  };
  pointSdkAt({ env: reach });
  const shared = createStorageClients(reach);
  stack.defer(() => {
    for (const client of Object.values(shared)) client.destroy();
  });

  async function newWorld(settings: Record<string, string> = {}): Promise<World> {
    const name = `world-${randomUUID()}`;
    await createBucket(shared.s3, { bucket: name, corsOrigins: [], log });
    await createTable(engines.dynamodbClient, name);
    const env = { ...reach, ...SETTINGS, ...settings, [ENV.bucket]: name, [ENV.table]: name };
    const world = createWorld(env, folder.at("scratch"));
    worlds.set(name, world);
    return world;
  }
  return { newWorld, close: () => stack.disposeAsync() };
}
