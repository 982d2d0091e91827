/**
 * A stage on one machine with its alarms: the real host, its functions and engines, faults on the wire between them, and
 * a clock of periods. A period is what happened between two looks; what its metrics are said to last is up to whoever asks,
 * so that an hour takes no hour. The only sources are what a person would have: metrics, and the alarms of the template.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ENV } from "../../shared/config.ts";
import { functions } from "../../cdk/topology.ts";
import { type Host, type HostOptions, startHost } from "../../cdk/local/host.ts";
import { type LocalTopology, topologyOfStacks } from "../../cdk/local/topology.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { type BreakingProxy, startBreakingProxy } from "../support/breaking-proxy.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually, makeDataDirectory } from "../support/local-host.ts";
import { type OidcIssuer, startOidcIssuer } from "../support/oidc-issuer.ts";
import { samplesOfLine } from "./emf-lines.ts";
import { orderFile } from "./functions/order.ts";
import { MetricBook } from "./metric-book.ts";
import {
  givenUp,
  HostDatabase,
  type Letters,
  nothingSeen,
  platformSamples,
  refusedStart,
  type Seen,
} from "./platform.ts";
import type { WatchedTemplate } from "./template.ts";

/** A byte of this bucket stands for a kilobyte: nobody writes gigabytes for a test. */
const BYTES_IN_MINIATURE = 1024;
const DAY_MINUTES = 24 * 60;

/** What a period holds unless it is said otherwise. */
export interface PeriodOptions {
  /** How long it lasts by the clock of metrics. */
  minutes?: number;
  /** In miniature: how many requests each request of it stands for; one by itself. */
  requestsEach?: number;
  /** What callers do in it. */
  traffic?: () => Promise<unknown>;
}

interface CallerOptions {
  /** Where his answers are told, instead of being the gateway's of this period. */
  answers?: Seen["answers"];
  /** What his token is good for; a person's own sessions by itself. */
  scope?: string;
}

export class Stage {
  readonly host: Host;
  readonly s3: BreakingProxy;
  readonly dynamodb: BreakingProxy;
  readonly issuer: OidcIssuer;
  readonly database: HostDatabase;
  readonly view: ReturnType<typeof viewEngines>;
  readonly book = new MetricBook();
  /** Whether the schedule is on. */
  isSwept = true;
  /** Dead sweeps that a person took out of their queue, and other such letters. */
  readonly emptied = { sweep: 0, purge: 0, archives: 0 };
  seen: Seen;
  readonly #template: WatchedTemplate;
  readonly #sign: (sub: string, scope?: string) => Promise<string>;
  readonly #offsets = new Map<string, number>();
  #failedSweeps = 0;
  #now = 0;

  constructor(parts: {
    host: Host;
    template: WatchedTemplate;
    s3: BreakingProxy;
    dynamodb: BreakingProxy;
    issuer: OidcIssuer;
    sign: (sub: string, scope?: string) => Promise<string>;
    seen: Seen;
  }) {
    this.host = parts.host;
    this.s3 = parts.s3;
    this.dynamodb = parts.dynamodb;
    this.issuer = parts.issuer;
    this.seen = parts.seen;
    this.#template = parts.template;
    this.#sign = parts.sign;
    this.database = new HostDatabase(parts.host.dataDirectory);
    this.view = viewEngines(parts.host);
  }

  /** A caller of the API, whose answers are counted as the gateway counts them. Nothing is tried again. */
  async callerOf(sub: string, { answers, scope }: CallerOptions = {}): Promise<Client> {
    const token = await this.#sign(sub, scope);
    const counted = async (url: string, init: RequestInit) => {
      const started = performance.now();
      const answer = await fetch(url, init);
      const isOurs = url.startsWith(this.host.url);
      if (isOurs)
        (answers ?? this.seen.answers).push({ status: answer.status, milliseconds: performance.now() - started });
      return answer;
    };
    return createClient({ baseUrl: this.host.url, token, automaticKeys: false, maxRetries: 0, fetch: counted });
  }

  /** Lets a period go by and answers which alarms ring at its end. */
  async period({ minutes = 5, requestsEach = 1, traffic }: PeriodOptions = {}): Promise<string[]> {
    await traffic?.();
    this.seen.requestsEach = requestsEach;
    if (this.isSwept) await this.#sweep();
    if (this.seen.streamIsRead) await this.host.removeExpiredItems();
    this.#now += minutes * 60;
    await this.#write(minutes);
    const ringing = this.#template.alarms.filter((alarm) => alarm.rings(this.book, this.#now));
    return ringing.map(({ subject }) => subject).sort();
  }

  /** Puts a function out of order, or in order again without a word. */
  disorder(functionName: "convert" | "query" | "sweep", what?: string): void {
    const file = orderFile(this.host.dataDirectory, functionName);
    if (what === undefined) rmSync(file, { force: true });
    else writeFileSync(file, what);
  }

  /** As the runbook says it: mend the cause, then empty the queue. */
  emptyDeadLetters(): void {
    this.emptied.sweep = this.#failedSweeps;
    Object.assign(this.emptied, givenUp(this.host.dataDirectory));
  }

  /** Ends a function's processes; the next call starts one anew. */
  async restart(...names: ("api" | "authorizer")[]): Promise<void> {
    for (const name of names) {
      for (const pid of this.host.pids.workers(name)) process.kill(pid, "SIGKILL");
      await eventually(() => this.host.pids.workers(name).length === 0 || undefined);
    }
  }

