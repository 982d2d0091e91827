import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchedRefusal, isEngine, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const MAX = 100;

interface FormOptions extends Partial<PresignedPostOptions> {
  /** Fields as the browser sends them, after signing. */
  readonly change?: (fields: Record<string, string>) => Record<string, string>;
  readonly body?: string | Blob;
  readonly filename?: string;
}

async function post({ change, body = "posted", filename = "file.csv", ...options }: FormOptions): Promise<Response> {
  const { url, fields } = await createPresignedPost(s3.client, {
    Bucket,
    Key: "form",
    Conditions: [["content-length-range", 1, MAX]],
    Expires: 60,
    ...options,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries(change?.(fields) ?? fields)) form.append(name, value);
  form.append("file", typeof body === "string" ? new Blob([body]) : body, filename);
  return fetch(url, { method: "POST", body: form });
}

const read = (Key: string) => s3.client.send(new GetObjectCommand({ Bucket, Key }));
const denied = { code: "AccessDenied", status: 403 };

describe("a presigned form", () => {
  test("stores the file and answers with its place and ETag", async () => {
    const answer = await post({ Key: "form/ü b+c.csv", body: "1,2\r\n--not-a-boundary\r\n" });
    expect(answer.status).toBe(204);
    const { Body, ETag } = await read("form/ü b+c.csv");
    expect(await Body?.transformToString()).toBe("1,2\r\n--not-a-boundary\r\n");
    expect(answer.headers.get("etag")).toBe(ETag);
  });

  test("stores the type and metadata that its policy names", async () => {
    const given = { "Content-Type": "text/csv", "x-amz-meta-origin": "form" };
    const Conditions = Object.entries(given).map(([name, value]) => ({ [name]: value }));
    await post({ Key: "typed", Fields: given, Conditions });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "typed" }));
    expect(head).toMatchObject({ ContentType: "text/csv", Metadata: { origin: "form" } });
  });

  test("answers 201 with XML when asked", async () => {
    const answer = await post({
      Key: "created",
      Fields: { success_action_status: "201" },
      Conditions: [{ success_action_status: "201" }],
    });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toContain("<Key>created</Key>");
  });

  // It takes the field as it is written.
  test.skipIf(isEngine("versitygw"))("puts the file's name into the key", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how S3 writes it
    await post({ Key: "named/${filename}", filename: "report ü.csv" });
    expect(await (await read("named/report ü.csv")).Body?.transformToString()).toBe("posted");
  });

  test("accepts a file of exactly the largest size", async () => {
    expect((await post({ Key: "largest", body: "x".repeat(MAX) })).status).toBe(204);
  });

  test.each([
    { name: "larger than allowed", body: "x".repeat(MAX + 1), code: "EntityTooLarge" },
    { name: "much larger than allowed", body: "x".repeat(3_000_000), code: "EntityTooLarge" },
    { name: "smaller than allowed", body: "", code: "EntityTooSmall" },
  ])("refuses a file that is $name and stores nothing", async ({ body, code }) => {
    expect(await fetchedRefusal(await post({ Key: "sized", body }))).toEqual({ code, status: 400 });
    expect(await refusal(read("sized"))).toMatchObject({ code: "NoSuchKey" });
  });

  test.each([
    { name: "another key", change: (f: Record<string, string>) => ({ ...f, key: "elsewhere" }) },
    { name: "a further field", change: (f: Record<string, string>) => ({ ...f, "x-amz-meta-extra": "1" }) },
  ])("with $name answers AccessDenied", async ({ change }) => {
    expect(await fetchedRefusal(await post({ Key: "kept", change }))).toEqual(denied);
    expect(await refusal(read("elsewhere"))).toMatchObject({ code: "NoSuchKey" });
  });

  test("without its policy is refused", async () => {
    const answer = await post({ Key: "lawless", change: ({ Policy: _, ...fields }) => fields });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await refusal(read("lawless"))).toMatchObject({ code: "NoSuchKey" });
  });

  test("with a changed policy answers SignatureDoesNotMatch", async () => {
    const policy = { expiration: "2100-01-01T00:00:00Z", conditions: [["starts-with", "$key", ""]] };
    const Policy = Buffer.from(JSON.stringify(policy)).toString("base64");
    const answer = await post({ change: (fields) => ({ ...fields, Policy }) });
    expect(await fetchedRefusal(answer)).toEqual({ code: "SignatureDoesNotMatch", status: 403 });
  });

  test("with starts-with takes what begins that way and nothing else", async () => {
    const Conditions: PresignedPostOptions["Conditions"] = [["starts-with", "$Content-Type", "image/"]];
    const typed = (type: string) => post({ Key: "picture", Conditions, Fields: { "Content-Type": type } });
    expect((await typed("image/png")).status).toBe(204);
    expect(await fetchedRefusal(await typed("text/html"))).toEqual(denied);
  });

  test("that has expired answers AccessDenied", async () => {
    expect(await fetchedRefusal(await post({ Expires: -1 }))).toEqual(denied);
  });

  test("without a file is refused", async () => {
    const { url, fields } = await createPresignedPost(s3.client, { Bucket, Key: "nothing", Expires: 60 });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(400);
  });
});
