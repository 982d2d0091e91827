import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ENV } from "../shared/config.ts";
import { ConversionQueue } from "./constructs/conversion-queue.ts";
import { CubbyFunction } from "./constructs/cubby-function.ts";
import type { DeadLetterQueue } from "./constructs/dead-letter-queue.ts";
import { type Grantable, grants } from "./constructs/grants.ts";
import { HttpEntrance } from "./constructs/http-entrance.ts";
import { PurgeStream } from "./constructs/purge-stream.ts";
import { SweepSchedule } from "./constructs/sweep-schedule.ts";
import { WaitingInvocations } from "./constructs/waiting-invocations.ts";
import type { DataStack } from "./data-stack.ts";
import { Operations } from "./operations/operations.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { type FunctionName, functions, type Trigger } from "./topology.ts";

export interface ServiceStackProps extends StackProps {
  readonly stage: Stage;
  readonly data: DataStack;
}

type Functions = Record<FunctionName, CubbyFunction>;

/** Everything that can be thrown away and deployed again: the API, the functions and what starts them. */
export class ServiceStack extends Stack {
  readonly functions: Functions;
  readonly #stage: Stage;
  readonly #data: DataStack;
  readonly #dead: DeadLetterQueue[] = [];

  constructor(scope: Construct, id: string, { stage, data, ...props }: ServiceStackProps) {
    super(scope, id, {
      description: `Cubby ${stage.name}: API, functions and triggers`,
      // Made again it has another address, which clients do not know.
      terminationProtection: stage.options.data.deletionProtection,
      ...props,
    });
    this.#stage = stage;
    this.#data = data;
    const bucket = data.bucket.bucket;
    const conversions = new ConversionQueue(this, "Conversions", { stage, bucket });
    this.#dead.push(conversions.dead);
    this.functions = this.#addFunctions();
    const { convert, query, archive } = this.functions;
    const retention = data.retention.parameter;
    const { queue } = conversions;
    const grantable: Grantable = { bucket, table: data.table, retention, queue, convert, query, archive };
    for (const fn of Object.values(this.functions)) {
      for (const permission of fn.topology.permissions) grants[permission](fn, grantable);
      this.#addSettings(fn);
      for (const trigger of fn.topology.triggers) this.#addTrigger(fn, trigger, conversions);
    }
    const entrance = new HttpEntrance(this, "Http", { stage, ...onlyHttp(this.functions) });
    new Operations(this, "Operations", {
      stage,
      functions: this.functions,
      apiId: entrance.apiId,
      table: data.table,
      bucket,
      conversions: queue,
      dead: this.#dead,
    });
    new CfnOutput(this, "ApiUrl", { value: entrance.url, description: "Where clients and the explorer find Cubby" });
    if (entrance.domainTarget !== undefined) {
      new CfnOutput(this, "DomainTarget", {
        value: entrance.domainTarget,
        description: "Point the stage's own address here, by CNAME or alias",
      });
    }
    new CfnOutput(this, "ConversionQueueUrl", {
      value: conversions.queue.queueUrl,
      description: "Waiting conversions",
    });
  }

  #addFunctions(): Functions {
    const names = Object.keys(functions) as FunctionName[];
    const add = (name: FunctionName) => new CubbyFunction(this, capitalized(name), { stage: this.#stage, name });
    return Object.fromEntries(names.map((name) => [name, add(name)])) as Functions;
  }

  /** The rest of the environment: what a function has to know to do what its permissions allow. */
  #addSettings(fn: CubbyFunction): void {
    const { triggers, permissions } = fn.topology;
    const settings = {
      ...(permissions.includes("table_read_write") && limitSettings(this.#stage.options)),
      ...(triggers.some(({ kind }) => kind === "http" || kind === "authorizer") && this.#tokenSettings()),
      ...(triggers.some(({ kind }) => kind === "page") && this.#pageSettings()),
      ...(triggers.some(({ kind }) => kind === "http" || kind === "page") && {
        [ENV.guestsAllowed]: String(this.#stage.options.identity.guestsAllowed),
      }),
    };
    for (const [name, value] of Object.entries(settings)) fn.function.addEnvironment(name, value);
  }

  /** What the page is told: where the files go, and where people sign in. */
  #pageSettings(): Record<string, string> {
    const { issuer, webClient } = this.#data.tokenIssuer;
    return {
      [ENV.storageOrigin]: `https://${this.#data.bucket.bucket.bucketRegionalDomainName}`,
      ...(webClient !== undefined && {
        [ENV.oidcIssuer]: issuer,
        [ENV.oidcClientId]: webClient.clientId,
        [ENV.oidcScope]: webClient.scope,
      }),
    };
  }

  #tokenSettings(): Record<string, string> {
    const { issuer, audience, services } = this.#data.tokenIssuer;
    const namespaces = services.map(({ clientId, userPrefix }) => [clientId, userPrefix]);
    return {
      [ENV.oidcIssuer]: issuer,
      [ENV.oidcAudience]: audience,
      [ENV.serviceNamespaces]: this.toJsonString(Object.fromEntries(namespaces)),
    };
  }

  #addTrigger(target: CubbyFunction, trigger: Trigger, conversions: ConversionQueue): void {
    const stage = this.#stage;
    switch (trigger.kind) {
      case "queue":
        conversions.feed(target);
        break;
      case "schedule": {
        const { everyMinutes } = trigger;
        this.#dead.push(new SweepSchedule(this, "SweepSchedule", { stage, target, everyMinutes }).dead);
        break;
      }
      case "table_stream":
        this.#dead.push(new PurgeStream(this, "PurgeStream", { stage, table: this.#data.table, target }).dead);
        break;
      case "invoke_later":
        this.#dead.push(new WaitingInvocations(this, "Archives", { stage, target }).dead);
        break;
      case "http": // all belong to the one HttpEntrance
      case "authorizer":
      case "page":
      case "invoke": // by permission only
    }
  }
}

/** The functions behind the HTTP API, found by their triggers. */
function onlyHttp(all: Functions): { api: CubbyFunction; authorizer: CubbyFunction; page: CubbyFunction } {
  const find = (kind: Trigger["kind"]) => {
    const found = Object.values(all).find((fn) => fn.topology.triggers.some((trigger) => trigger.kind === kind));
    if (found === undefined)
      throw new Error(`Cannot make the HTTP API: no function of the topology has the trigger "${kind}"`);
    return found;
  };
  return { api: find("http"), authorizer: find("authorizer"), page: find("page") };
}

/** Only what the stage sets; the defaults stay where they are written, in `shared/`. */
function limitSettings({ limits }: StageOptions): Record<string, string> {
  const names = {
    [ENV.sessionTimeoutHours]: limits.sessionTimeoutHours,
    [ENV.maxAgeHours]: limits.maxAgeHours,
    [ENV.maxSessions]: limits.maxSessions,
    [ENV.maxLiveSessions]: limits.maxLiveSessions,
    [ENV.cacheMaxAgeHours]: limits.cacheMaxAgeHours,
    [ENV.maxFileSizeMb]: limits.maxFileSizeMb,
    [ENV.maxSessionSizeMb]: limits.maxSessionSizeMb,
    [ENV.maxSessionFiles]: limits.maxSessionFiles,
    [ENV.maxUserSizeMb]: limits.maxUserSizeMb,
  };
  const set = Object.entries(names).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
