/**
 * The whole topology on one machine. Everything that AWS would be stands behind an address of its own on loopback
 * and is spoken to by the real SDK; the functions run in processes of their own, each with the environment that its
 * permissions grant. Nothing here touches this process's environment, so several hosts fit into one process.
 */
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { type Environment, processEnvironment } from "../../shared/config.ts";
import { preparePage } from "../../functions/explorer/build/prepare-page.ts";
import type { FunctionName } from "../topology.ts";
import { HOST_RECORD, type HostRecord, openDataFolder } from "./data-folder.ts";
import { startEngines } from "./engines/engines.ts";
import { closeServer, LOOPBACK, listen } from "./http.ts";
import { functionEnvironment, hostEnvironment } from "./lambda/function-environment.ts";
import { createFunctions, type LocalFunctions } from "./lambda/functions.ts";
import { createLog, type Log } from "./log.ts";
import { createFrontDoor, type FrontDoor } from "./front-door.ts";
import { corsOriginsOf, names, toHostValues } from "./names.ts";
import { openRetentionFile } from "./parameters/retention-file.ts";
import { openQueue } from "./queue/open-queue.ts";
import { readOrCreateSecrets } from "./secrets.ts";
import { startServices } from "./services.ts";
import type { StartError } from "./start-error.ts";
import { createTokenIssuer, type TokenClaims } from "./token-issuer.ts";
import { functionOf, type LocalTopology, topologyOfStacks } from "./topology.ts";
import { startExpiredItems } from "./triggers/expired-items.ts";
import { isDirectUpload, type ObjectCreated, toObjectCreatedEvent } from "./triggers/object-created.ts";
import { startSchedule } from "./triggers/schedule.ts";

/** Where a host listens and keeps its data. */
export interface HostOptions {
  /** 0 takes any free port. */
  port: number;
  dataDirectory: string;
  /** Settings and other engines' addresses; they go before those of the process's own environment. */
  env?: Environment;
  /** Nothing on the terminal; the log file in the data folder has it all the same. */
  quiet?: boolean;
  /** False loads the heavy functions when they are first invoked, for a host that may never need them. */
  warmHeavy?: boolean;
  /** Puts something between the functions and the engines, to count what goes there say; answers its addresses. */
  reachEnginesBy?(engines: EngineAddresses): Promise<EngineAddresses>;
  /** For tests of the host itself: other functions, shorter times. */
  topology?: LocalTopology;
}

/** Where bucket and table are. */
export interface EngineAddresses {
  s3: string;
  dynamodb: string;
}

/** A running host. */
export interface Host {
  url: string;
  /** Invokes a function and answers its value; throws a `FunctionError` when it fails. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** A developer token, as `POST /dev/token` gives it. */
  issueToken(claims: TokenClaims): Promise<string>;
  /** Of the engines themselves. */
  endpoints: EngineAddresses;
  /** What a client in this process needs to reach bucket, table, queue and functions. */
  env: Record<string, string>;
  dataDirectory: string;
  /** Removes what is past its `ttl` now, as the host does once a minute. */
  removeExpiredItems(): Promise<void>;
  /** Process ids, for tests that take one away. */
  pids: { dynamodb(): number | undefined; workers(name: FunctionName): number[] };
  /** Resolves when the host cannot go on, with the sentence to print; the caller then closes it. */
  failure: Promise<StartError>;
  close(): Promise<void>;
}

