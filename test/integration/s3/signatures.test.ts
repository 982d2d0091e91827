import { request as httpRequest } from "node:http";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryClockRefusals } from "../../../shared/aws/clock-refusals.ts";
import { isEngineFault } from "../../../shared/engine-faults.ts";
import { fetchedRefusal, isEngine, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "a b+c/ü.txt", Body: "signed content" }));
});
afterAll(() => s3.close());

const object = () => ({ Bucket, Key: "a b+c/ü.txt" });
const readText = async (key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: key }));
  return Body?.transformToString();
};

describe("a signed header", () => {
  test("with a wrong secret answers SignatureDoesNotMatch", async () => {
    const credentials = { ...s3.credentials, secretAccessKey: "wrong" };
    const client = s3.createClient({ credentials });
    const refused = await refusal(client.send(new GetObjectCommand(object())));
    expect(refused).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
  });

  // It has a code of its own for that.
  test.skipIf(isEngine("versitygw"))("with an unknown key answers InvalidAccessKeyId", async () => {
    const client = s3.createClient({ credentials: { ...s3.credentials, accessKeyId: "nobody" } });
    const refused = await refusal(client.send(new ListObjectsV2Command({ Bucket })));
    expect(refused).toEqual({ code: "InvalidAccessKeyId", status: 403 });
  });

  test("of another region answers AuthorizationHeaderMalformed", async () => {
    const client = s3.createClient({ region: "eu-west-1" });
    const refused = await refusal(client.send(new GetObjectCommand(object())));
    expect(refused).toEqual({ code: "AuthorizationHeaderMalformed", status: 400 });
  });

  test.each([-20 * 60_000, 20 * 60_000])("from a clock that is %i ms off answers RequestTimeTooSkewed", async (ms) => {
    const client = s3.createClient({ systemClockOffset: ms });
    const refused = await refusal(client.send(new GetObjectCommand(object())));
    expect(refused).toEqual({ code: "RequestTimeTooSkewed", status: 403 });
  });

  // As when the clock was wrong, and is set right: the SDK goes on signing by how wrong it was, until it is told.
  test.each([
    { method: "HEAD", Command: HeadObjectCommand, ms: -20 * 60_000 },
    { method: "HEAD", Command: HeadObjectCommand, ms: 20 * 60_000 },
    { method: "GET", Command: GetObjectCommand, ms: 20 * 60_000 },
  ])("of a $method from $ms ms off is made anew by our clients, and a fault that passes", async ({ Command, ms }) => {
    const once = retryClockRefusals(s3.createClient({ systemClockOffset: ms }));
    const refused = await once.send(new Command(object())).catch((error: unknown) => error);
    expect(refused).toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(isEngineFault(refused)).toBe(true);
    const client = retryClockRefusals(s3.createClient({ systemClockOffset: ms, maxAttempts: 3 }));
    const answer = await client.send(new Command(object()));
    expect(answer).toMatchObject({ ContentLength: 14, $metadata: { attempts: 2 } });
  });

  test("of a HEAD with a wrong secret is no fault that passes", async () => {
    const credentials = { ...s3.credentials, secretAccessKey: "wrong" };
    const client = retryClockRefusals(s3.createClient({ credentials }));
    const refused = await client.send(new HeadObjectCommand(object())).catch((error: unknown) => error);
    expect(refused).toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(isEngineFault(refused)).toBe(false);
  });

  test("from a clock that is ten minutes off is accepted", async () => {
    const client = s3.createClient({ systemClockOffset: 10 * 60_000 });
    await expect(client.send(new HeadObjectCommand(object()))).resolves.toBeDefined();
  });

  test("of a payload that was changed on the way answers XAmzContentSHA256Mismatch and stores nothing", async () => {
    const client = s3.createClient({ requestChecksumCalculation: "WHEN_REQUIRED" });
    client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { body: unknown } };
        request.body = "tampered";
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    const refused = await refusal(client.send(new PutObjectCommand({ Bucket, Key: "tampered", Body: "original" })));
    expect(refused).toEqual({ code: "XAmzContentSHA256Mismatch", status: 400 });
    expect(await refusal(readText("tampered"))).toMatchObject({ code: "NoSuchKey" });
  });
});

