import { createHash, createHmac } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchedRefusal, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
});
afterAll(() => s3.close());

const hex = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

interface Chunks {
  readonly key: string;
  readonly chunks: readonly Buffer[];
  readonly trailer?: string;
  /** The body as it is sent, after signing. */
  readonly change?: (body: Buffer) => Buffer;
}

/** What the Java and Go SDKs send over plain HTTP; the JavaScript one never does, so it is written out here. */
async function putSigned({ key, chunks, trailer, change = (body) => body }: Chunks): Promise<Response> {
  const url = new URL(`/${Bucket}/${key}`, s3.endpoint);
  const { credentials, region } = s3;
  const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false });
  const { headers } = await signer.sign({
    method: "PUT",
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    headers: {
      host: url.host,
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? "" : "-TRAILER"}`,
      "x-amz-decoded-content-length": String(Buffer.concat(chunks).length),
      ...(trailer !== undefined && { "x-amz-trailer": trailer.split(":", 1)[0] ?? "" }),
    },
  });
  const time = headers["x-amz-date"] ?? "";
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signingKey = scope.split("/").reduce<Buffer>(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  let previous = /Signature=(\w+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const next = (kind: string, ...hashes: string[]) => {
    previous = hmac(signingKey, [`AWS4-HMAC-SHA256-${kind}`, time, scope, previous, ...hashes].join("\n")).toString(
      "hex",
    );
    return previous;
  };
  const pieces = [...chunks, Buffer.alloc(0)].map((chunk) => {
    const head = `${chunk.length.toString(16)};chunk-signature=${next("PAYLOAD", hex(""), hex(chunk))}\r\n`;
    return Buffer.concat([Buffer.from(head), chunk, Buffer.from(chunk.length > 0 ? "\r\n" : "")]);
  });
  const end =
    trailer === undefined
      ? "\r\n"
      : `${trailer}\r\nx-amz-trailer-signature:${next("TRAILER", hex(`${trailer}\n`))}\r\n\r\n`;
  return fetch(url, { method: "PUT", headers, body: change(Buffer.concat([...pieces, Buffer.from(end)])) });
}

const chunks = [Buffer.alloc(10_000, "a"), Buffer.alloc(8192, "b"), Buffer.from("the end")];
const whole = Buffer.concat(chunks);
const trailer = `x-amz-checksum-sha256:${createHash("sha256").update(whole).digest("base64")}`;
const read = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};

describe("signed chunks", () => {
  test("are put together", async () => {
    expect((await putSigned({ key: "chunks", chunks })).status).toBe(200);
    expect(await read("chunks")).toBe(whole.toString());
  });

  test("with a signed trailer are verified against it", async () => {
    const answer = await putSigned({ key: "trailer", chunks, trailer });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-amz-checksum-sha256")).toBe(trailer.split(":")[1]);
    expect(await read("trailer")).toBe(whole.toString());
  });

  test.each([
    { name: "data", change: (text: string) => text.replace("aaaa", "aaab") },
    { name: "order", change: (text: string) => text.replace(/(2710;.*?\r\na+\r\n)(2000;.*?\r\nb+\r\n)/, "$2$1") },
    { name: "trailer", change: (text: string) => text.replace(trailer, trailer.replace(/.{5}$/, "AAAA=")) },
  ])("whose $name was changed on the way are refused", async ({ name, change }) => {
    const answer = await putSigned({
      key: `changed-${name}`,
      chunks,
      trailer,
      change: (body) => {
        const changed = change(body.toString("latin1"));
        expect(changed).not.toBe(body.toString("latin1"));
        return Buffer.from(changed, "latin1");
      },
    });
    // Which of its two contradictions a trailer is refused for is not documented.
    const codes = name === "trailer" ? ["SignatureDoesNotMatch", "BadDigest"] : ["SignatureDoesNotMatch"];
    expect(codes).toContain((await fetchedRefusal(answer)).code);
    expect(await refusal(read(`changed-${name}`))).toMatchObject({ code: "NoSuchKey" });
  });
});
