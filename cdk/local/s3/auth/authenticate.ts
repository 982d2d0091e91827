import type { Payload } from "../wire/body.ts";
import { S3Error } from "../wire/errors.ts";
import type { S3Request } from "../wire/request.ts";
import { createChunkVerifier } from "./chunk-verifier.ts";
import { type Claim, readClaim } from "./claim.ts";
import { canonicalRequest, hmacHex, isSameSignature, requestStringToSign, signingKey } from "./signature.ts";

/** The one key pair that may do everything here. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** S3 takes clocks that are a quarter of an hour off. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** Proves who sent the request and says what that means for its body; throws one of S3's refusals. */
export function authenticate(request: S3Request, credentials: Credentials, now: Date): Payload {
  const claim = readClaim(request, credentials.region);
  if (request.amzHeader("x-amz-security-token") !== undefined) throw new S3Error("InvalidToken");
  if (claim.accessKeyId !== credentials.accessKeyId) throw new S3Error("InvalidAccessKeyId");
  assertTime(claim, now);
  assertHeadersSigned(request, claim);
  const key = signingKey(credentials.secretAccessKey, claim.scope);
  const canonical = canonicalRequest(request, claim.signedHeaders, claim.payloadHash);
  const toSign = requestStringToSign(claim.time, claim.scope, canonical);
  if (!isSameSignature(hmacHex(key, toSign), claim.signature)) {
    // Like S3, give back what was compared: it is the only way to find the difference.
    throw new S3Error("SignatureDoesNotMatch", undefined, { StringToSign: toSign, CanonicalRequest: canonical });
  }
  return toPayload(claim, key);
}

/** Reads `20260131T120000Z`; undefined for anything else. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const date = new Date(`${match.slice(1, 4).join("-")}T${match.slice(4, 7).join(":")}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function assertTime(claim: Claim, now: Date): void {
  const isPresigned = claim.expiresSeconds !== undefined;
  const code = isPresigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
  const signedAt = parseAmzDate(claim.time);
  if (signedAt === undefined || !claim.time.startsWith(claim.scope.day)) {
    throw new S3Error(code, "X-Amz-Date must be in ISO 8601 basic format and of the credential's day");
  }
  const ageMs = now.getTime() - signedAt.getTime();
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(ageMs) > MAX_SKEW_MS) {
      const details = { RequestTime: claim.time, ServerTime: now.toISOString() };
      throw new S3Error("RequestTimeTooSkewed", undefined, details);
    }
    return;
  }
  if (ageMs < -MAX_SKEW_MS) throw new S3Error("AccessDenied", "Request is not valid yet");
  if (ageMs > claim.expiresSeconds * 1000) {
    const expires = new Date(signedAt.getTime() + claim.expiresSeconds * 1000).toISOString();
    throw new S3Error("AccessDenied", "Request has expired", { Expires: expires, ServerTime: now.toISOString() });
  }
}

/** An unsigned `x-amz-` header could be added by anyone who gets hold of the URL, so S3 takes none. */
function assertHeadersSigned(request: S3Request, claim: Claim): void {
  const unsigned = request
    .headerNames()
    .filter((name) => name.startsWith("x-amz-") && !claim.signedHeaders.includes(name));
  if (unsigned.length === 0) return;
  throw new S3Error("AccessDenied", "There were headers present in the request which were not signed", {
    HeadersNotSigned: unsigned.join(", "),
  });
}

function toPayload(claim: Claim, key: Buffer): Payload {
  switch (claim.payloadHash) {
    case "UNSIGNED-PAYLOAD":
      return { kind: "unsigned" };
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return { kind: "chunked", verifier: undefined };
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return { kind: "chunked", verifier: createChunkVerifier(claim, key) };
  }
  if (claim.payloadHash.startsWith("STREAMING-")) throw new S3Error("NotImplemented");
  if (!/^[0-9a-f]{64}$/.test(claim.payloadHash)) {
    throw new S3Error(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a valid sha256 value.",
    );
  }
  return { kind: "digest", sha256: claim.payloadHash };
}
