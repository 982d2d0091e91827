import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type S3Server, startS3Server } from "../../../cdk/local/s3/server.ts";

const credentials = { accessKeyId: "durable", secretAccessKey: "secret" };
const Bucket = "durable";
let dataDirectory: string;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "cubby-s3-own-"));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await rm(dataDirectory, { recursive: true, force: true });
});

function clientOf(endpoint: string): S3Client {
  const client = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
  cleanups.push(() => client.destroy());
  return client;
}

async function startHere(): Promise<{ server: S3Server; client: S3Client }> {
  const server = await startS3Server({ dataDirectory, port: 0, ...credentials });
  cleanups.push(() => server.close());
  return { server, client: clientOf(server.url) };
}

async function startProcess(): Promise<{ child: ChildProcess; client: S3Client }> {
  const script = fileURLToPath(new URL("own-server-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataDirectory, ...Object.values(credentials)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanups.push(() => child.kill("SIGKILL"));
  const [port] = await once(child.stdout, "data");
  return { child, client: clientOf(`http://127.0.0.1:${String(port).trim()}`) };
}

const filesIn = (folder: string) => readdir(join(dataDirectory, folder));

async function read(client: S3Client, Key: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Content that proves by itself which version it is and that it is whole. */
const content = (key: string, version: number) => `${key} ${version} `.repeat(20_000 + version);
const versionOf = (text: string) => Number(text.split(" ", 2)[1]);

describe("kill -9", () => {
  test.each([20, 300, 800])("after %i ms loses nothing that was acknowledged and shows nothing half", async (ms) => {
    const first = await startProcess();
    await first.client.send(new CreateBucketCommand({ Bucket }));
    const acknowledged = new Map<string, number>();
    const begun = Promise.withResolvers<void>();
    let isAlive = true;
    const writers = Array.from({ length: 6 }, async (_, i) => {
      const key = `writer-${i}`;
      for (let version = 1; isAlive; version++) {
        const Body = content(key, version);
        await first.client.send(new PutObjectCommand({ Bucket, Key: key, Body }));
        acknowledged.set(key, version);
        begun.resolve();
      }
    });
    await begun.promise;
    await delay(ms);
    isAlive = false;
    first.child.kill("SIGKILL");
    await Promise.allSettled(writers);
    if (first.child.exitCode === null && first.child.signalCode === null) await once(first.child, "exit");

    const second = await startProcess();
    for (const [key, version] of acknowledged) {
      const text = (await read(second.client, key)) ?? "";
      expect(versionOf(text)).toBeGreaterThanOrEqual(version);
      expect(text === content(key, versionOf(text))).toBe(true);
    }
    const { KeyCount } = await second.client.send(new ListObjectsV2Command({ Bucket }));
    expect(await filesIn("incoming")).toEqual([]);
    expect(await filesIn("blobs")).toHaveLength(KeyCount ?? -1);
  });
});

describe("startS3Server()", () => {
  test("removes files that no object names, and no others", async () => {
    const { server, client } = await startHere();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "kept" }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "open" }));
    const part = { Bucket, Key: "open", UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "part" }));
    await server.close();
    await writeFile(join(dataDirectory, "incoming", "left"), "half");
    await writeFile(join(dataDirectory, "blobs", "left"), "whole but never committed");

    const again = await startHere();
    expect(await filesIn("incoming")).toEqual([]);
    expect(await filesIn("blobs")).toHaveLength(2);
    expect(await read(again.client, "kept")).toBe("kept");
    expect((await again.client.send(new ListPartsCommand(part))).Parts).toHaveLength(1);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await again.client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
    expect(await read(again.client, "open")).toBe("part");
  });

  test("keeps CORS rules and completed uploads across a restart", async () => {
    const { server, client } = await startHere();
    await client.send(new CreateBucketCommand({ Bucket }));
    const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["GET"] }];
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "done" }));
    const part = { Bucket, Key: "done", UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "part" }));
    const complete = { ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    const before = await client.send(new CompleteMultipartUploadCommand(complete));
    await server.close();
    const again = await startHere();
    const after = await again.client.send(new CompleteMultipartUploadCommand(complete));
    expect(after.ETag).toBe(before.ETag);
    expect((await again.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
  });

  test("refuses a folder that another server has open", async () => {
    await startHere();
    await expect(startS3Server({ dataDirectory, port: 0, ...credentials })).rejects.toThrow("in use");
  });
});
