import { randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isEngine, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const put = (Key: string, Body: string | Uint8Array = "content") =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const getBytes = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToByteArray();
};
const getText = async (Key: string) => Buffer.from((await getBytes(Key)) ?? []).toString();

describe("buckets", () => {
  test("are listed, found and removed", async () => {
    const name = await s3.createBucket();
    const { Buckets = [] } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets.map((bucket) => bucket.Name)).toContain(name);
    await s3.client.send(new HeadBucketCommand({ Bucket: name }));
    await s3.client.send(new DeleteBucketCommand({ Bucket: name }));
    expect(await refusal(s3.client.send(new HeadBucketCommand({ Bucket: name })))).toMatchObject({ status: 404 });
  });

  test("that hold something are not removed", async () => {
    const name = await s3.createBucket();
    await s3.client.send(new PutObjectCommand({ Bucket: name, Key: "a", Body: "a" }));
    const refused = await refusal(s3.client.send(new DeleteBucketCommand({ Bucket: name })));
    expect(refused).toEqual({ code: "BucketNotEmpty", status: 409 });
  });

  test("that are not there answer NoSuchBucket", async () => {
    const request = s3.client.send(new ListObjectsV2Command({ Bucket: "cubby-test-nowhere" }));
    expect(await refusal(request)).toEqual({ code: "NoSuchBucket", status: 404 });
  });

  test("with an impossible name are refused", async () => {
    const request = s3.client.send(new CreateBucketCommand({ Bucket: "Not_A_Bucket" }));
    expect(await refusal(request)).toEqual({ code: "InvalidBucketName", status: 400 });
  });
});

describe("PutObject and GetObject", () => {
  test.each([0, 1, 65_536, 1_000_003])("give %i bytes back unchanged", async (size) => {
    const body = randomBytes(size);
    const { ETag } = await put("bytes", body);
    const { Body, ...head } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "bytes" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(head).toMatchObject({ ContentLength: size, ETag, AcceptRanges: "bytes" });
  });

  test("keep headers and metadata", async () => {
    const given = {
      ContentType: "text/csv; charset=utf-8",
      ContentDisposition: 'attachment; filename="a b.csv"',
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      CacheControl: "no-store",
      Metadata: { owner: "ann", "with-dash": "x  y" },
    };
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "headers", Body: "x", ...given }));
    expect(await s3.client.send(new HeadObjectCommand({ Bucket, Key: "headers" }))).toMatchObject(given);
  });

  test("replace an object and everything said about it", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "twice", Body: "one", Metadata: { a: "1" } }));
    await put("twice", "two");
    expect(await getText("twice")).toBe("two");
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "twice" }));
    expect(head.Metadata).toEqual({});
  });

  test("answer NoSuchKey for what is not there", async () => {
    const missing = { Bucket, Key: "missing" };
    expect(await refusal(s3.client.send(new GetObjectCommand(missing)))).toEqual({ code: "NoSuchKey", status: 404 });
    expect(await refusal(s3.client.send(new HeadObjectCommand(missing)))).toMatchObject({ status: 404 });
  });

  test("GetObject overrides response headers when asked", async () => {
    await put("override");
    const answer = await s3.client.send(
      new GetObjectCommand({
        Bucket,
        Key: "override",
        ResponseContentType: "text/plain",
        ResponseContentDisposition: "attachment; filename*=UTF-8''%E5%A0%B1.csv",
        ResponseCacheControl: "private",
      }),
    );
    expect(answer).toMatchObject({
      ContentType: "text/plain",
      ContentDisposition: "attachment; filename*=UTF-8''%E5%A0%B1.csv",
      CacheControl: "private",
    });
    await answer.Body?.transformToByteArray();
  });

  test("answer NotImplemented or an empty default for what goes beyond objects, and never the object", async () => {
    await put("acl", "the object");
    const answer = await s3.client
      .send(new GetObjectAclCommand({ Bucket, Key: "acl" }))
      .catch((error: { name: string }) => error.name);
    expect(JSON.stringify(answer)).not.toContain("the object");
  });
});

