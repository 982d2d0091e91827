import { createHash } from "node:crypto";
import { connect } from "node:net";
import { Sha256 } from "@aws-crypto/sha256-js";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchedRefusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  // Always ours: what happens to broken HTTP is no part of S3.
  s3 = await startS3UnderTest({});
  Bucket = await s3.createBucket();
});
afterAll(async () => {
  // Whatever came before, the server still works, and stored nothing that nobody signed.
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "after", Body: "alive" }));
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "after" }));
  expect(await Body?.transformToString()).toBe("alive");
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(["after"]);
  await s3.close();
});

/** Sends bytes as they are, hangs up after a while, and gives back what came first. */
function raw(bytes: string | Buffer): Promise<string> {
  const { port } = new URL(s3.endpoint);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      resolve(answer.split("\r\n", 1)[0] ?? "");
    };
    socket.setTimeout(150, done);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", done);
    socket.on("close", done);
  });
}

/** A request with a good signature over anything, by the SDK's own signer. */
async function signedFetch(method: string, pathAndQuery: string, body: string, headers: Record<string, string> = {}) {
  const url = new URL(pathAndQuery, s3.endpoint);
  const signer = new SignatureV4({
    service: "s3",
    region: s3.region,
    credentials: s3.credentials,
    sha256: Sha256,
    uriEscapePath: false,
  });
  const hash = new Sha256();
  hash.update(body);
  const digest = Buffer.from(await hash.digest()).toString("hex");
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, "x-amz-content-sha256": digest, ...headers },
    body,
  });
  return fetch(url, { method, headers: signed.headers, body: method === "GET" ? null : body });
}

