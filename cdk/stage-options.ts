/**
 * Every option of a stage, with what it means: the schema checks cdk.json at synth, and the table in OPTIONS.md is made
 * of it (`test/cdk/options-document.test.ts`).
 */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod";
import { assertPrefixes } from "../shared/identity/namespaces.ts";
import { isPrincipalId } from "../shared/identity/principal.ts";
import { LONGEST_AGE_HOURS } from "../shared/lifetime.ts";

const retentionDays = Object.values(RetentionDays).filter((value) => typeof value === "number");
const httpsUrl = z.url({ protocol: /^https$/ });
const browserUrl = z.url({ protocol: /^https?$/ });
const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be an origin such as "https://app.example.com", without a path, or "*"');
const hostName = z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "must be a host name");

/** `myapp://callback` or an https link that opens the app; nothing that a browser would run or send unencrypted. */
const appUrl = z
  .string()
  .regex(
    /^(?!(https?|javascript|data|file|blob):)[a-z][a-z0-9+.-]*:\/\/\S+$|^https:\/\/\S+$/,
    "must be a link of an app",
  );

const data = z.strictObject({
  removal: z
    .enum(["retain", "destroy"])
    .describe(
      "What becomes of bucket, table and user pool when their stack is deleted, or a change would replace them",
    ),
  pointInTimeRecovery: z.boolean().describe("35 days of continuous backup of the table"),
  deletionProtection: z
    .boolean()
    .describe("The stacks, the table and the user pool refuse to be deleted until this is switched off"),
  accessLogDays: z
    .int()
    .min(1)
    .max(3650)
    .describe(
      "Age at which the bucket's access logs go. They hold file names: by default they live as long as a tombstone",
    ),
});

const domain = z
  .strictObject({
    name: hostName.describe("The stage's own address, `cubby.example.com`; its page may use the bucket like the API's"),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, "must be the ARN of an ACM certificate")
      .describe("Of a certificate for that name, in the stage's own region"),
    hostedZone: z
      .strictObject({
        id: z
          .string()
          .regex(/^Z[A-Z0-9]+$/, "must be a hosted zone's id")
          .describe("Of the zone in Route 53"),
        name: hostName.describe("The zone's name, `example.com`"),
      })
      .optional()
      .describe("Where the name is entered; without it point it at the stack's output `DomainTarget` yourself"),
  })
  .check(({ value: { name, hostedZone }, issues }) => {
    if (hostedZone === undefined || name === hostedZone.name || name.endsWith(`.${hostedZone.name}`)) return;
    issues.push({ code: "custom", input: name, path: ["name"], message: `does not lie in "${hostedZone.name}"` });
  });

const http = z.strictObject({
  domain: domain.optional().describe("An address of your own. Without it the API has the one that AWS gives it"),
  corsOrigins: z.array(origin).describe("Origins whose pages may call the API, and the bucket through presigned URLs"),
  requestsPerSecond: z
    .int()
    .min(1)
    .max(10_000)
    .describe("Steady rate at which the gateway starts to answer 429, over all callers"),
  burst: z.int().min(1).max(5_000).describe("Requests that may come at once beyond that rate"),
});

const oidc = z.strictObject({
  issuer: httpsUrl.describe("Address of your identity provider, which has a discovery document there"),
  audience: z.string().min(1).describe("What its access tokens name as audience, or as client where they name none"),
  webClient: z
    .strictObject({
      clientId: z.string().min(1).describe("Its id there"),
      scope: z.string().min(1).describe("What the page asks for, `openid cubby/sessions` say"),
    })
    .optional()
    .describe(
      "Public client (code with PKCE) whose redirect is the API's address: with it the web page signs people in",
    ),
});

const service = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be up to 32 lower-case letters, digits, hyphens")
    .describe("Name of its client in the user pool"),
  userPrefix: z
    .string()
    .describe("What the ids of its users begin with, `telegram_` say; no other service's and no person's do"),
  clientId: z
    .string()
    .refine(isPrincipalId, "must be a client id")
    .optional()
    .describe("Its id at an identity provider of your own; in the user pool CloudFormation gives it one"),
});

/** Who may call, and as whom. */
const identity = z
  .strictObject({
    oidc: oidc.optional().describe("Your own identity provider. Without it the data stack makes a Cognito user pool"),
    callbackUrls: z.array(browserUrl).describe("Where the user pool may send a browser back to after sign-in"),
    mobileCallbackUrls: z.array(appUrl).describe("Where it may send a phone back to: a link of the app's own"),
    services: z
      .array(service)
      .describe("Programs that act for users of their own: each becomes a client of the user pool, with a secret"),
    operatorClient: z
      .boolean()
      .describe("Whether the user pool has a client with a secret for operators' scripts; people join `operators`"),
    guestsAllowed: z.boolean().describe("Whether a caller without a token may make a session of its own"),
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
    for (const index of services.keys()) {
      try {
        assertPrefixes(services.slice(0, index + 1).map(({ userPrefix }) => userPrefix));
      } catch (error) {
        complain([index, "userPrefix"], error instanceof Error ? error.message : String(error));
        break;
      }
    }
  });

const hours = z.number().positive();

/** Rules of the service; what is left out has the default of `shared/`. The retention document goes before them. */
const limits = z.strictObject({
  sessionTimeoutHours: hours
    .optional()
    .describe(
      "Idle time after which a session of the platform `web` ends; 24. Of others it is 1, unless the retention document says",
    ),
  maxAgeHours: hours
    .max(LONGEST_AGE_HOURS)
    .optional()
    .describe("Age at which it ends whatever happens; 168. The most is 366 days, on which items in the table count"),
  maxSessions: z.int().positive().optional().describe("Sessions that a user keeps, the newest; 10"),
  maxLiveSessions: z
    .int()
    .positive()
    .optional()
    .describe("Sessions that a user may have before he is refused another; no limit"),
  cacheMaxAgeHours: hours.optional().describe("Age at which a cached answer goes; 48"),
  maxFileSizeMb: z.int().min(1).max(5_120).optional().describe("Size of a file; 100"),
  maxSessionSizeMb: z.int().min(1).optional().describe("Size of all files of a session; 10 GB"),
  maxSessionFiles: z.int().min(1).max(100_000).optional().describe("Files of a session; 10000"),
  maxUserSizeMb: z.int().min(1).optional().describe("Size of all files of a user's live sessions; no limit"),
});

const conversions = z.strictObject({
  maxConcurrency: z
    .int()
    .min(2)
    .max(1_000)
    .describe("Sessions converted at the same time from the queue. 2 is the least that Lambda takes"),
});

const logs = z.strictObject({
  retentionDays: z
    .literal(retentionDays)
    .describe("Days that functions' and access logs are kept, one of CloudWatch's own steps"),
  level: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).describe("The least that is written"),
  sampleRate: z
    .number()
    .min(0)
    .max(1)
    .describe("Of calls, how many write everything nevertheless: 0.01 is one in a hundred"),
});

const alarms = z.strictObject({
  emails: z.array(z.email()).describe("Who is told. Each address gets a mail from AWS to confirm"),
  dollarsPerDay: z
    .number()
    .positive()
    .describe(
      "What the stage may cost before its alarm rings: requests, functions, table and bytes, in US dollars a day",
    ),
});

/** All options of a stage. None may be left out that has no default, and there is no other. */
export const stageOptions = z.strictObject({ data, http, identity, limits, conversions, logs, alarms });

/** The options of one stage, checked. */
export type StageOptions = z.infer<typeof stageOptions>;