describe("keys", () => {
  test.each([
    "plain.txt",
    "a b+c%20d%2F#e?f&g=h;i",
    "Grüße/報告 📊.csv",
    "quote'\"<&>.txt",
    "é composed and é decomposed",
    "~!*'()@$,:[]{}|^`\\",
    // Not names that its file system can hold.
    ...(isEngine("versitygw") ? [] : ["a/b/c/", "a//b", "/", "x/../../../../etc/passwd", "./.", "nul\u0001\u001f\r\n"]),
  ])("may be %j", async (Key) => {
    const body = `content of ${Key}`;
    await put(Key, body);
    expect(await getText(Key)).toBe(body);
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(Contents.map((object) => object.Key)).toEqual([Key]);
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await refusal(s3.client.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
  });

  test.skipIf(isEngine("versitygw"))("may be beginnings of one another", async () => {
    for (const key of ["tree", "tree/", "tree/leaf"]) await put(key, key);
    for (const key of ["tree", "tree/", "tree/leaf"]) expect(await getText(key)).toBe(key);
  });

  test("longer than 1,024 bytes are refused", async () => {
    expect(await refusal(put("ü".repeat(513)))).toEqual({ code: "KeyTooLongError", status: 400 });
  });
});

describe("DeleteObject and DeleteObjects", () => {
  test("DeleteObject succeeds on a key that is not there", async () => {
    const { $metadata } = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "never was" }));
    expect($metadata.httpStatusCode).toBe(204);
  });

  test("DeleteObjects removes many and reports each", async () => {
    const keys = ["d/1", "d/<2>&amp;", "d/ 3 ", "d/ü📊"];
    await Promise.all(keys.map((key) => put(key)));
    const Objects = [...keys, "d/never was"].map((Key) => ({ Key }));
    const { Deleted = [], Errors } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted.map(({ Key }) => Key).sort()).toEqual([...keys, "d/never was"].sort());
    expect(Errors).toBeUndefined();
    const left = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: "d/" }));
    expect(left.KeyCount).toBe(0);
  });

  // It ignores Quiet, and takes any number of keys.
  test.skipIf(isEngine("versitygw"))("DeleteObjects says nothing about success when quiet", async () => {
    await put("quiet");
    const Delete = { Objects: [{ Key: "quiet" }], Quiet: true };
    const { Deleted } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(Deleted).toBeUndefined();
    expect(await refusal(s3.client.send(new GetObjectCommand({ Bucket, Key: "quiet" })))).toMatchObject({
      status: 404,
    });
  });

  test.skipIf(isEngine("versitygw"))("DeleteObjects refuses more than 1,000 keys", async () => {
    const Objects = Array.from({ length: 1001 }, (_, i) => ({ Key: `many/${i}` }));
    const request = s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(await refusal(request)).toEqual({ code: "MalformedXML", status: 400 });
  });
});

describe("CopyObject", () => {
  test("copies bytes, type and metadata", async () => {
    const source = { Bucket, Key: "copy/sö urce+1%.txt" };
    await s3.client.send(
      new PutObjectCommand({ ...source, Body: "copied", ContentType: "text/plain", Metadata: { a: "1" } }),
    );
    const CopySource = `${Bucket}/${encodeURIComponent(source.Key)}`;
    const { CopyObjectResult } = await s3.client.send(
      new CopyObjectCommand({ Bucket, Key: "copy/target", CopySource }),
    );
    expect(await getText("copy/target")).toBe("copied");
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "copy/target" }));
    expect(head).toMatchObject({ ContentType: "text/plain", Metadata: { a: "1" } });
    expect(head.ETag).toBe(CopyObjectResult?.ETag);
  });

  test("replaces metadata when told so, also of the object itself", async () => {
    await put("copy/self", "same bytes");
    const self = { Bucket, Key: "copy/self", CopySource: `${Bucket}/copy/self` };
    expect(await refusal(s3.client.send(new CopyObjectCommand(self)))).toEqual({ code: "InvalidRequest", status: 400 });
    await s3.client.send(
      new CopyObjectCommand({ ...self, MetadataDirective: "REPLACE", ContentType: "text/x", Metadata: { b: "2" } }),
    );
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "copy/self" }));
    expect(head).toMatchObject({ ContentType: "text/x", Metadata: { b: "2" } });
    expect(await getText("copy/self")).toBe("same bytes");
  });

  test.each([
    { condition: { CopySourceIfMatch: '"0"' }, refused: { code: "PreconditionFailed", status: 412 } },
    { condition: { CopySource: "missing key" }, refused: { code: "NoSuchKey", status: 404 } },
  ])("refuses $condition", async ({ condition, refused }) => {
    await put("copy/source");
    const CopySource = `${Bucket}/${condition.CopySource ?? "copy/source"}`;
    const request = s3.client.send(new CopyObjectCommand({ Bucket, Key: "copy/no", ...condition, CopySource }));
    expect(await refusal(request)).toEqual(refused);
  });
});