describe("bytes that are no request", () => {
  test.each([
    ["garbage", "\0\x01\x02 garbage \xff\xfe\r\n\r\n"],
    ["a TLS hello", Buffer.from("16030100a5010000a10303", "hex")],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["a request without a host", "GET / HTTP/1.1\r\n\r\n"],
    ["a header that never ends", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}`],
    ["a thousand headers", `GET / HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(5000)}\r\n`],
    ["two lengths", "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a length and chunks",
      "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a negative length", "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ["a broken chunk", "PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["a method of its own", "BREW /b/k HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("%s are refused or dropped", async (_, bytes) => {
    expect(await raw(bytes)).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
  });

  test("a hundred connections that hang up in the middle leave no trace", async () => {
    const part = `PUT /${Bucket}/half HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nhalf of it`;
    const answers = await Promise.all(Array.from({ length: 100 }, () => raw(part)));
    expect(answers.every((line) => /^$|^HTTP\/1\.1 403 /.test(line))).toBe(true);
  });
});

describe("targets", () => {
  test.each([
    ["an escape that is none", "/%zz/key"],
    ["bytes that are not UTF-8", "/bucket/%ff%fe"],
    ["a surrogate", "/bucket/%ed%a0%80"],
    ["a whole address", "http://elsewhere/bucket/key"],
    ["a star", "*"],
    ["an escape in the query", "/bucket?prefix=%"],
  ])("with %s are refused", async (_, target) => {
    expect(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each([
    "/../../../../etc/passwd",
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/..%5c..%5cwindows",
    "/constructor/__proto__",
  ])("that try to leave (%s) find nothing", async (target) => {
    expect(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    const answer = await signedFetch("GET", target, "");
    expect([400, 403, 404]).toContain(answer.status);
    await answer.text();
  });
});

describe("signatures that are no signatures", () => {
  const credential = "Credential=test-access-key/20260101/us-east-1/s3/aws4_request";
  test.each([
    ["nothing but a name", "AWS4-HMAC-SHA256"],
    ["empty fields", "AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature="],
    ["no scope", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0"],
    ["headers not in order", `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=x-amz-date;host, Signature=0`],
    ["no host", `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=x-amz-date, Signature=0`],
    ["version 2", "AWS test-access-key:c2lnbmF0dXJl"],
    ["Basic", "Basic dGVzdDp0ZXN0"],
  ])("%s are refused", async (_, authorization) => {
    const headers = { authorization, "x-amz-date": "20260101T000000Z", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const answer = await fetch(`${s3.endpoint}/${Bucket}/key`, { headers });
    expect([400, 403]).toContain(answer.status);
    await answer.text();
  });
});

describe("XML", () => {
  const md5 = (text: string) => ({ "content-md5": createHash("md5").update(text).digest("base64") });
  const bomb = `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">${"<!ENTITY b '&a;&a;&a;&a;'>"}]><Delete><Object><Key>&b;</Key></Object></Delete>`;

  test.each([
    ["that is none", "not xml"],
    ["that is empty", ""],
    ["with another root", "<Other/>"],
    ["that never ends", "<Delete><Object><Key>a"],
    ["with entities", bomb],
    ["that is 100,000 deep", "<Delete>".repeat(100_000)],
    ["that is deep and closed", `${"<Delete>".repeat(20_000)}${"</Delete>".repeat(20_000)}`],
    ["without a key", "<Delete><Object></Object></Delete>"],
    ["with two keys in one", "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>"],
    ["with an impossible character", "<Delete><Object><Key>&#x110000;</Key></Object></Delete>"],
    ["with properties of every object", "<Delete><__proto__><Key>a</Key></__proto__></Delete>"],
  ])("%s answers MalformedXML", async (_, body) => {
    const answer = await signedFetch("POST", `/${Bucket}?delete=`, body, md5(body));
    expect(await fetchedRefusal(answer)).toEqual({ code: "MalformedXML", status: 400 });
  });
});

describe("aws-chunked bodies", () => {
  const send = (body: string, length: number) => {
    const headers = {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": String(length),
    };
    return signedFetch("PUT", `/${Bucket}/chunked`, body, headers);
  };
  test.each([
    ["no chunk", "", 0],
    ["a size that is none", "zz\r\nab\r\n0\r\n\r\n", 2],
    ["a size beyond the body", "ffffff\r\nab\r\n0\r\n\r\n", 16_777_215],
    ["a size beyond all bounds", "ffffffffffffffff\r\nab\r\n0\r\n\r\n", 2],
    ["no end of a chunk", "2\r\nabcd\r\n0\r\n\r\n", 2],
    ["no last chunk", "2\r\nab\r\n", 2],
    ["less than announced", "2\r\nab\r\n0\r\n\r\n", 3],
    ["more than announced", "2\r\nab\r\n0\r\n\r\n", 1],
    ["bytes behind the end", "2\r\nab\r\n0\r\n\r\nmore", 2],
    ["a line that never ends", "2".repeat(100_000), 2],
    ["endless trailers", `2\r\nab\r\n0\r\n${"a:b\r\n".repeat(1000)}`, 2],
  ])("with %s are refused", async (_, body, length) => {
    const answer = await send(body, length);
    expect(await fetchedRefusal(answer)).toEqual({ code: "IncompleteBody", status: 400 });
  });
});

describe("forms", () => {
  const type = "multipart/form-data; boundary=b";
  test.each([
    ["no boundary", "multipart/form-data", "--b--"],
    ["another type", "text/plain", "x"],
    ["nothing", type, ""],
    ["only an end", type, "--b--\r\n"],
    ["a file without an end", type, '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nabc'],
    ["a part without headers", type, "--b\r\n\r\nabc\r\n--b--\r\n"],
    ["a thousand fields", type, '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nv\r\n'.repeat(1000)],
    ["one field twice", type, `${'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nv\r\n'.repeat(2)}--b--\r\n`],
    ["a huge field", type, `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${"v".repeat(200_000)}\r\n--b--`],
    ["a header that never ends", type, `--b\r\nContent-Disposition: ${"x".repeat(200_000)}`],
  ])("with %s are refused", async (_, contentType, body) => {
    const answer = await fetch(`${s3.endpoint}/${Bucket}`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
    expect([400, 403]).toContain(answer.status);
    await answer.text();
  });

  test("that stop in the middle do not hold the server", async () => {
    const head = `POST /${Bucket} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\n`;
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nabc';
    for (const bytes of [head, head + file]) expect(await raw(bytes)).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
  });
});
