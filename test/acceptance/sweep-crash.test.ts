import { type ChildProcess, spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import pMap from "p-map";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOST_RECORD, type HostRecord, readJson } from "../../cdk/local/data-folder.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { takeCensus } from "../support/census.ts";
import { eventually, makeDataDirectory, startTestHost } from "../support/local-host.ts";
import { sweepOn } from "../support/sweep-on.ts";

const main = fileURLToPath(new URL("../../cdk/local/main.ts", import.meta.url));
const settings = { MAX_SESSIONS: "1000", RETENTION_REFRESH_SECONDS: "0.01" };
let data = "";
let children: ChildProcess[] = [];

beforeEach(async () => {
  data = await makeDataDirectory();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(data, { recursive: true, force: true });
});

/** The host as a person starts it, and how to take it away as a power cut does. */
async function start(): Promise<{ url: string; kill(): Promise<unknown> }> {
  // Without the addresses of the engines that the test before looked into.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const env = { ...Object.fromEntries(inherited), ...settings, PORT: "0", CUBBY_DATA: data };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = /^Cubby is ready at (\S+)/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once("exit", (code) => reject(new Error(`The host ended with ${code}`)));
  });
  return {
    url,
    kill() {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      return exited;
    },
  };
}

async function clientAt(url: string): Promise<Client> {
  const answer = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sub: "ana", scope: "cubby/sessions" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return createClient({ baseUrl: url, token: access_token });
}

/** Sessions with files and history, as many as it takes to be caught in the middle of ending them. */
function makeSessions(client: Client, platform: string, count: number): Promise<string[]> {
  const make = async () => {
    const { session_id } = await client.call("createSession", { body: { platform } });
    const files = Array.from({ length: 8 }, (_, n) => ({ name: `${n}.txt`, content: "content" }));
    await client.uploadFiles(session_id, files, "outputs/bulk");
    await client.call("appendHistory", { params: { session_id }, body: { role: "user", content: "hello" } });
    return session_id;
  };
  return pMap(Array.from({ length: count }), make, { concurrency: 4 });
}

/** Starts again on what the dead host left, sweeps as soon as its lease is over, and counts what there is. */
async function sweepAfterRestart() {
  const ownEngines = { AWS_ENDPOINT_URL_S3: "", AWS_ENDPOINT_URL_DYNAMODB: "" };
  const host = await startTestHost({ dataDirectory: data, env: { ...settings, ...ownEngines } });
  try {
    const report = await eventually(async () => {
      const answer = (await host.invoke("sweep", { full: true })) as { skipped?: string; errors: number };
      return answer.skipped === undefined ? answer : undefined;
    }, 90);
    const { SESSION_BUCKET = "", SESSION_TABLE = "" } = host.env;
    const census = await takeCensus(sweepOn(host, systemClock).clients, { SESSION_BUCKET, SESSION_TABLE });
    return { report, census };
  } finally {
    await host.close();
  }
}

test("a host killed in the middle of a sweep leaves nothing behind that one more sweep does not end", async () => {
  const first = await start();
  const client = await clientAt(first.url);
  const doomed = await makeSessions(client, "discord", 40);
  const kept = await makeSessions(client, "web", 3);
  await writeFile(join(data, "retention.json"), JSON.stringify({ idle_minutes: { discord: 0.001 } }));
  const record = readJson<HostRecord>(join(data, HOST_RECORD));
  const lambda = new LambdaClient({
    region: "us-east-1",
    endpoint: record?.services ?? "",
    credentials: record?.credentials ?? { accessKeyId: "", secretAccessKey: "" },
    maxAttempts: 1,
  });
  const cutOff = lambda.send(new InvokeCommand({ FunctionName: "sweep", Payload: "{}" })).catch(() => "cut off");
  await eventually(async () => ((await client.call("listReceipts", {})).data.length > 0 ? true : undefined));
  await first.kill();
  await cutOff;

  const { report, census } = await sweepAfterRestart();
  expect(report).toMatchObject({ errors: 0, remaining: 0, missing_objects: 0 });
  expect(census.orphans).toEqual([]);
  expect(census.live.sort()).toEqual([...kept].sort());
  for (const id of doomed) {
    const tombstone = census.items.find(({ pk, sk }) => pk === `SESSION#${id}` && sk === "META");
    expect(tombstone).toMatchObject({ status: "deleted", receipt: { reason: "idle" } });
  }
  expect(census.objects.filter((key) => kept.some((id) => key.includes(id)))).toHaveLength(3 * 8);
}, 240_000);

test("a host killed in the middle of deletions: what was answered is gone, what was begun is finished", async () => {
  const first = await start();
  const client = await clientAt(first.url);
  const ids = await makeSessions(client, "web", 24);
  const answered: string[] = [];
  const deletions = Promise.allSettled(
    ids.map(async (id) => {
      await client.call("deleteSession", { params: { session_id: id } });
      answered.push(id);
    }),
  );
  await eventually(() => (answered.length >= 2 ? true : undefined));
  await first.kill();
  await deletions;

  const { census } = await sweepAfterRestart();
  expect(census.orphans).toEqual([]);
  const stillThere = new Set(census.live);
  expect(answered.filter((id) => stillThere.has(id))).toEqual([]);
  // A deletion that never reached the table leaves a whole session; nothing stands half-way.
  for (const id of stillThere) {
    const session = census.items.find(({ pk, sk }) => pk === `SESSION#${id}` && sk === "META");
    expect(session).toMatchObject({ status: "active", file_counts: { "outputs/bulk": 8 } });
    expect(census.objects.filter((key) => key.includes(id))).toHaveLength(8);
  }
}, 240_000);
