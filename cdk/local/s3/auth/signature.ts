import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { QueryPair, S3Request } from "../wire/request.ts";

/**
 * AWS Signature Version 4, seen from the server.
 *
 * `@smithy/signature-v4` cannot do this side: it decides by itself which headers to sign and how the path is
 * written, while a server has to follow the client's list and the bytes on the wire. Tests sign with it instead.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const ALGORITHM = "AWS4-HMAC-SHA256";

/** The middle of a credential: `20260131/us-east-1/s3/aws4_request`. */
export interface Scope {
  readonly day: string;
  readonly region: string;
}

export function scopeText({ day, region }: Scope): string {
  return `${day}/${region}/s3/aws4_request`;
}

/** The key of one day, region and service; it never leaves this process. */
export function signingKey(secret: string, { day, region }: Scope): Buffer {
  return [day, region, "s3", "aws4_request"].reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

export function hmacHex(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Compares without telling by its duration how far two signatures agree. */
export function isSameSignature(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given, "latin1"));
}

export function requestStringToSign(time: string, scope: Scope, canonicalRequest: string): string {
  // Header values are the bytes of the wire, which Node reads as Latin-1.
  return [ALGORITHM, time, scopeText(scope), sha256Hex(Buffer.from(canonicalRequest, "latin1"))].join("\n");
}

/** What the client signed, rebuilt from what arrived. */
export function canonicalRequest(request: S3Request, signedHeaders: readonly string[], payloadHash: string): string {
  const headers = signedHeaders.map((name) => `${name}:${canonicalValue(request.header(name) ?? "")}\n`).join("");
  return [
    request.method,
    request.path.split("/").map(uriEncode).join("/"),
    canonicalQuery(request.queryPairs),
    headers,
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, " ");
}

function canonicalQuery(pairs: readonly QueryPair[]): string {
  return pairs
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Everything but letters, digits and `-._~`; `encodeURIComponent` leaves five more alone. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
