import { request as httpRequest } from "node:http";
import { text as readText } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Bucket, createBucket } from "../../../shared/aws/bucket.ts";
import {
  downloadMisuses,
  formMisuses,
  partMisuses,
  setParameter as set,
} from "../../support/hostile/presigned-cases.ts";
import { isEngine, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

/** Whoever finds a URL or a form that Cubby signed may use it for what it says, until it expires, and for nothing else. */
const SECRET = "bytes of the session";
const KEY = "sessions/session_a/uploads/a b.csv";
const OTHER = "sessions/session_b/uploads/a b.csv";
const MINUTES = 60_000;
const place = { own: "session_a", other: "session_b", otherKey: OTHER };

let s3: S3UnderTest;
let bucket: Bucket;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  const presigning = s3.createClient({ requestChecksumCalculation: "WHEN_REQUIRED" });
  bucket = createBucket(s3.client, presigning, await s3.createBucket());
  for (const key of [KEY, OTHER]) await bucket.putBytes(key, Buffer.from(SECRET), { contentType: "text/csv" });
});
afterAll(() => s3.close());

/** Signs as if it were so long ago; only the date is another. */
async function ago<Value>(milliseconds: number, sign: () => Promise<Value>): Promise<Value> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - milliseconds });
  return sign().finally(() => vi.useRealTimers());
}

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of bucket.list("sessions/")) found.push(key);
  return found.toSorted();
}

/** A request whose target and headers are sent as they are written: `fetch` would tidy them up. */
function send(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { hostname, port } = new URL(url);
  const path = url.slice(new URL(url).origin.length);
  const { method = "GET", headers = {}, body = "" } = init;
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const length = method === "GET" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = httpRequest({ method, hostname, port, path, headers: { ...length, ...headers } }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, body: await readText(answer) });
    });
    sent.once("error", reject).end(body);
  });
}

/** Refused as the caller's fault, with nothing of the object in the answer. */
function expectRefused({ status, body }: { status: number; body: string }): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).not.toContain(SECRET);
}

describe("the URL of a download", () => {
  const signed = () =>
    bucket.presignGet(KEY, {
      expiresInSeconds: 300,
      disposition: 'attachment; filename="a b.csv"',
      contentType: "text/csv",
    });

  test("gives the object out, twice as well, and as what it was signed", async () => {
    const url = await signed();
    for (let time = 0; time < 2; time++) {
      const answer = await fetch(url);
      expect(await answer.text()).toBe(SECRET);
      expect(answer.headers.get("content-disposition")).toBe('attachment; filename="a b.csv"');
    }
  });

  test("is good until it expires, and not a minute longer", async () => {
    expect(await send(await ago(4 * MINUTES, signed))).toMatchObject({ status: 200, body: SECRET });
    expectRefused(await send(await ago(6 * MINUTES, signed)));
  });

  test.each(downloadMisuses)("%s is refused", async (_, change) => {
    const url = await signed();
    const changed = change(url, { ...place, bucket: bucket.name });
    expect(changed).not.toBe(url);
    expectRefused(await send(changed));
  });

  // It passes over a header that is named as signed and was not sent.
  test.skipIf(isEngine("versitygw"))("with another header signed is refused", async () => {
    expectRefused(await send(set(await signed(), "X-Amz-SignedHeaders", "host%3Brange")));
  });

  test.each(["PUT", "POST", "DELETE", "PATCH"])("cannot be used to %s", async (method) => {
    const before = await keys();
    expectRefused(await send(await signed(), { method, body: "x" }));
    expect(await keys()).toEqual(before);
    expect((await send(await signed())).body).toBe(SECRET);
  });

  test("at another host is refused, because the host is signed", async () => {
    expectRefused(await send(await signed(), { headers: { host: "evil.example" } }));
  });
});

describe("the URL of a part", () => {
  const PART = "part of a file";

  async function begin() {
    const key = `sessions/session_a/uploads/parts-${crypto.randomUUID()}.bin`;
    const uploadId = await bucket.createMultipart(key, { contentType: "application/octet-stream", algorithm: "crc32" });
    const sign = () =>
      bucket.presignPart({ key, uploadId }, { partNumber: 1, sizeBytes: PART.length, expiresInSeconds: 900 });
    return { sign, listed: async () => (await bucket.listParts({ key, uploadId }))?.length };
  }

  test("takes the part, again as well, until it expires", async () => {
    const { sign, listed } = await begin();
    const url = await ago(14 * MINUTES, sign);
    for (let time = 0; time < 2; time++) expect((await send(url, { method: "PUT", body: PART })).status).toBe(200);
    expect(await listed()).toBe(1);
    expectRefused(await send(await ago(16 * MINUTES, sign), { method: "PUT", body: PART }));
  });

  test.each(partMisuses)("%s is refused, and nothing is kept", async (_, change, init) => {
    const { sign, listed } = await begin();
    const own = { ...place, bucket: bucket.name };
    expectRefused(await send(change(await sign(), own), { method: "PUT", body: PART, ...init(PART, own) }));
    expect(await listed()).toBe(0);
  });
});

describe("the form of an upload", () => {
  const CONTENT = "1,2,3\n";
  type Fields = Record<string, string>;
  const newKey = () => `sessions/session_a/uploading/${crypto.randomUUID()}`;
  const sign = (key: string) =>
    bucket.presignPost(key, { sizeBytes: CONTENT.length, contentType: "text/csv", expiresInSeconds: 900 });

  async function post({ url, fields }: { url: string; fields: Fields }, content: string = CONTENT) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([content]), "file");
    const answer = await fetch(url, { method: "POST", body: form });
    return { status: answer.status, body: await answer.text() };
  }

  test("takes the file until it expires, at its own key alone", async () => {
    const key = newKey();
    expect((await post(await ago(14 * MINUTES, () => sign(key)))).status).toBe(201);
    expect(await bucket.find(key)).toMatchObject({ sizeBytes: CONTENT.length });
    const late = newKey();
    expectRefused(await post(await ago(16 * MINUTES, () => sign(late))));
    expect(await bucket.find(late)).toBeUndefined();
  });

  test.each(formMisuses)("%s is refused, and nothing is kept", async (_, change, contentOf) => {
    const key = newKey();
    const before = await keys();
    const { url, fields } = await sign(key);
    expectRefused(await post({ url, fields: change(fields, { ...place, bucket: bucket.name }) }, contentOf(CONTENT)));
    expect(await keys()).toEqual(before);
    expect((await send(await bucket.presignGet(OTHER, { expiresInSeconds: 60 }))).body).toBe(SECRET);
  });
});
