import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isEngine, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

const MIB = 1024 ** 2;
const first = randomBytes(5 * MIB);
const second = randomBytes(5 * MIB + 1);
const last = Buffer.from("the end");

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

type Place = { Bucket: string; Key: string; UploadId: string | undefined };

async function begin(Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<Place> {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }));
  return { Bucket, Key, UploadId };
}

/** Uploads a part of an upload without checksums and gives back what CompleteMultipartUpload wants to hear. */
async function uploadPart(place: Place, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...place, PartNumber, Body }));
  return { PartNumber, ETag };
}

const complete = (place: Place, Parts: CompletedPart[], input: { IfNoneMatch?: string } = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts }, ...input }));

async function read(Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

describe("a multipart upload", () => {
  test("joins its parts, has the ETag of their MD5s and can be read by ranges", async () => {
    const place = await begin("joined", { ContentType: "text/csv", Metadata: { a: "1" } });
    const parts = [
      await uploadPart(place, 1, first),
      await uploadPart(place, 4, second),
      await uploadPart(place, 9, last),
    ];
    const { ETag } = await complete(place, parts);
    const digests = Buffer.concat([md5(first), md5(second), md5(last)]);
    expect(ETag).toBe(`"${md5(digests).toString("hex")}-3"`);
    const whole = Buffer.concat([first, second, last]);
    expect((await read("joined")).equals(whole)).toBe(true);
    const border = 5 * MIB;
    expect(
      (await read("joined", `bytes=${border - 3}-${border + 3}`)).equals(whole.subarray(border - 3, border + 4)),
    ).toBe(true);
    expect((await read("joined", "bytes=-9")).equals(whole.subarray(-9))).toBe(true);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "joined" }));
    expect(head).toMatchObject({ ContentLength: whole.length, ETag, ContentType: "text/csv", Metadata: { a: "1" } });
  });

  test("is not visible before it is completed", async () => {
    const place = await begin("unfinished");
    await uploadPart(place, 1, last);
    expect(await refusal(read("unfinished"))).toMatchObject({ code: "NoSuchKey" });
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: "unfinished" }));
    expect(listed.KeyCount).toBe(0);
  });

  test("uses the last version of a part, and only the parts that are named", async () => {
    const place = await begin("replaced");
    await uploadPart(place, 1, Buffer.from("old"));
    const kept = await uploadPart(place, 1, Buffer.from("new"));
    await uploadPart(place, 2, Buffer.from("unused"));
    await complete(place, [kept]);
    expect((await read("replaced")).toString()).toBe("new");
  });

  // It forgets the upload once it is completed.
  test.skipIf(isEngine("versitygw"))("can be completed again by a client that did not hear the answer", async () => {
    const place = await begin("again");
    const parts = [await uploadPart(place, 1, last)];
    const answers = await Promise.all([complete(place, parts), complete(place, parts)]);
    answers.push(await complete(place, parts));
    expect(new Set(answers.map(({ ETag }) => ETag)).size).toBe(1);
    expect((await read("again")).equals(last)).toBe(true);
  });

  test.each([
    {
      name: "a wrong ETag",
      code: "InvalidPart",
      parts: ([a]: CompletedPart[]) => [{ ...a, ETag: `"${"0".repeat(32)}"` }],
    },
    { name: "a part that is missing", code: "InvalidPart", parts: ([a]: CompletedPart[]) => [{ ...a, PartNumber: 7 }] },
    { name: "parts out of order", code: "InvalidPartOrder", parts: (all: CompletedPart[]) => all.toReversed() },
    { name: "a small part in the middle", code: "EntityTooSmall", parts: (all: CompletedPart[]) => all },
    { name: "no parts", code: "MalformedXML", parts: () => [] },
  ])("with $name answers $code and stays open", async ({ name, code, parts }) => {
    const place = await begin(`refused ${name}`);
    const bytes = code === "EntityTooSmall" ? last : first;
    const uploaded = [await uploadPart(place, 1, bytes), await uploadPart(place, 2, bytes)];
    expect(await refusal(complete(place, parts(uploaded)))).toEqual({ code, status: 400 });
    const { Parts = [] } = await s3.client.send(new ListPartsCommand(place));
    expect(Parts).toHaveLength(2);
  });

  test("that was aborted takes no part and cannot be completed", async () => {
    const place = await begin("aborted");
    const parts = [await uploadPart(place, 1, last)];
    await s3.client.send(new AbortMultipartUploadCommand(place));
    const gone = { code: "NoSuchUpload", status: 404 };
    expect(await refusal(uploadPart(place, 2, last))).toEqual(gone);
    expect(await refusal(complete(place, parts))).toEqual(gone);
    expect(await refusal(s3.client.send(new ListPartsCommand(place)))).toEqual(gone);
  });

  test("with If-None-Match * does not replace an object that came meanwhile", async () => {
    const place = await begin("guarded");
    const parts = [await uploadPart(place, 1, last)];
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "guarded", Body: "was here" }));
    const refused = await refusal(complete(place, parts, { IfNoneMatch: "*" }));
    expect(refused).toEqual({ code: "PreconditionFailed", status: 412 });
    expect((await read("guarded")).toString()).toBe("was here");
  });

  test.each([0, 10_001])("refuses the part number %i", async (number) => {
    const place = await begin("numbers");
    expect(await refusal(uploadPart(place, number, last))).toEqual({ code: "InvalidArgument", status: 400 });
  });
});

