import type { Part, Upload } from "../storage/uploads.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { receiveBody } from "../wire/body.ts";
import { type ChecksumType, checksumAlgorithms, parseChecksumAlgorithm } from "../wire/checksums.ts";
import { S3Error } from "../wire/errors.ts";
import { readObjectHeaders } from "../wire/object-headers.ts";
import { parseCopyRange } from "../wire/ranges.ts";
import type { S3Request } from "../wire/request.ts";
import { type Call, MAX_PUT_BYTES } from "./call.ts";
import { copyBytes, copyResult, findCopySource } from "./copy-object.ts";
import { checksumHeaders, etagOf } from "./put-object.ts";

const MAX_PART_NUMBER = 10_000;

export function createMultipartUpload({ context, request, bucket, key }: Call): Answer {
  const checksum = readUploadChecksum(request);
  const headers = readObjectHeaders(request);
  const id = context.storage.uploads.create({ bucket, key, createdAt: context.clock(), headers, checksum });
  return xmlAnswer(
    "InitiateMultipartUploadResult",
    { Bucket: bucket, Key: key, UploadId: id },
    { "x-amz-checksum-algorithm": checksum?.algorithm, "x-amz-checksum-type": checksum?.type },
  );
}

export async function uploadPart({ context, request, payload, bucket, key }: Call): Promise<Answer> {
  const number = partNumber(request);
  const { blobs, uploads } = context.storage;
  const upload = uploads.getOpen({ bucket, key }, uploadId(request));
  // S3 computes a missing checksum itself only where it goes into one for the whole object.
  const algorithm = upload.checksum?.type === "FULL_OBJECT" ? upload.checksum.algorithm : undefined;
  const [body, segments] = await blobs.write((sink) =>
    receiveBody(request, payload, { maxBytes: MAX_PUT_BYTES, algorithm, onData: sink }),
  );
  const part: Part = {
    number,
    size: body.size,
    etag: etagOf(body),
    modifiedAt: context.clock(),
    checksum: body.checksum,
    segments,
  };
  assertSameAlgorithm(upload, part, () => blobs.remove(segments));
  uploads.putPart(upload, part);
  return { status: 200, headers: { etag: part.etag, ...checksumHeaders(part.checksum) } };
}

/** `UploadPart` with `x-amz-copy-source` */
export async function uploadPartCopy(call: Call): Promise<Answer> {
  const { context, request, bucket, key } = call;
  const number = partNumber(request);
  const upload = context.storage.uploads.getOpen({ bucket, key }, uploadId(request));
  const source = findCopySource(call);
  const range = parseCopyRange(request.amzHeader("x-amz-copy-source-range"), source.size);
  const copy = await copyBytes(call, source, { range, algorithm: upload.checksum?.algorithm });
  const part: Part = { ...copy, number, modifiedAt: context.clock() };
  context.storage.uploads.putPart(upload, part);
  return xmlAnswer("CopyPartResult", copyResult(part));
}

export function abortMultipartUpload({ context, request, bucket, key }: Call): Answer {
  const { uploads } = context.storage;
  uploads.abort(uploads.getOpen({ bucket, key }, uploadId(request)));
  return { status: 204 };
}

export function uploadId(request: S3Request): string {
  return request.query("uploadId") ?? "";
}

function partNumber(request: S3Request): number {
  const text = request.query("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PART_NUMBER) return number;
  throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", {
    ArgumentName: "partNumber",
    ArgumentValue: text,
  });
}

/** Composite unless asked otherwise, except for CRC64NVME, of which S3 has no composites. */
function readUploadChecksum(request: S3Request): Upload["checksum"] {
  const name = request.header("x-amz-checksum-algorithm");
  const type = request.header("x-amz-checksum-type")?.toUpperCase();
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with x-amz-checksum-algorithm",
    );
  }
  const algorithm = parseChecksumAlgorithm(name);
  const chosen: string = type ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible = chosen === "FULL_OBJECT" ? checksumAlgorithms[algorithm].wholeObject : algorithm !== "CRC64NVME";
  if (!isChecksumType(chosen) || !isPossible) {
    const message = `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
    throw new S3Error("InvalidRequest", message);
  }
  return { algorithm, type: chosen };
}

function isChecksumType(type: string): type is ChecksumType {
  return type === "FULL_OBJECT" || type === "COMPOSITE";
}

function assertSameAlgorithm(upload: Upload, part: Part, discard: () => void): void {
  const expected = upload.checksum?.algorithm;
  const actual = part.checksum?.algorithm;
  if (expected === undefined || actual === expected) return;
  discard();
  throw new S3Error(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? null}`,
  );
}
