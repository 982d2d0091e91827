/** The logs of a deployment as CloudWatch keeps them, by its API and not by its SDK, which nothing else here needs. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import * as z from "zod";
import type { Deployment } from "./deployed-host.ts";
import type { LogText } from "./secret-free-logs.ts";

const groups = z.object({
  logGroups: z.array(z.object({ logGroupName: z.string() })),
  nextToken: z.string().nullish(),
});
const events = z.object({
  events: z.array(z.object({ message: z.string() })),
  nextToken: z.string().nullish(),
});

/** What the functions of the stage and its gateway have written since then, in milliseconds since 1970. */
export async function readDeployedLogs(deployment: Deployment, since: number): Promise<LogText[]> {
  const { stage } = deployment;
  const isOwn = (name: string) => new RegExp(`/cubby-${stage}-\\w+$`).test(name);
  const names: string[] = [];
  for await (const page of pages(deployment, "DescribeLogGroups", {}, groups))
    names.push(...page.logGroups.map(({ logGroupName }) => logGroupName).filter(isOwn));
  return Promise.all(names.map((name) => readGroup(deployment, name, since)));
}

async function readGroup(deployment: Deployment, name: string, startTime: number): Promise<LogText> {
  const lines: string[] = [];
  for await (const page of pages(deployment, "FilterLogEvents", { logGroupName: name, startTime }, events))
    lines.push(...page.events.map(({ message }) => message));
  return { name, text: lines.join("\n") };
}

async function* pages<Page extends { nextToken?: string | null | undefined }>(
  deployment: Deployment,
  operation: string,
  request: object,
  schema: z.ZodType<Page>,
): AsyncGenerator<Page> {
  let nextToken: string | null | undefined;
  do {
    const page = schema.parse(await send(deployment, operation, { ...request, ...(nextToken && { nextToken }) }));
    yield page;
    nextToken = page.nextToken;
  } while (nextToken);
}

async function send({ endpoint, region }: Deployment, operation: string, request: object): Promise<unknown> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = process.env;
  const credentials = { accessKeyId, secretAccessKey };
  const signer = new SignatureV4({ service: "logs", region, credentials, sha256: Sha256 });
  const { protocol, hostname, port, host } = new URL(endpoint);
  const headers = {
    ...{ host, "content-type": "application/x-amz-json-1.1" },
    "x-amz-target": `Logs_20140328.${operation}`,
  };
  const body = JSON.stringify(request);
  const parts = { method: "POST", protocol, hostname, port: Number(port), path: "/", headers, body };
  const signed = await signer.sign(parts);
  const answer = await fetch(endpoint, { method: "POST", headers: signed.headers, body });
  if (!answer.ok) throw new Error(`Cannot read the deployment's logs: ${operation} answered ${answer.status}`);
  return answer.json();
}