  /** What lies in dead-letter queues beside that of the conversions. */
  letters(): Letters {
    const dead = givenUp(this.host.dataDirectory);
    return {
      sweep: this.#failedSweeps - this.emptied.sweep,
      purge: dead.purge - this.emptied.purge,
      archives: dead.archives - this.emptied.archives,
    };
  }

  /** As "Start DLQ redrive" does: each message goes back to its queue as a new one. */
  async redrive(): Promise<void> {
    const { env } = this.host;
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" };
    const endpoint = env.AWS_ENDPOINT_URL_SQS ?? "";
    const sqs = new SQSClient({ endpoint, credentials, region: env.AWS_REGION ?? "" });
    const QueueUrl = env[ENV.conversionQueueUrl] ?? "";
    for (const MessageBody of this.database.takeDead())
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  /** The event for `purge` that the runbook tells to send, with this session's id. */
  removalEvent(sessionId: string): unknown {
    const kept = readFileSync(new URL("../../functions/purge/events/removed-by-hand.json", import.meta.url), "utf8");
    return JSON.parse(kept.replaceAll(/session_\d{8}_\d{6}_\w{16}/g, sessionId));
  }

  async #sweep(): Promise<void> {
    try {
      await this.host.invoke("sweep", { source: "aws.scheduler" });
    } catch {
      this.#failedSweeps++;
    }
  }

  async #write(minutes: number): Promise<void> {
    for (const line of this.#newLines()) {
      for (const sample of [...samplesOfLine(line), refusedStart(line) ?? []].flat()) this.book.add(sample, this.#now);
    }
    const { seen, database } = this;
    for (const sample of platformSamples(this.#template.names, { seen, letters: this.letters(), database })) {
      this.book.add(sample, this.#now);
    }
    if (minutes >= DAY_MINUTES) await this.#measureBucket();
    this.seen = { ...nothingSeen(), streamIsRead: seen.streamIsRead };
  }

  /** S3 measures a bucket once a day. */
  async #measureBucket(): Promise<void> {
    let bytes = 0;
    for await (const { sizeBytes } of this.view.bucket.list("")) bytes += sizeBytes;
    const dimensions = { BucketName: this.#template.names.bucket, StorageType: "StandardStorage" };
    const sample = { namespace: "AWS/S3", name: "BucketSizeBytes", dimensions };
    this.book.add({ ...sample, value: bytes * BYTES_IN_MINIATURE }, this.#now);
  }

  /** What all functions logged since the last look. */
  *#newLines(): Generator<string> {
    const folder = join(this.host.dataDirectory, "logs");
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), "utf8");
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      yield* whole.slice(this.#offsets.get(name) ?? 0).split("\n");
      this.#offsets.set(name, whole.length);
    }
  }
}

/** Seconds after which a failed message comes back, and an archive is tried again. */
const RETRY = { visibilitySeconds: 3, archiveSeconds: [0.1, 0.2] };

/** The stacks' own topology; the schedule is the test's, three functions can be put out of order, and retries are soon. */
const topology: LocalTopology = {
  ...topologyOfStacks,
  functions: {
    ...functions,
    convert: { ...functions.convert, entry: "test/breakdowns/functions/convert.ts" },
    query: { ...functions.query, entry: "test/breakdowns/functions/query.ts" },
    sweep: { ...functions.sweep, entry: "test/breakdowns/functions/sweep.ts", triggers: [] },
  },
  queue: { ...topologyOfStacks.queue, visibilityTimeoutSeconds: RETRY.visibilitySeconds },
  asynchronousInvoke: { retryAfterSeconds: RETRY.archiveSeconds },
};

/** Starts the stage; what is stopped with it goes on `stack`. */
export async function startStage(template: WatchedTemplate, stack: AsyncDisposableStack): Promise<Stage> {
  const dataDirectory = await makeDataDirectory();
  stack.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const issuer = await startOidcIssuer();
  stack.defer(() => issuer.close());
  const key = await issuer.addKey("RS256");
  const proxies: { s3?: BreakingProxy; dynamodb?: BreakingProxy; stage?: Stage } = {};

  const reachEnginesBy: HostOptions["reachEnginesBy"] = async (engines) => {
    proxies.s3 = await startBreakingProxy(engines.s3, () => {});
    proxies.dynamodb = await startBreakingProxy(engines.dynamodb, ({ operation }, broken) => {
      const seen = proxies.stage?.seen;
      if (seen === undefined || /^(Get|Query|BatchGet|Describe)/.test(operation)) return;
      if (broken) seen.refused++;
      else seen.writes++;
    });
    for (const proxy of [proxies.s3, proxies.dynamodb]) stack.defer(() => proxy.close());
    return { s3: proxies.s3.url, dynamodb: proxies.dynamodb.url };
  };
  const env = { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: "cubby", MAX_SESSIONS: "1000" };
  const options = { port: 0, quiet: true, warmHeavy: false, env, topology, reachEnginesBy };
  const host = await startHost({ ...options, dataDirectory });
  stack.defer(() => host.close());
  const { s3, dynamodb } = proxies;
  if (s3 === undefined || dynamodb === undefined) throw new Error("Cannot start: the host asked for no engines");
  const sign = (sub: string, scope = "cubby/sessions") =>
    issuer.sign(key, { sub, scope, exp: Date.now() / 1000 + 3600 });
  const stage = new Stage({ host, template, s3, dynamodb, issuer, sign, seen: nothingSeen() });
  stack.defer(() => stage.database.close());
  proxies.stage = stage;
  return stage;
}
