import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetBucketCorsCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { StartError } from "../../../cdk/local/start-error.ts";
import {
  eventually,
  fixtureTopology,
  isRunning,
  makeDataDirectory,
  readLines,
  startTestHost,
} from "../../support/local-host.ts";

const topology = fixtureTopology();
let dataDirectory: string;
const hosts: Host[] = [];

beforeEach(async () => {
  dataDirectory = await makeDataDirectory();
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  await rm(dataDirectory, { recursive: true, force: true });
});

async function start(options: { port?: number; env?: Record<string, string> } = {}): Promise<Host> {
  const host = await startTestHost({ dataDirectory, topology, ...options });
  hosts.push(host);
  return host;
}

function clients({ env, endpoints }: Host) {
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  return {
    dynamodb: new DynamoDBClient({ region: "us-east-1", endpoint: endpoints.dynamodb, credentials }),
    s3: new S3Client({ region: "us-east-1", endpoint: endpoints.s3, credentials, forcePathStyle: true }),
    table: env.SESSION_TABLE ?? "",
    bucket: env.SESSION_BUCKET ?? "",
  };
}

const key = { pk: { S: "SESSION#1" }, sk: { S: "META" } };

describe("startHost()", () => {
  test("keeps items, objects and presigned URLs over close and start", async () => {
    const first = await start();
    const { s3, dynamodb, table, bucket } = clients(first);
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...key, a: { N: "1" } } }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a.txt", Body: "hello" }));
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: "a.txt" }));
    await first.close();
    const second = await start();
    expect(second.endpoints.s3).toBe(first.endpoints.s3);
    const { Item } = await clients(second).dynamodb.send(new GetItemCommand({ TableName: table, Key: key }));
    expect(Item?.a).toEqual({ N: "1" });
    expect(await (await fetch(url)).text()).toBe("hello");
  });

  test("takes another port for S3 where the last one is taken", async () => {
    const first = await start();
    await first.close();
    const port = Number(new URL(first.endpoints.s3).port);
    const squatter = createServer().listen(port, "127.0.0.1");
    const second = await start();
    expect(second.endpoints.s3).not.toBe(first.endpoints.s3);
    squatter.close();
  });

  test("makes bucket and table, the bucket open to pages of any origin", async () => {
    const { s3, bucket, dynamodb, table } = clients(
      await start({ env: { SESSION_BUCKET: "mine", SESSION_TABLE: "ours" } }),
    );
    expect([bucket, table]).toEqual(["mine", "ours"]);
    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: bucket }));
    expect(CORSRules?.[0]).toMatchObject({ AllowedOrigins: ["*"], ExposeHeaders: expect.arrayContaining(["ETag"]) });
    expect((await dynamodb.send(new ListTablesCommand())).TableNames).toEqual(["ours"]);
  });

  test("keeps secrets to their owner", async () => {
    await start();
    for (const file of ["secrets.json", "host.json"]) {
      expect((await stat(`${dataDirectory}/${file}`)).mode & 0o777).toBe(0o600);
    }
  });

  test("uses other engines where the environment names them", async () => {
    const first = await start();
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = first.env;
    const other = await startTestHost({
      topology,
      env: {
        AWS_ENDPOINT_URL_S3: first.endpoints.s3,
        AWS_ENDPOINT_URL_DYNAMODB: first.endpoints.dynamodb,
        AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY,
      },
    });
    hosts.unshift(other);
    expect(other.endpoints).toEqual(first.endpoints);
    expect(other.env).toMatchObject({ AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3: first.endpoints.s3 });
    expect(other.pids.dynamodb()).toBeUndefined();
  });

  test("says that a port is in use, and leaves nothing behind", async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const other = await makeDataDirectory();
    await expect(startTestHost({ port, dataDirectory: other, topology })).rejects.toThrow(
      new StartError(`Cannot start: port ${port} is in use; set PORT to another one`),
    );
    const next = await startTestHost({ dataDirectory: other, topology }); // the folder is free again
    await next.close();
    await rm(other, { recursive: true });
  });

  test("says which process holds the folder", async () => {
    await start();
    await expect(start()).rejects.toThrow(
      `Cannot start: the data folder ${dataDirectory} is in use by the process with pid ${process.pid}; ` +
        "stop it, or set CUBBY_DATA to another folder",
    );
  });

  test.skipIf(process.getuid?.() === 0)("says that the folder is not writable", async () => {
    await chmod(dataDirectory, 0o500);
    await expect(start()).rejects.toThrow(/^Cannot start: the data folder .* is not writable \(EACCES\)/);
    await chmod(dataDirectory, 0o700);
  });

  test("says that the folder's place is taken by a file", async () => {
    const file = `${dataDirectory}/file`;
    await writeFile(file, "");
    await expect(startTestHost({ dataDirectory: file, topology })).rejects.toThrow(/is not writable \(EEXIST\)/);
  });
});