describe("no signature", () => {
  test.each([
    { method: "GET", path: () => `/${Bucket}/a` },
    { method: "PUT", path: () => `/${Bucket}/a` },
    { method: "DELETE", path: () => `/${Bucket}/a` },
    { method: "GET", path: () => `/${Bucket}?list-type=2` },
  ])("answers AccessDenied to $method", async ({ method, path }) => {
    const body = method === "PUT" ? "x" : null;
    const answer = await fetch(s3.endpoint + path(), { method, body });
    expect(await fetchedRefusal(answer)).toEqual({ code: "AccessDenied", status: 403 });
  });
});

describe("a presigned GET", () => {
  const sign = (expiresIn: number, signingDate?: Date) =>
    getSignedUrl(
      s3.client,
      new GetObjectCommand({ ...object(), ResponseContentDisposition: 'attachment; filename="x"' }),
      {
        expiresIn,
        ...(signingDate && { signingDate }),
      },
    );

  test("gives the object under the signed name", async () => {
    const answer = await fetch(await sign(60));
    expect(await answer.text()).toBe("signed content");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="x"');
  });

  test("takes a Range that was not signed", async () => {
    const answer = await fetch(await sign(60), { headers: { range: "bytes=0-5" } });
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 206, text: "signed" });
  });

  test("answers AccessDenied once it has expired", async () => {
    const answer = await fetch(await sign(60, new Date(Date.now() - 61_000)));
    expect(await fetchedRefusal(answer)).toEqual({ code: "AccessDenied", status: 403 });
  });

  // It takes URLs from the future.
  test.skipIf(isEngine("versitygw"))("answers AccessDenied when it is dated in the future", async () => {
    const answer = await fetch(await sign(60, new Date(Date.now() + 3_600_000)));
    expect(await fetchedRefusal(answer)).toEqual({ code: "AccessDenied", status: 403 });
  });

  test.each([
    ["another key", (url: string) => url.replace("%C3%BC.txt", "other.txt")],
    ["a longer life", (url: string) => url.replace("X-Amz-Expires=60", "X-Amz-Expires=600")],
    ["another name", (url: string) => url.replace(/filename%3D%22x/, "filename%3D%22y")],
    ["another parameter", (url: string) => `${url}&response-content-type=text%2Fhtml`],
  ])("with %s answers SignatureDoesNotMatch", async (_, change) => {
    const url = await sign(60);
    expect(change(url)).not.toBe(url);
    expect(await fetchedRefusal(await fetch(change(url)))).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
  });

  test("cannot be used to write", async () => {
    const answer = await fetch(await sign(60), { method: "PUT", body: "x" });
    expect(await fetchedRefusal(answer)).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
  });

  test("for longer than a week answers AuthorizationQueryParametersError", async () => {
    const url = (await sign(60)).replace("X-Amz-Expires=60", "X-Amz-Expires=604801");
    const refused = await fetchedRefusal(await fetch(url));
    expect(refused).toEqual({ code: "AuthorizationQueryParametersError", status: 400 });
  });
});

