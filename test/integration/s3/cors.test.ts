import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

const rule = {
  AllowedOrigins: ["https://app.example", "https://*.preview.example"],
  AllowedMethods: ["GET", "PUT"],
  AllowedHeaders: ["content-type", "x-amz-*"],
  ExposeHeaders: ["ETag"],
  MaxAgeSeconds: 600,
};

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "shared", Body: "shared" }));
  await s3.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
});
afterAll(() => s3.close());

const ask = (origin: string, method: string, headers?: string) =>
  fetch(`${s3.endpoint}/${Bucket}/shared`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      ...(headers && { "access-control-request-headers": headers }),
    },
  });

describe("CORS", () => {
  test("rules are kept", async () => {
    expect((await s3.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual([rule]);
  });

  test("a preflight that a rule allows says so", async () => {
    const answer = await ask("https://app.example", "PUT", "Content-Type, x-amz-meta-a");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(answer.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(answer.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-amz-meta-a");
    expect(answer.headers.get("access-control-max-age")).toBe("600");
  });

  test("a wildcard matches inside an origin", async () => {
    expect((await ask("https://pr-7.preview.example", "GET")).status).toBe(200);
  });

  test.each([
    { name: "origin", question: () => ask("https://evil.example", "PUT") },
    { name: "method", question: () => ask("https://app.example", "DELETE") },
    { name: "header", question: () => ask("https://app.example", "PUT", "authorization") },
  ])("a preflight of another $name answers 403", async ({ question }) => {
    const answer = await question();
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a real request gets the headers, and its errors do as well", async () => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "shared" }));
    const missing = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "missing" }));
    for (const [address, status] of [[url, 200] as const, [missing, 404] as const]) {
      const answer = await fetch(address, { headers: { origin: "https://app.example" } });
      expect(answer.status).toBe(status);
      expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
      expect(answer.headers.get("access-control-expose-headers")).toContain("ETag");
    }
    const other = await fetch(url, { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("rules can be removed", async () => {
    const bucket = await s3.createBucket();
    const noRules = { code: "NoSuchCORSConfiguration", status: 404 };
    expect(await refusal(s3.client.send(new GetBucketCorsCommand({ Bucket: bucket })))).toEqual(noRules);
    await s3.client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }));
    await s3.client.send(new DeleteBucketCorsCommand({ Bucket: bucket }));
    expect(await refusal(s3.client.send(new GetBucketCorsCommand({ Bucket: bucket })))).toEqual(noRules);
  });

  test("rules for methods that do not exist are refused", async () => {
    const CORSRules = [{ ...rule, AllowedMethods: ["FETCH"] }];
    const request = s3.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect(await refusal(request)).toEqual({ code: "InvalidRequest", status: 400 });
  });
});
