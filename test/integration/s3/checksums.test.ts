import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
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

/** The standard check sequence of CRC catalogues. */
const body = "123456789";
const known = {
  ChecksumCRC32: "y/Q5Jg==",
  ChecksumCRC32C: "4waSgw==",
  ChecksumCRC64NVME: "rosUhgp5mIg=",
  ChecksumSHA1: createHash("sha1").update(body).digest("base64"),
  ChecksumSHA256: createHash("sha256").update(body).digest("base64"),
};
const algorithms = [
  { algorithm: ChecksumAlgorithm.CRC32, member: "ChecksumCRC32" },
  { algorithm: ChecksumAlgorithm.CRC32C, member: "ChecksumCRC32C" },
  { algorithm: ChecksumAlgorithm.CRC64NVME, member: "ChecksumCRC64NVME" },
  { algorithm: ChecksumAlgorithm.SHA1, member: "ChecksumSHA1" },
  { algorithm: ChecksumAlgorithm.SHA256, member: "ChecksumSHA256" },
] as const;

const put = (input: Omit<PutObjectCommandInput, "Bucket">) =>
  s3.client.send(new PutObjectCommand({ Bucket, Body: body, ...input }));
const get = (Key: string) => s3.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
/** The client that real streams need: S3 refuses chunks of less than 8 KiB, unless they are the last. */
const putStream = (input: Omit<PutObjectCommandInput, "Bucket">) =>
  s3.createClient({ requestStreamBufferSize: 64 * 1024 }).send(new PutObjectCommand({ Bucket, ...input }));
/** A stream, so that the SDK sends aws-chunked with the checksum in the trailer. */
const stream = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe.each(algorithms)("$algorithm", ({ algorithm, member }) => {
  test("in a header is verified, returned and kept", async () => {
    const answer = await put({ Key: algorithm, [member]: known[member] });
    expect(answer).toMatchObject({ [member]: known[member], ChecksumType: "FULL_OBJECT" });
    const read = await get(algorithm);
    expect(read[member]).toBe(known[member]);
    expect(await read.Body?.transformToString()).toBe(body);
  });

  test("in a header that is of other bytes answers BadDigest and stores nothing", async () => {
    const Key = `${algorithm} wrong`;
    expect(await refusal(put({ Key, Body: "other bytes", [member]: known[member] }))).toEqual({
      code: "BadDigest",
      status: 400,
    });
    expect(await refusal(get(Key))).toMatchObject({ code: "NoSuchKey" });
  });

  test("in the trailer of a stream is verified, returned and kept", async () => {
    const answer = await putStream({
      Key: `${algorithm} stream`,
      Body: stream("1234", "", "56789"),
      ContentLength: 9,
      ChecksumAlgorithm: algorithm,
    });
    expect(answer[member]).toBe(known[member]);
    const read = await get(`${algorithm} stream`);
    expect(await read.Body?.transformToString()).toBe(body);
    expect(read[member]).toBe(known[member]);
    // aws-chunked says how it came, not what it is; versitygw keeps it.
    if (!isEngine("versitygw")) expect(read.ContentEncoding ?? "").not.toContain("aws-chunked");
  });
});

describe("streams", () => {
  test("of many chunks arrive unchanged", async () => {
    const chunks = Array.from({ length: 300 }, (_, i) => `${i} `.repeat(1 + ((i * 37) % 5000)));
    const whole = chunks.join("");
    await putStream({ Key: "long", Body: stream(...chunks), ContentLength: whole.length });
    const read = await get("long");
    expect(crc32((await read.Body?.transformToByteArray()) ?? "")).toBe(crc32(whole));
    expect(read.ContentLength).toBe(whole.length);
  });

  test("of chunks that are too small answer InvalidChunkSizeError", async () => {
    const refused = await refusal(put({ Key: "tiny", Body: stream("1", "2"), ContentLength: 2 }));
    expect(refused.code).toBe("InvalidChunkSizeError");
  });

  test("that end early are not stored", async () => {
    await expect(put({ Key: "short", Body: stream("only this"), ContentLength: 100 })).rejects.toThrow();
    expect(await refusal(get("short"))).toMatchObject({ code: "NoSuchKey" });
  });
});

describe("Content-MD5", () => {
  const md5 = createHash("md5").update(body).digest("base64");

  test("that agrees is accepted", async () => {
    await expect(put({ Key: "md5", ContentMD5: md5 })).resolves.toMatchObject({
      ETag: `"${createHash("md5").update(body).digest("hex")}"`,
    });
  });

  test.each([
    { name: "of other bytes", ContentMD5: createHash("md5").update("other").digest("base64"), code: "BadDigest" },
    { name: "that is none", ContentMD5: "bm90IGFuIE1ENQ==", code: "InvalidDigest" },
  ])("$name answers $code", async ({ ContentMD5, code }) => {
    expect(await refusal(put({ Key: "md5 wrong", ContentMD5 }))).toEqual({ code, status: 400 });
  });
});

describe("CopyObject", () => {
  test("keeps the checksum of its source", async () => {
    await put({ Key: "source", ChecksumSHA256: known.ChecksumSHA256 });
    const CopySource = `${Bucket}/source`;
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    expect((await get("copy")).ChecksumSHA256).toBe(known.ChecksumSHA256);
  });
});
