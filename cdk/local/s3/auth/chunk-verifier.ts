import type { ChunkVerifier } from "../wire/aws-chunked.ts";
import { S3Error } from "../wire/errors.ts";
import type { Claim } from "./claim.ts";
import { hmacHex, isSameSignature, scopeText, sha256Hex } from "./signature.ts";

const EMPTY_SHA256 = sha256Hex("");

/** Follows the chain of signatures that begins with the request's own, so that no chunk can be moved or dropped. */
export function createChunkVerifier(claim: Claim, key: Buffer): ChunkVerifier {
  let previous = claim.signature;

  function assertNext(lines: readonly string[], signature: string | undefined): void {
    const expected = hmacHex(key, lines.join("\n"));
    if (signature === undefined || !isSameSignature(expected, signature)) throw new S3Error("SignatureDoesNotMatch");
    previous = expected;
  }

  const scope = scopeText(claim.scope);
  return {
    chunk: (sha256, signature) =>
      assertNext(["AWS4-HMAC-SHA256-PAYLOAD", claim.time, scope, previous, EMPTY_SHA256, sha256], signature),
    trailers: (canonical, signature) =>
      assertNext(["AWS4-HMAC-SHA256-TRAILER", claim.time, scope, previous, sha256Hex(canonical)], signature),
  };
}