describe("checksums of a multipart upload", () => {
  test("of type COMPOSITE are missed in a part that has none, and in the list", async () => {
    const place = await begin("strict", { ChecksumAlgorithm: "SHA256" });
    const plain = s3.createClient({ requestChecksumCalculation: "WHEN_REQUIRED" });
    const invalid = { code: "InvalidRequest", status: 400 };
    const part = { ...place, PartNumber: 1, Body: last };
    expect(await refusal(plain.send(new UploadPartCommand(part)))).toEqual(invalid);
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: "SHA256" }));
    expect(await refusal(complete(place, [{ PartNumber: 1, ETag }]))).toEqual(invalid);
  });

  test("of type COMPOSITE are given for the object and required of the parts", async () => {
    const place = await begin("composite", { ChecksumAlgorithm: "SHA256" });
    const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
    const send = async (PartNumber: number, Body: Buffer) => {
      const sent = await s3.client.send(
        new UploadPartCommand({ ...place, PartNumber, Body, ChecksumAlgorithm: "SHA256" }),
      );
      return { PartNumber, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 ?? "" };
    };
    const parts = [await send(1, first), await send(2, last)];
    expect(parts[1]?.ChecksumSHA256).toBe(sha256(last).toString("base64"));
    const answer = await complete(place, parts);
    const expected = sha256(Buffer.concat([sha256(first), sha256(last)])).toString("base64");
    expect(answer.ChecksumSHA256).toBe(`${expected}-2`);
  });

  test("of type FULL_OBJECT are those of the bytes", async () => {
    const place = await begin("full", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    const send = async (PartNumber: number, Body: Buffer) => {
      const sent = await s3.client.send(new UploadPartCommand({ ...place, PartNumber, Body }));
      return { PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 ?? "" };
    };
    const answer = await complete(place, [await send(1, first), await send(2, last)]);
    const once = await s3.client.send(
      new PutObjectCommand({ Bucket, Key: "once", Body: Buffer.concat([first, last]), ChecksumAlgorithm: "CRC32" }),
    );
    expect(answer).toMatchObject({ ChecksumCRC32: once.ChecksumCRC32, ChecksumType: "FULL_OBJECT" });
  });
});

describe("UploadPartCopy", () => {
  test("takes whole objects and ranges", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "source ü", Body: first }));
    const place = await begin("from copies");
    const CopySource = `${Bucket}/${encodeURIComponent("source ü")}`;
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const input = { ...place, PartNumber, CopySource, ...(CopySourceRange && { CopySourceRange }) };
      const { CopyPartResult } = await s3.client.send(new UploadPartCopyCommand(input));
      return { PartNumber, ETag: CopyPartResult?.ETag };
    };
    await complete(place, [await copy(1), await copy(2, "bytes=10-19")]);
    expect((await read("from copies")).equals(Buffer.concat([first, first.subarray(10, 20)]))).toBe(true);
  });
});

describe("lib-storage's Upload", () => {
  test("streams a body of unknown length", async () => {
    const chunks = Array.from({ length: 192 }, () => randomBytes(64 * 1024));
    await new Upload({
      client: s3.client,
      params: { Bucket, Key: "streamed", Body: Readable.from(chunks) },
      partSize: 5 * MIB,
    }).done();
    expect((await read("streamed")).equals(Buffer.concat(chunks))).toBe(true);
  });
});
