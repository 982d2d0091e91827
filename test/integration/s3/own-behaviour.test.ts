import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ObjectCreated, type S3Server, startS3Server } from "../../../cdk/local/s3/server.ts";
import { refusal } from "../../support/s3-under-test.ts";

const credentials = { accessKeyId: "own", secretAccessKey: "secret" };
const Bucket = "own-behaviour";
const events: ObjectCreated[] = [];
let dataDirectory: string;
let server: S3Server;
let client: S3Client;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "cubby-s3-own-"));
  const onObjectCreated = (event: ObjectCreated) => {
    events.push(event);
    if (event.key === "listener fails") throw new Error("a listener's own fault (expected in this test)");
  };
  server = await startS3Server({ dataDirectory, port: 0, ...credentials, onObjectCreated });
  const settings = { endpoint: server.url, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 };
  client = new S3Client(settings);
  await client.send(new CreateBucketCommand({ Bucket }));
});
beforeEach(() => {
  events.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const bare = (etag: string | undefined) => etag?.replaceAll('"', "");

describe("onObjectCreated", () => {
  test("hears of every way in which an object is created, with key, size and ETag as they are", async () => {
    const Key = "events/ü b+c";
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: "put" }));
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: "post" });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob(["posted"]));
    await fetch(url, { method: "POST", body: form });
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "multipart" }));
    const place = { Bucket, Key: "multipart", UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: "part" }));
    const complete = { ...place, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    const completed = await client.send(new CompleteMultipartUploadCommand(complete));
    // The answer is repeated; the object is not created again.
    await client.send(new CompleteMultipartUploadCommand(complete));
    expect(events).toEqual([
      { bucket: Bucket, key: Key, size: 3, etag: bare(put.ETag), reason: "PutObject" },
      { bucket: Bucket, key: "copy", size: 3, etag: bare(put.ETag), reason: "CopyObject" },
      { bucket: Bucket, key: "post", size: 6, etag: expect.any(String), reason: "PostObject" },
      { bucket: Bucket, key: "multipart", size: 4, etag: bare(completed.ETag), reason: "CompleteMultipartUpload" },
    ]);
  });

  test("does not hear of what was refused", async () => {
    const wrong = { Bucket, Key: "refused", Body: "x", ChecksumSHA256: Buffer.alloc(32).toString("base64") };
    expect(await refusal(client.send(new PutObjectCommand(wrong)))).toMatchObject({ code: "BadDigest" });
    expect(events).toEqual([]);
  });

  test("cannot fail the request by throwing", async () => {
    const put = new PutObjectCommand({ Bucket, Key: "listener fails", Body: "x" });
    await expect(client.send(put)).resolves.toBeDefined();
  });
});

describe("the files", () => {
  test("of an object that is replaced while it is read stay until its reader is done", async () => {
    const old = randomBytes(24 * 1024 ** 2);
    await client.send(new PutObjectCommand({ Bucket, Key: "read", Body: old }));
    const files = (await readdir(join(dataDirectory, "blobs"))).length;
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "read" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "read", Body: "new" }));
    const bytes = await Body?.transformToByteArray();
    expect(Buffer.from(bytes ?? []).equals(old)).toBe(true);
    await delay(100);
    expect((await readdir(join(dataDirectory, "blobs"))).length).toBe(files);
  });

  test("of refused and unfinished writes are removed at once", async () => {
    const files = (await readdir(join(dataDirectory, "blobs"))).length;
    const refused = new PutObjectCommand({ Bucket, Key: "none", Body: "x", IfMatch: '"0"' });
    expect(await refusal(client.send(refused))).toMatchObject({ code: "NoSuchKey" });
    await delay(100);
    expect((await readdir(join(dataDirectory, "blobs"))).length).toBe(files);
    expect(await readdir(join(dataDirectory, "incoming"))).toEqual([]);
  });
});

describe("DeleteObjects", () => {
  test("reports what it did not delete beside what it did", async () => {
    for (const Key of ["part/1", "part/2"]) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const Objects = [{ Key: "part/1", ETag: '"0"' }, { Key: "part/2" }, { Key: "part/3", VersionId: "none" }];
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: "part/2" }]);
    expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
      ["part/1", "PreconditionFailed"],
      ["part/3", "NoSuchVersion"],
    ]);
  });
});

describe("what it refuses to be", () => {
  test.each([
    { name: "versioning", ask: () => client.send(new GetBucketVersioningCommand({ Bucket })) },
    { name: "tags", ask: () => client.send(new GetObjectTaggingCommand({ Bucket, Key: "x" })) },
    { name: "version 1 of listing", ask: () => client.send(new ListObjectsCommand({ Bucket })) },
    { name: "public objects", ask: () => client.send(new PutObjectCommand({ Bucket, Key: "x", ACL: "public-read" })) },
    {
      name: "public copies",
      ask: () =>
        client.send(new CopyObjectCommand({ Bucket, Key: "x", CopySource: `${Bucket}/copy`, ACL: "public-read" })),
    },
    {
      name: "locked buckets",
      ask: () => client.send(new CreateBucketCommand({ Bucket: "own-locked", ObjectLockEnabledForBucket: true })),
    },
    { name: "tags on writing", ask: () => client.send(new PutObjectCommand({ Bucket, Key: "x", Tagging: "a=b" })) },
  ])("$name answers NotImplemented", async ({ ask }) => {
    expect(await refusal(ask())).toEqual({ code: "NotImplemented", status: 501 });
  });
});
