import type { StoredObject } from "../storage/objects.ts";
import type { Answer } from "../wire/answer.ts";
import { type ReceivedBody, receiveBody } from "../wire/body.ts";
import { type Checksum, type ChecksumAlgorithm, checksumHeader, parseChecksumAlgorithm } from "../wire/checksums.ts";
import { parseWriteCondition } from "../wire/conditions.ts";
import { readObjectHeaders } from "../wire/object-headers.ts";
import type { S3Request } from "../wire/request.ts";
import { type Call, createdEvent, MAX_PUT_BYTES } from "./call.ts";

export async function putObject({ context, request, payload, bucket, key }: Call): Promise<Answer> {
  const condition = parseWriteCondition(request);
  const headers = readObjectHeaders(request);
  const algorithm = requestedAlgorithm(request);
  const { blobs, objects } = context.storage;
  const [body, segments] = await blobs.write((sink) =>
    receiveBody(request, payload, { maxBytes: MAX_PUT_BYTES, algorithm, onData: sink }),
  );
  const object: StoredObject = {
    bucket,
    key,
    size: body.size,
    etag: etagOf(body),
    modifiedAt: context.clock(),
    headers,
    checksum: body.checksum,
    segments,
  };
  objects.put(object, condition);
  context.notify(createdEvent(object, "PutObject"));
  return { status: 200, headers: { etag: object.etag, ...checksumHeaders(object.checksum) } };
}

/** The MD5 in quotes, as S3 has it for whatever arrived in one piece. */
export function etagOf(body: Pick<ReceivedBody, "md5">): string {
  return `"${body.md5.toString("hex")}"`;
}

/** An algorithm that the client wants to see even though it did not send the value. */
export function requestedAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const name = request.header("x-amz-checksum-algorithm") ?? request.header("x-amz-sdk-checksum-algorithm");
  return name === undefined ? undefined : parseChecksumAlgorithm(name);
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