describe("the DynamoDB engine", () => {
  test("is started again with its data when it dies, at the same address", async () => {
    const host = await start();
    const { dynamodb, table } = clients(host);
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...key, a: { N: "2" } } }));
    const pid = host.pids.dynamodb() ?? 0;
    process.kill(pid, "SIGKILL");
    await eventually(() => (isRunning(pid) ? undefined : true));
    const { Item } = await eventually(() =>
      dynamodb.send(new GetItemCommand({ TableName: table, Key: key })).catch(() => undefined),
    );
    expect(Item?.a).toEqual({ N: "2" });
    expect(await readFile(`${dataDirectory}/logs/host.log`, "utf8")).toMatch(/DynamoDB engine \w+ ended unexpectedly/);
  });

  test("that dies again and again ends the host with a sentence", async () => {
    const host = await start();
    for (let death = 0; death < 5; death += 1) {
      const pid = await eventually(() => host.pids.dynamodb());
      process.kill(pid, "SIGKILL");
      if (death < 4)
        await eventually(() =>
          host.pids.dynamodb() !== pid && isRunning(host.pids.dynamodb() ?? 0) ? true : undefined,
        );
    }
    expect((await host.failure).message).toMatch(
      /^Cannot go on: the DynamoDB engine \w+ ended 5 times in a minute; see /,
    );
  });
});

describe("the token issuer", () => {
  test("gives tokens that verify against its published keys, over a restart too", async () => {
    const first = await start();
    const answer = await fetch(`${first.url}/dev/token`, {
      method: "POST",
      body: JSON.stringify({ sub: "me", scope: "cubby/operate", groups: ["operators"], client_id: "bot" }),
    });
    const { access_token, token_type, expires_in } = (await answer.json()) as {
      access_token: string;
      token_type: string;
      expires_in: number;
    };
    expect([answer.status, token_type, expires_in]).toEqual([200, "Bearer", 3600]);
    const { port } = new URL(first.url);
    await first.close();
    const second = await start({ port: Number(port) });
    const discovered = await fetch(`${second.url}/.well-known/openid-configuration`);
    const configuration = (await discovered.json()) as { issuer: string; jwks_uri: string };
    expect(configuration.issuer).toBe(second.url);
    const keys = createRemoteJWKSet(new URL(configuration.jwks_uri));
    const { payload } = await jwtVerify(access_token, keys, { issuer: second.url, audience: "cubby" });
    expect(payload).toMatchObject({
      sub: "me",
      scope: "cubby/operate",
      "cognito:groups": ["operators"],
      client_id: "bot",
      token_use: "access",
      jti: expect.any(String),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    const own = await jwtVerify(await second.issueToken({ sub: "other" }), keys);
    expect(own.payload).toMatchObject({ sub: "other", scope: "cubby/sessions" });
    const { keys: published } = (await (await fetch(configuration.jwks_uri)).json()) as { keys: object[] };
    expect(published[0]).not.toHaveProperty("d"); // the private half stays here
  });

  test.each(["", "{}", '{"sub":""}', '{"sub":"me","groups":"operators"}', '{"sub":"me","scope":1}'])(
    "answers 400 to %s",
    async (body) => {
      const host = await start();
      expect((await fetch(`${host.url}/dev/token`, { method: "POST", body })).status).toBe(400);
    },
  );

  test("gives none to a page of another origin", async () => {
    const host = await start();
    const ask = (origin: string) =>
      fetch(`${host.url}/dev/token`, { method: "POST", headers: { origin }, body: '{"sub":"me"}' });
    expect((await ask("https://example.com")).status).toBe(403);
    expect((await ask(host.url)).status).toBe(200);
  });
});

describe("triggers", () => {
  test("an item past its ttl goes, and purge gets the record of a session item, again if it failed", async () => {
    const host = await start();
    const { dynamodb, table } = clients(host);
    const past = { N: String(Math.floor(Date.now() / 1000) - 5) };
    const future = { N: String(Math.floor(Date.now() / 1000) + 60) };
    const items = [
      { pk: { S: "SESSION#1" }, sk: { S: "META" }, ttl: past, wish: { S: "fail" } },
      { pk: { S: "SESSION#1" }, sk: { S: "CACHE#1" }, ttl: past },
      { pk: { S: "SESSION#2" }, sk: { S: "META" }, ttl: future },
      { pk: { S: "SESSION#3" }, sk: { S: "META" } },
    ];
    for (const Item of items) await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    await host.removeExpiredItems();
    const left = await Promise.all(
      items.map(({ pk, sk }) => dynamodb.send(new GetItemCommand({ TableName: table, Key: { pk, sk } }))),
    );
    expect(left.map(({ Item }) => Item !== undefined)).toEqual([false, false, true, true]);
    await host.removeExpiredItems(); // the record failed, so it comes again
    const events = await readLines(`${dataDirectory}/purge-events.jsonl`);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual(events[0]);
    expect(events[0]).toMatchObject({
      Records: [
        {
          eventName: "REMOVE",
          userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
          dynamodb: {
            Keys: { pk: { S: "SESSION#1" }, sk: { S: "META" } },
            OldImage: { wish: { S: "fail" } },
            SequenceNumber: expect.stringMatching(/^\d{21,}$/),
            StreamViewType: "NEW_AND_OLD_IMAGES",
          },
        },
      ],
    });
  });

  test("a direct upload to the bucket reaches convert through the queue", async () => {
    const host = await start();
    const { s3, bucket } = clients(host);
    const Key = "sessions/s1/uploads/größe.csv";
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "sessions/s1/uploads/own.csv", Body: "x" }));
    const { url, fields } = await createPresignedPost(s3, { Bucket: bucket, Key });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob(["a,b\n1,2\n"]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
    const event = await eventually(async () => (await readLines(`${dataDirectory}/convert-events.jsonl`))[0]);
    const bodies = (event.Records as { body: string }[]).map(({ body }) => JSON.parse(body));
    expect(bodies).toMatchObject([
      { source: "aws.s3", detail: { object: { key: Key, size: 8 }, reason: "PostObject" } },
    ]);
  });
});
