/**
 * What may differ between `dev` and `prod`, and nothing else. The values stand in cdk.json's context, one object per
 * stage; a wrong or unknown option stops the synth and is named. Choose a stage with `-c stage=prod`.
 */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Node } from "constructs";
import * as z from "zod";
import { assertPrefixes } from "../shared/identity/namespaces.ts";
import { isPrincipalId } from "../shared/identity/principal.ts";

const retentionDays = Object.values(RetentionDays).filter((value) => typeof value === "number");
const httpsUrl = z.url({ protocol: /^https$/ });
const browserUrl = z.url({ protocol: /^https?$/ });
const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be an origin such as "https://app.example.com", without a path, or "*"');

/** `myapp://callback` or an https link that opens the app; nothing that a browser would run or send unencrypted. */
const appUrl = z
  .string()
  .regex(
    /^(?!(https?|javascript|data|file|blob):)[a-z][a-z0-9+.-]*:\/\/\S+$|^https:\/\/\S+$/,
    "must be a link of an app",
  );

const service = z.strictObject({
  /** Name of its client in the user pool. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "must be up to 32 lower-case letters, digits, hyphens"),
  /** What the ids of its users begin with, `telegram_` say; no other service's and no person's do. */
  userPrefix: z.string(),
  /** Its id at an identity provider of one's own; in the user pool CloudFormation gives it one. */
  clientId: z.string().refine(isPrincipalId, "must be a client id").optional(),
});

/** Who may call, and as whom. */
const identity = z
  .strictObject({
    /** Your own identity provider. Without it the data stack makes a Cognito user pool. */
    oidc: z
      .strictObject({
        issuer: httpsUrl,
        audience: z.string().min(1),
        /** A public client (code with PKCE) whose redirect is the API's address: with it the web page signs people in. */
        webClient: z.strictObject({ clientId: z.string().min(1), scope: z.string().min(1) }).optional(),
      })
      .optional(),
    /** Where the user pool may send a browser back to after sign-in. */
    callbackUrls: z.array(browserUrl),
    /** Where it may send a phone back to: a link of the app's own. */
    mobileCallbackUrls: z.array(appUrl),
    /** Programs that act for users of their own: each becomes a client of the user pool, with a secret. */
    services: z.array(service),
    /** Whether the user pool has a client with a secret for operators' scripts; people join the group `operators`. */
    operatorClient: z.boolean(),
    /** Whether a caller without a token may make a session of its own. */
    guestsAllowed: z.boolean(),
  })
  .check(({ value: { services, oidc }, issues }) => {
    const complain = (path: (string | number)[], message: string) =>
      issues.push({ code: "custom", input: services, path: ["services", ...path], message });
    for (const [index, { clientId }] of services.entries()) {
      if (oidc !== undefined && clientId === undefined) complain([index, "clientId"], "is needed with identity.oidc");
      if (oidc === undefined && clientId !== undefined) complain([index, "clientId"], "is only for identity.oidc");
    }
    if (new Set(services.map(({ name }) => name)).size < services.length) complain([], "two have the same name");
    const ids = services.flatMap(({ clientId }) => clientId ?? []);
    if (new Set(ids).size < ids.length) complain([], "two have the same clientId");
    try {
      assertPrefixes(services.map(({ userPrefix }) => userPrefix));
    } catch (error) {
      complain([], error instanceof Error ? error.message : String(error));
    }
  });

const stageOptions = z.strictObject({
  data: z.strictObject({
    /** What becomes of bucket, table and user pool when their stack is deleted, or a change would replace them. */
    removal: z.enum(["retain", "destroy"]),
    /** 35 days of continuous backup of the table. */
    pointInTimeRecovery: z.boolean(),
    /** The stack, the table and the user pool refuse to be deleted until this is switched off. */
    deletionProtection: z.boolean(),
    /** Age at which the bucket's access logs go. They hold file names: by default they live as long as a tombstone. */
    accessLogDays: z.int().min(1).max(3650),
  }),
  http: z.strictObject({
    /** Origins whose pages may call the API, and the bucket through presigned URLs. */
    corsOrigins: z.array(origin),
    /** Steady rate at which the gateway starts to answer 429, over all callers. */
    requestsPerSecond: z.int().min(1).max(10_000),
    burst: z.int().min(1).max(5_000),
  }),
  identity,
  /** Rules of the service; what is left out has the default of `shared/`. The retention document goes before them. */
  limits: z.strictObject({
    sessionTimeoutHours: z.number().positive().optional(),
    maxAgeHours: z.number().positive().optional(),
    maxSessions: z.int().positive().optional(),
    maxLiveSessions: z.int().positive().optional(),
    cacheMaxAgeHours: z.number().positive().optional(),
    maxFileSizeMb: z.int().min(1).max(5_120).optional(),
    maxSessionSizeMb: z.int().min(1).optional(),
    maxSessionFiles: z.int().min(1).max(100_000).optional(),
    maxUserSizeMb: z.int().min(1).optional(),
  }),
  conversions: z.strictObject({
    /** Sessions converted at the same time from the queue. 2 is the least that Lambda takes. */
    maxConcurrency: z.int().min(2).max(1_000),
  }),
  logs: z.strictObject({
    retentionDays: z.literal(retentionDays),
    /** The least that is written. */
    level: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]),
    /** Of calls, how many write everything nevertheless: 0.01 is one in a hundred. */
    sampleRate: z.number().min(0).max(1),
  }),
  alarms: z.strictObject({
    /** Who is told. Each address gets a mail from AWS to confirm. */
    emails: z.array(z.email()),
    /** What the stage may cost before its alarm rings: requests, functions, table and bytes, in US dollars a day. */
    dollarsPerDay: z.number().positive(),
  }),
});

/** The options of one stage, checked. */
export type StageOptions = z.infer<typeof stageOptions>;

/** A stage: its name, which every resource's name carries, and its options. */
export interface Stage {
  readonly name: string;
  readonly options: StageOptions;
}

/** Checks one stage's options; throws an error that names every wrong one. */
export function parseStage(name: string, value: unknown): Stage {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(name)) {
    throw new Error(`Cannot use stage "${name}": a stage's name is up to 16 lower-case letters, digits and hyphens`);
  }
  if (value === undefined) throw new Error(`Cannot use stage "${name}": cdk.json has no options under that name`);
  const result = stageOptions.safeParse(value);
  if (result.success) return { name, options: result.data };
  throw new Error(`Cannot use stage "${name}" of cdk.json: ${result.error.issues.map(toSentence).join("; ")}`);
}

/** Reads the stage that `-c stage=…` chose, or cdk.json's own choice. */
export function readStage(node: Node): Stage {
  const name = String(node.tryGetContext("stage") ?? "dev");
  return parseStage(name, node.tryGetContext(name));
}

function toSentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${[...issue.path, key].join(".")} is not an option`).join("; ");
  }
  return `${issue.path.join(".")}: ${issue.message}`;
}
