/**
 * A deployment as the acceptance tests see a host. `CUBBY_DEPLOYMENT` names a file that says where it is; every test
 * file then uses the same one, one after the other, each with the settings that it asks for and without the sessions of
 * those before.
 */
import { readFileSync } from "node:fs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { JWK } from "jose";
import type { Host, HostOptions } from "../../cdk/local/host.ts";
import { createTokenIssuer } from "../../cdk/local/token-issuer.ts";
import { createClient } from "../../shared/client/index.ts";
import { applySettings } from "./deployed-settings.ts";

/** What the file says. Credentials are in the environment, as the SDK reads them. */
export interface Deployment {
  /** Where the API answers. */
  url: string;
  /** Where AWS's services answer. */
  endpoint: string;
  region: string;
  stage: string;
  bucket: string;
  table: string;
  queueUrl: string;
  issuer: string;
  /** Private: tests sign tokens of any user. */
  signingKey: JWK;
}

/** The deployment that a run is about; undefined where each test file starts a host of its own. */
export function findDeployment(): Deployment | undefined {
  const file = process.env.CUBBY_DEPLOYMENT;
  return file === undefined ? undefined : JSON.parse(readFileSync(file, "utf8"));
}

/** The deployment as a host; throws where a test needs what only a host of its own has. */
export async function openDeployedHost(deployment: Deployment, options: Partial<HostOptions>): Promise<Host> {
  if (options.dataDirectory !== undefined) onlyLocal("a data folder of its own");
  const { url, endpoint, region, stage, bucket, table, queueUrl, issuer, signingKey } = deployment;
  const tokens = await createTokenIssuer(issuer, signingKey);
  const lambda = new LambdaClient({ endpoint, region });
  await applySettings(lambda, stage, { OIDC_ISSUER: issuer });
  await clearAll(url, await tokens.issue({ sub: "cleaner", scope: "cubby/operate" }));
  await applySettings(lambda, stage, { OIDC_ISSUER: issuer, ...options.env });
  return {
    url,
    issueToken: tokens.issue,
    endpoints: { s3: endpoint, dynamodb: endpoint },
    async invoke(name, event) {
      const Payload = Buffer.from(JSON.stringify(event));
      const answer = await lambda.send(new InvokeCommand({ FunctionName: `cubby-${stage}-${name}`, Payload }));
      const value = JSON.parse(Buffer.from(answer.Payload ?? []).toString("utf8") || "null");
      if (answer.FunctionError !== undefined) throw new Error(`${name} failed: ${JSON.stringify(value)}`);
      return value;
    },
    env: {
      AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? "",
      AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? "",
      ...{ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint },
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      ...{ SESSION_BUCKET: bucket, SESSION_TABLE: table, CONVERSION_QUEUE_URL: queueUrl, S3_FORCE_PATH_STYLE: "true" },
    },
    get dataDirectory(): string {
      return onlyLocal("a data folder");
    },
    removeExpiredItems: async () => onlyLocal("a switch for expiry"),
    pids: { dynamodb: () => onlyLocal("processes of its own"), workers: () => onlyLocal("processes of its own") },
    failure: new Promise(() => {}),
    close: async () => lambda.destroy(),
  };
}

/** Each ends as many sessions as one call can; of more than that somebody makes new ones, or some cannot be ended. */
const MOST_ROUNDS = 50;

/** Ends every session of the stage. */
async function clearAll(baseUrl: string, token: string): Promise<void> {
  const client = createClient({ baseUrl, token });
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { data } = await client.call("listSessions", { query: { limit: 1 } });
    if (data.length === 0) return;
    await client.call("clearSessions", { query: { all: "true", confirm: "everyone" } });
  }
  throw new Error("Cannot clear the deployment: sessions are left in it");
}

function onlyLocal(what: string): never {
  throw new Error(`The deployment does not have what this test needs: ${what}. List it in test/deployed/gaps.ts`);
}