/** Starts everything and resolves when requests are answered; throws a `StartError` with nothing left running. */
export async function startHost(options: HostOptions): Promise<Host> {
  const stack = new AsyncDisposableStack();
  try {
    const host = await start(options, stack);
    return { ...host, close: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** What is stopped when the host closes goes on `stack`; it closes in reverse order. */
async function start(options: HostOptions, stack: AsyncDisposableStack): Promise<Omit<Host, "close">> {
  const topology = options.topology ?? topologyOfStacks;
  const env = { ...processEnvironment(), ...options.env };
  const region = env.AWS_REGION || "us-east-1";
  const folder = openDataFolder(options.dataDirectory);
  stack.defer(() => folder.release());
  const log = createLog(folder.at("logs", "host.log"), options.quiet ?? false);
  const { promise: failure, resolve: onFailure } = Promise.withResolvers<StartError>();

  const door = await openFrontDoor(options.port, log, stack);
  const secrets = await readOrCreateSecrets(folder);
  const issuer = await createTokenIssuer(door.url, secrets.signingKey);
  const database = new DatabaseSync(folder.at("host.sqlite"));
  database.exec("pragma journal_mode = wal");
  stack.defer(() => database.close());

  let onObjectCreated = (_created: ObjectCreated): void => {};
  const { bucket, table } = names(env);
  const corsOrigins = corsOriginsOf(env);
  const toEngines = { corsOrigins, folder, secrets, env, region, bucket, table, log, onFailure };
  const page = preparePage();
  page.catch(() => {}); // reported where it is awaited
  const engines = await startEngines({ ...toEngines, onObjectCreated: (created) => onObjectCreated(created) }, stack);
  const services = await startServices(engines.accessKeyId, log);
  stack.defer(() => closeServer(services.server));

  const reached = await options.reachEnginesBy?.({ s3: engines.s3, dynamodb: engines.dynamodb });
  const values = toHostValues({
    ...{ env, region, engines: { ...engines, ...reached }, services: services.url, issuer: door.url },
    pageFolder: await page,
  });
  const functions = createFunctions({
    topology: topology.functions,
    environmentOf: (name) => functionEnvironment(name, topology.functions[name], values),
    temporaryDirectory: folder.at("tmp"),
    logDirectory: folder.at("logs"),
    retryAfterSeconds: topology.asynchronousInvoke.retryAfterSeconds,
    log,
  });
  stack.defer(() => functions.close());

  const consumer = functionOf(topology, "queue");
  const queue = openQueue({
    ...{ database, region, log, ...topology.queue, url: values.queueUrl },
    consume: (event) => functions.invoke(consumer, event),
  });
  stack.defer(() => queue.close());
  onObjectCreated = (created) => {
    if (isDirectUpload(created)) queue.send(JSON.stringify(toObjectCreatedEvent(created, region)));
  };
  const parameters = { file: openRetentionFile(folder, values.retentionParameter), region };
  services.attach({ functions, queue: queue.endpoint, parameters });

  const expiredItems = startExpiredItems({
    ...{ dynamodb: engines.dynamodbClient, tableName: table, region, database, log },
    consume: (event) => functions.invoke(functionOf(topology, "table_stream"), event),
  });
  stack.defer(() => expiredItems.close());
  stack.defer(startSchedule({ topology: topology.functions, region, invoke: functions.invoke }));

  door.open({ issuer, functions, topology, region, corsOrigins, log });
  const { accessKeyId, secretAccessKey } = engines;
  const credentials = { accessKeyId, secretAccessKey };
  const record: HostRecord = { pid: process.pid, url: door.url, services: services.url, credentials };
  folder.writeJson(HOST_RECORD, record);
  warmUp(functions, topology, options.warmHeavy ?? true);
  return {
    url: door.url,
    invoke: functions.invoke,
    issueToken: issuer.issue,
    endpoints: { s3: engines.s3, dynamodb: engines.dynamodb },
    env: hostEnvironment(values),
    dataDirectory: folder.path,
    removeExpiredItems: () => expiredItems.run(),
    pids: { dynamodb: engines.dynamodbPid, workers: functions.pids },
    failure,
  };
}

/** Listens first: a port that is taken is the commonest reason not to start, and tokens carry the address. */
async function openFrontDoor(
  port: number,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<FrontDoor & { url: string }> {
  const door = createFrontDoor(log);
  // API Gateway refuses above 10,240 bytes; the server has to let more in to be able to say so, and not just hang up.
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, door.listener);
  const actualPort = await listen(server, port);
  stack.defer(() => closeServer(server));
  return { ...door, url: `http://${LOOPBACK}:${actualPort}` };
}

/** Loads code ahead of the first request: what answers requests first, the heavy functions when that is done. */
function warmUp(functions: LocalFunctions, topology: LocalTopology, warmHeavy: boolean): void {
  const first = [functionOf(topology, "http"), functionOf(topology, "authorizer")];
  const heavy = (Object.keys(topology.functions) as FunctionName[]).filter((name) => topology.functions[name].isolated);
  // What cannot be loaded says so when it is invoked.
  void functions.warm(first).then(() => functions.warm(warmHeavy ? heavy : []));
}
