import { S3Error, type S3ErrorCode } from "../wire/errors.ts";
import type { S3Request } from "../wire/request.ts";
import { ALGORITHM, type Scope } from "./signature.ts";

/** What a request says about its own signature, still to be proven. */
export interface Claim {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** As sent, `20260131T120000Z`: it is part of what is signed. */
  readonly time: string;
  readonly payloadHash: string;
  /** Only presigned URLs say how long they live. */
  readonly expiresSeconds: number | undefined;
}

const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

/** Reads the claim from the header or the query; throws AccessDenied when there is none: anonymous has no rights. */
export function readClaim(request: S3Request, region: string): Claim {
  const authorization = request.header("authorization");
  const isPresigned = request.query("X-Amz-Algorithm") !== undefined || request.query("X-Amz-Signature") !== undefined;
  if (authorization !== undefined && isPresigned) {
    throw new S3Error("InvalidArgument", "Only one auth mechanism allowed");
  }
  if (isPresigned) return readQueryClaim(request, region);
  if (authorization !== undefined) return readHeaderClaim(request, authorization, region);
  if (request.query("AWSAccessKeyId") !== undefined) throw unsupportedMechanism();
  throw new S3Error("AccessDenied");
}

function readHeaderClaim(request: S3Request, authorization: string, region: string): Claim {
  const [mechanism, ...rest] = authorization.trim().split(" ");
  if (mechanism !== ALGORITHM) throw unsupportedMechanism();
  const fields = new Map(
    rest
      .join("")
      .split(",")
      .map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]),
  );
  const code = "AuthorizationHeaderMalformed";
  const payloadHash = request.header("x-amz-content-sha256");
  if (payloadHash === undefined) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  const time = request.header("x-amz-date");
  if (time === undefined) {
    throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
  }
  return {
    ...parseCredential(fields.get("Credential"), code, region),
    signedHeaders: parseSignedHeaders(fields.get("SignedHeaders"), code),
    signature: fields.get("Signature") ?? malformed(code, "The authorization header requires three components"),
    time,
    payloadHash,
    expiresSeconds: undefined,
  };
}

function readQueryClaim(request: S3Request, region: string): Claim {
  const code = "AuthorizationQueryParametersError";
  const required = (name: string) =>
    request.query(name) ?? malformed(code, `Query-string authentication requires ${name}`);
  if (required("X-Amz-Algorithm") !== ALGORITHM) {
    return malformed(code, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const expires = required("X-Amz-Expires");
  if (!/^\d{1,9}$/.test(expires)) return malformed(code, "X-Amz-Expires should be a number");
  if (Number(expires) > MAX_EXPIRES_SECONDS) {
    return malformed(code, `X-Amz-Expires must be less than a week (in seconds); that is, less than 604800`);
  }
  return {
    ...parseCredential(required("X-Amz-Credential"), code, region),
    signedHeaders: parseSignedHeaders(required("X-Amz-SignedHeaders"), code),
    signature: required("X-Amz-Signature"),
    time: required("X-Amz-Date"),
    payloadHash: request.query("X-Amz-Content-Sha256") ?? request.header("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    expiresSeconds: Number(expires),
  };
}

/** Splits `AKID/day/region/s3/aws4_request`. Access keys may hold slashes, so it is read from its end. */
export function parseCredential(
  credential: string | undefined,
  code: S3ErrorCode,
  region: string,
): Pick<Claim, "accessKeyId" | "scope"> {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(credential ?? "");
  if (match === null) return malformed(code, "The Credential is not of the form <key>/<date>/<region>/s3/aws4_request");
  const [, accessKeyId = "", day = "", claimedRegion = "", service, terminator] = match;
  if (service !== "s3" || terminator !== "aws4_request") {
    return malformed(code, "The Credential's scope must end in s3/aws4_request");
  }
  if (claimedRegion !== region) {
    const message = `The authorization header is malformed; the region '${claimedRegion}' is wrong; expecting '${region}'`;
    throw new S3Error(code, message, { Region: region });
  }
  return { accessKeyId, scope: { day, region } };
}

function parseSignedHeaders(list: string | undefined, code: S3ErrorCode): string[] {
  const names = (list ?? "").split(";");
  const isSorted = names.every((name, i) => i === 0 || (names[i - 1] ?? "") < name);
  if (!isSorted || names.some((name) => name === "" || name !== name.toLowerCase())) {
    return malformed(code, "SignedHeaders must be a sorted list in lower case");
  }
  if (!names.includes("host")) return malformed(code, "SignedHeaders must include host");
  return names;
}

function unsupportedMechanism(): S3Error {
  const message = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`;
  return new S3Error("InvalidRequest", message);
}

function malformed(code: S3ErrorCode, message: string): never {
  throw new S3Error(code, message);
}
