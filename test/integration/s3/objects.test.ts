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

describe("GetObject with Range", () => {
  beforeAll(() => put("ranges", "0123456789"));

  test.each([
    { Range: "bytes=0-0", bytes: "0", ContentRange: "bytes 0-0/10" },
    { Range: "bytes=3-5", bytes: "345", ContentRange: "bytes 3-5/10" },
    { Range: "bytes=7-", bytes: "789", ContentRange: "bytes 7-9/10" },
    { Range: "bytes=-4", bytes: "6789", ContentRange: "bytes 6-9/10" },
    { Range: "bytes=-99", bytes: "0123456789", ContentRange: "bytes 0-9/10" },
    { Range: "bytes=5-999", bytes: "56789", ContentRange: "bytes 5-9/10" },
  ])("$Range gives $bytes", async ({ Range, bytes, ContentRange }) => {
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key: "ranges", Range }));
    expect(await answer.Body?.transformToString()).toBe(bytes);
    expect(answer).toMatchObject({ ContentRange, ContentLength: bytes.length, $metadata: { httpStatusCode: 206 } });
  });

  test("behind the end answers InvalidRange", async () => {
    const request = s3.client.send(new GetObjectCommand({ Bucket, Key: "ranges", Range: "bytes=10-" }));
    expect(await refusal(request)).toEqual({ code: "InvalidRange", status: 416 });
  });
});

describe("conditions", () => {
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);
  let ETag: string | undefined;
  beforeAll(async () => {
    ({ ETag } = await put("conditions", "here"));
  });

  test.each([
    { name: "If-Match with its ETag", condition: () => ({ IfMatch: ETag }), status: 200 },
    { name: "If-Match with another", condition: () => ({ IfMatch: '"0"' }), status: 412 },
    { name: "If-None-Match with its ETag", condition: () => ({ IfNoneMatch: ETag }), status: 304 },
    { name: "If-None-Match with another", condition: () => ({ IfNoneMatch: '"0"' }), status: 200 },
    { name: "If-Modified-Since before", condition: () => ({ IfModifiedSince: past }), status: 200 },
    { name: "If-Unmodified-Since before", condition: () => ({ IfUnmodifiedSince: past }), status: 412 },
    { name: "If-Unmodified-Since after", condition: () => ({ IfUnmodifiedSince: future }), status: 200 },
    {
      name: "If-Match that holds beside If-Unmodified-Since that does not",
      condition: () => ({ IfMatch: ETag, IfUnmodifiedSince: past }),
      status: 200,
    },
    {
      name: "If-None-Match that holds beside If-Modified-Since that does not",
      condition: () => ({ IfNoneMatch: ETag, IfModifiedSince: past }),
      status: 304,
    },
  ])("of reading: $name gives $status", async ({ condition, status }) => {
    const request = { Bucket, Key: "conditions", ...condition() };
    for (const command of [new GetObjectCommand(request), new HeadObjectCommand(request)]) {
      const answered = s3.client.send(command as GetObjectCommand).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      );
      expect(await answered).toBe(status);
    }
  });

  test("of writing: If-None-Match * creates and never replaces", async () => {
    const create = (Body: string) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: "once", Body, IfNoneMatch: "*" }));
    await create("first");
    expect(await refusal(create("second"))).toEqual({ code: "PreconditionFailed", status: 412 });
    expect(await getText("once")).toBe("first");
  });

  test("of writing: If-None-Match * lets exactly one of many writers through", async () => {
    const writers = Array.from({ length: 12 }, (_, i) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: "race", Body: `writer ${i}`, IfNoneMatch: "*" })).then(
        () => i,
        () => undefined,
      ),
    );
    const winners = (await Promise.all(writers)).filter((i) => i !== undefined);
    expect(winners).toHaveLength(1);
    expect(await getText("race")).toBe(`writer ${winners[0]}`);
  });

  test("of writing: If-Match replaces only what was seen", async () => {
    const seen = await put("seen", "v1");
    const replace = (Body: string) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: "seen", Body, IfMatch: seen.ETag }));
    await replace("v2");
    expect(await refusal(replace("v3"))).toEqual({ code: "PreconditionFailed", status: 412 });
    expect(await getText("seen")).toBe("v2");
  });

  test("of writing: If-Match on a key that is not there answers NoSuchKey", async () => {
    const request = s3.client.send(new PutObjectCommand({ Bucket, Key: "unseen", Body: "x", IfMatch: '"0"' }));
    expect(await refusal(request)).toEqual({ code: "NoSuchKey", status: 404 });
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
