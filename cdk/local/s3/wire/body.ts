import { createHash } from "node:crypto";
import { type ChunkVerifier, decodeAwsChunked } from "./aws-chunked.ts";
import {
  assertChecksumShape,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  checksumMismatch,
  checksumNames,
  createDigester,
  isChecksumAlgorithm,
} from "./checksums.ts";
import { S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";

/** What the signature says about the body. */
export type Payload =
  | { readonly kind: "unsigned" }
  | { readonly kind: "digest"; readonly sha256: string }
  | { readonly kind: "chunked"; readonly verifier: ChunkVerifier | undefined };

export interface BodyRequirements {
  readonly maxBytes: number;
  /** Computed even where the client sent no checksum of its own. */
  readonly algorithm?: ChecksumAlgorithm | undefined;
  /** For the one operation whose checksum headers speak of the object and not of the body. */
  readonly ignoreChecksumHeaders?: boolean;
  readonly onData: (chunk: Buffer) => Promise<void> | void;
}

/** A body that has arrived whole and agrees with everything that the request claimed about it. */
export interface ReceivedBody {
  readonly size: number;
  readonly md5: Buffer;
  readonly checksum: Checksum | undefined;
}

/** Streams the body into `onData` and verifies length, Content-MD5, payload hash and checksum; throws if one is off. */
export async function receiveBody(
  request: S3Request,
  payload: Payload,
  requirements: BodyRequirements,
): Promise<ReceivedBody> {
  const declaredBytes = declaredLength(request, payload);
  if (declaredBytes > requirements.maxBytes) throw new S3Error("EntityTooLarge");
  const claim = requirements.ignoreChecksumHeaders === true ? undefined : claimedChecksum(request);
  const wantedMd5 = contentMd5(request);
  const trailers = new Map<string, string>();
  const md5 = createHash("md5");
  const sha256 = payload.kind === "digest" ? createHash("sha256") : undefined;
  const algorithm = claim?.algorithm ?? requirements.algorithm;
  const digester = algorithm === undefined ? undefined : createDigester(algorithm);
  const raw = request.openBody();
  const source = payload.kind === "chunked" ? decodeAwsChunked(raw, { verifier: payload.verifier, trailers }) : raw;

  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    // Checked on the way, so that a client cannot write more than it announced.
    if (size > declaredBytes) throw new S3Error("IncompleteBody");
    md5.update(chunk);
    sha256?.update(chunk);
    digester?.update(chunk);
    await requirements.onData(chunk);
  }
  if (size !== declaredBytes) throw new S3Error("IncompleteBody");

  const md5Digest = md5.digest();
  if (wantedMd5 !== undefined && !wantedMd5.equals(md5Digest)) {
    throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  if (payload.kind === "digest" && sha256?.digest("hex") !== payload.sha256) {
    throw new S3Error("XAmzContentSHA256Mismatch");
  }
  if (algorithm === undefined || digester === undefined) return { size, md5: md5Digest, checksum: undefined };
  const value = digester.digest().toString("base64");
  if (claim !== undefined) assertChecksum(algorithm, value, claim.value ?? trailers.get(checksumHeader(algorithm)));
  return { size, md5: md5Digest, checksum: { algorithm, type: "FULL_OBJECT", value } };
}

/** Reads a small body into memory, verified in the same way. */
export async function receiveText(
  request: S3Request,
  payload: Payload,
  requirements: Omit<BodyRequirements, "onData">,
): Promise<string> {
  const chunks: Buffer[] = [];
  await receiveBody(request, payload, { ...requirements, onData: (chunk) => void chunks.push(chunk) });
  return Buffer.concat(chunks).toString("utf8");
}

/** True when the request says by any means what its body must be. S3 insists on that for DeleteObjects. */
export function hasIntegrityClaim(request: S3Request): boolean {
  return request.header("content-md5") !== undefined || claimedChecksum(request) !== undefined;
}

function declaredLength(request: S3Request, payload: Payload): number {
  const name = payload.kind === "chunked" ? "x-amz-decoded-content-length" : "content-length";
  const text = request.header(name);
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new S3Error("MissingContentLength");
  return Number(text);
}

function contentMd5(request: S3Request): Buffer | undefined {
  const text = request.header("content-md5");
  if (text === undefined) return undefined;
  const digest = Buffer.from(text, "base64");
  if (digest.length !== 16) throw new S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.");
  return digest;
}

/** The checksum that the client sent or, without a value, the one that it announced for the trailers. */
function claimedChecksum(request: S3Request): { algorithm: ChecksumAlgorithm; value: string | undefined } | undefined {
  const sent = checksumNames.filter((algorithm) => request.header(checksumHeader(algorithm)) !== undefined);
  const announced = trailerChecksum(request);
  if (sent.length + (announced === undefined ? 0 : 1) > 1) {
    throw new S3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const [algorithm] = sent;
  if (algorithm === undefined) {
    return announced === undefined ? undefined : { algorithm: announced, value: undefined };
  }
  const value = request.header(checksumHeader(algorithm)) ?? "";
  assertChecksumShape(algorithm, value);
  return { algorithm, value };
}

function trailerChecksum(request: S3Request): ChecksumAlgorithm | undefined {
  const trailer = request.header("x-amz-trailer")?.trim().toLowerCase();
  if (trailer === undefined) return undefined;
  const name = trailer.replace("x-amz-checksum-", "").toUpperCase();
  if (isChecksumAlgorithm(name)) return name;
  throw new S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
}

function assertChecksum(algorithm: ChecksumAlgorithm, computed: string, claimed: string | undefined): void {
  if (claimed === undefined) {
    throw new S3Error("InvalidRequest", `The trailer ${checksumHeader(algorithm)} was announced but not sent.`);
  }
  assertChecksumShape(algorithm, claimed);
  if (claimed !== computed) throw checksumMismatch(algorithm);
}