describe("a presigned PUT", () => {
  /** The SDK has a type of its own for objects without one, which no browser would send. */
  const signed = ({ ContentLength, ContentType }: Omit<PutObjectCommandInput, "Bucket">) => [
    ...(ContentLength === undefined ? [] : ["content-length"]),
    ...(ContentType === undefined ? [] : ["content-type"]),
  ];
  const sign = (input: {
    Key: string;
    ContentLength?: number;
    ContentType?: string;
    Metadata?: Record<string, string>;
  }) =>
    getSignedUrl(
      s3.createClient({ requestChecksumCalculation: "WHEN_REQUIRED" }),
      new PutObjectCommand({ Bucket, ...input }),
      { expiresIn: 60, signableHeaders: new Set(["host", ...signed(input)]) },
    );

  test("stores what is sent, with its type", async () => {
    const url = await sign({ Key: "put", ContentType: "text/csv" });
    const answer = await fetch(url, { method: "PUT", body: "1,2", headers: { "content-type": "text/csv" } });
    expect(answer.status).toBe(200);
    expect(await readText("put")).toBe("1,2");
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "put" }));
    expect(head).toMatchObject({ ContentType: "text/csv" });
  });

  // It ignores them.
  test.skipIf(isEngine("versitygw"))("stores the metadata that the SDK moved into the query", async () => {
    const url = await sign({ Key: "hoisted", Metadata: { origin: "browser" } });
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(200);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "hoisted" }));
    expect(head.Metadata).toEqual({ origin: "browser" });
  });

  test("ignores the checksum of nothing that the SDK signs by default", async () => {
    const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: "default" }));
    expect(url).toContain("x-amz-checksum-crc32=AAAAAA");
    expect((await fetch(url, { method: "PUT", body: "not nothing" })).status).toBe(200);
    expect(await readText("default")).toBe("not nothing");
  });

  test("takes exactly the length that was signed", async () => {
    const url = await sign({ Key: "sized", ContentLength: 5 });
    for (const body of ["1234", "123456", ""]) {
      const refused = await fetchedRefusal(await fetch(url, { method: "PUT", body }));
      expect(refused).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
    }
    expect((await fetch(url, { method: "PUT", body: "12345" })).status).toBe(200);
    expect(await readText("sized")).toBe("12345");
  });

  test("takes only the content type that was signed", async () => {
    const url = await sign({ Key: "typed", ContentType: "text/csv" });
    const answer = await fetch(url, { method: "PUT", body: "x", headers: { "content-type": "text/html" } });
    expect(await fetchedRefusal(answer)).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
  });

  test("with a checksum that was kept a header refuses other content", async () => {
    const ChecksumSHA256 = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from("right"))).toString("base64");
    const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: "summed", ChecksumSHA256 }), {
      expiresIn: 60,
      unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
    });
    const headers = { "x-amz-checksum-sha256": ChecksumSHA256 };
    const wrong = await fetch(url, { method: "PUT", body: "wrong", headers });
    expect(await fetchedRefusal(wrong)).toMatchObject({ status: 400 });
    expect((await fetch(url, { method: "PUT", body: "right", headers })).status).toBe(200);
    // Without the header it is not the request that was signed.
    expect((await fetch(url, { method: "PUT", body: "right" })).status).toBe(403);
  });

  // It takes headers that nobody signed.
  test.skipIf(isEngine("versitygw"))("takes no x-amz header that was not signed", async () => {
    const url = await sign({ Key: "extra" });
    const headers = { "x-amz-meta-added": "later" };
    const answer = await fetch(url, { method: "PUT", body: "x", headers });
    expect(await fetchedRefusal(answer)).toEqual({ code: "AccessDenied", status: 403 });
  });

  test("without a length answers MissingContentLength", async () => {
    const url = await sign({ Key: "endless" });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "transfer-encoding": "chunked" };
      const sent = httpRequest(url, { method: "PUT", headers }, (answer) => resolve(answer.resume().statusCode));
      sent.on("error", reject);
      sent.end("some bytes");
    });
    expect(status).toBe(411);
  });

  test("of a part of an upload that does not exist answers NoSuchUpload", async () => {
    const part = new UploadPartCommand({ Bucket, Key: "part", UploadId: "nowhere", PartNumber: 1 });
    const url = await getSignedUrl(s3.createClient({ requestChecksumCalculation: "WHEN_REQUIRED" }), part);
    const refused = await fetchedRefusal(await fetch(url, { method: "PUT", body: "x" }));
    expect(refused).toEqual({ code: "NoSuchUpload", status: 404 });
  });
});
