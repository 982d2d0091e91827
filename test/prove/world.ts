/** One bucket, one table, one clock, and everything of Cubby that acts on them, in this process. */
import { mkdirSync } from "node:fs";
import { isDirectUpload, type ObjectCreated, toObjectCreatedEvent } from "../../cdk/local/triggers/object-created.ts";
import type { ApiDeps } from "../../functions/api/deps.ts";
import { type ConvertDeps, drain } from "../../functions/convert/drain.ts";
import { type Errand, parseMessage } from "../../functions/convert/queue-event.ts";
import { settleArrival } from "../../functions/convert/settle-arrival.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { clockErrorMs, createStorageClients, type StorageClients } from "../../shared/aws/clients.ts";
import type { Client } from "../../shared/client/index.ts";
import type { SweepOptions, SweepReport } from "../../shared/contract/sweep.ts";
import type { ConvertRequest } from "../../shared/contract/functions.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import type { Log } from "../../shared/log.ts";
import type { FunctionMetrics } from "../../shared/metrics.ts";
import { createStores, type Stores } from "../../shared/stores.ts";
import { attendUploads } from "../../shared/uploading/attend-uploads.ts";
import { appOn, clientOf, fetchOn } from "../support/host-app.ts";
import { createTestClock, type TestClock } from "../support/own-stores.ts";
import { isAfterDeath } from "./deaths/life.ts";
import { wipe } from "./wipe.ts";
import { lambdaInProcess, sqsInProcess } from "./in-process-functions.ts";

const CONVERT = "convert";
const SWEEP_MS = 240_000;

/** Cubby as one process runs it: with SDK clients of its own, so that it can be held up by itself. */
export interface Process {
  stores: Stores;
  clients: StorageClients;
  /** The typed client on this process's API, as this principal. */
  client(principal: Principal): Client;
  /** This process's API itself, called by this principal; by nobody, who shows a token himself, without one. */
  fetch(principal: Principal | undefined, own?: Partial<ApiDeps>): typeof fetch;
  /** What the conversion function does with one message. */
  perform(errand: Errand): Promise<unknown>;
  sweep(options?: SweepOptions): Promise<SweepReport | { skipped: string }>;
}

export interface World {
  env: Record<string, string>;
  clock: TestClock;
  main: Process;
  /** What functions log and count by: errors are kept, the rest is nobody's. */
  log: Log;
  metrics: FunctionMetrics;
  /** What conversions have for a /tmp. */
  temporaryDirectory: string;
  newProcess(clients?: StorageClients): Process;
  /** Messages that wait for their delivery, in its order: a queue may bring them twice, in another order, or late. */
  queue: string[];
  /** S3's event: waits in the queue like every other message. */
  arrive(created: ObjectCreated): void;
  /** Has the queue deliver what waits, and what that sends, until it is empty. */
  deliver(): Promise<void>;
  /** An empty world at this moment, as it was when it was made. */
  reset(): Promise<void>;
  /** What was logged as an error since the last call: nothing that happens here is expected to fail inside. */
  takeErrors(): string[];
}

/** Counters that nobody reads. */
const noMetrics: FunctionMetrics = { add() {}, addBy() {}, publish() {} };

export function createWorld(env: Record<string, string>, temporaryDirectory: string): World {
  mkdirSync(temporaryDirectory, { recursive: true });
  const clock = createTestClock();
  const queue: string[] = [];
  const errors: string[] = [];
  const note = (message: string, fields: Record<string, unknown> = {}) => {
    if (isAfterDeath()) return;
    const { error, ...rest } = fields;
    errors.push(`${message} ${JSON.stringify(rest)} ${error instanceof Error ? error.stack : String(error ?? "")}`);
  };
  const log: Log = { info() {}, warn() {}, error: note };

  function newProcess(clients = createStorageClients(env)): Process {
    const stores = createStores(env, clock, clients);
    const deps: ConvertDeps = { ...stores, log, metrics: noMetrics, temporaryDirectory };
    const convert = ({ session_id }: ConvertRequest) => drain(deps, session_id);
    const lambda = lambdaInProcess({ [CONVERT]: convert });
    const sqs = sqsInProcess((body) => queue.push(body));
    const own = { log, metrics: noMetrics, lambda, sqs, convertFunction: CONVERT };
    const app = appOn({ env }, stores, own);
    return {
      stores,
      clients,
      client: (principal) => clientOf(app, principal),
      fetch: (principal, more) => fetchOn({ env }, stores, principal, { ...own, ...more }),
      async perform({ sessionId, uploads, database, arrived }) {
        if (arrived !== undefined) await settleArrival(deps, arrived);
        if (uploads === true) await attendUploads(deps, sessionId);
        return drain(deps, sessionId, { database });
      },
      async sweep(options = {}) {
        const askToConvert = async (session_id: string, also = {}) => {
          queue.push(JSON.stringify({ session_id, ...also }));
        };
        const more = { log, askToConvert, clockErrorMs: () => clockErrorMs(clients.dynamo) };
        return (await sweep({ ...stores, ...more }, () => SWEEP_MS, options)) as SweepReport;
      },
    };
  }

  const main = newProcess();
  return {
    env,
    clock,
    main,
    log,
    metrics: noMetrics,
    temporaryDirectory,
    queue,
    newProcess,
    arrive(created) {
      if (isDirectUpload(created)) queue.push(JSON.stringify(toObjectCreatedEvent(created, "us-east-1")));
    },
    async deliver() {
      for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
        const errand = parseMessage(body);
        if (errand !== undefined) await main.perform(errand);
      }
    },
    async reset() {
      queue.length = 0;
      errors.length = 0;
      clock.set(new Date());
      await wipe(main.clients, env);
    },
    takeErrors: () => errors.splice(0),
  };
}
