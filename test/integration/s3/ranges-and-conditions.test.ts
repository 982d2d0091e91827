import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const put = (Key: string, Body: string) => s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const getText = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};

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
