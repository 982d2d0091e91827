import { createHash } from "node:crypto";
import type { Segment } from "../storage/blobs.ts";
import type { StoredObject } from "../storage/objects.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { type Checksum, type ChecksumAlgorithm, checksumElement, createDigester } from "../wire/checksums.ts";
import { judgeRead, parseWriteCondition } from "../wire/conditions.ts";
import { S3Error } from "../wire/errors.ts";
import { assertHeadersSupported, readObjectHeaders } from "../wire/object-headers.ts";
import type { ByteRange } from "../wire/ranges.ts";
import type { XmlObject } from "../wire/xml.ts";
import { type Call, createdEvent, MAX_PUT_BYTES } from "./call.ts";
import { etagOf, requestedAlgorithm } from "./put-object.ts";

/** `PUT` with `x-amz-copy-source` */
export async function copyObject(call: Call): Promise<Answer> {
  const { context, request, bucket, key } = call;
  const condition = parseWriteCondition(request);
  assertHeadersSupported((name) => request.amzHeader(name));
  const source = findCopySource(call);
  const directive = request.amzHeader("x-amz-metadata-directive") ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new S3Error("InvalidArgument", "Unknown metadata directive.");
  }
  if (directive === "COPY" && source.bucket === bucket && source.key === key) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const headers = directive === "COPY" ? source.headers : readObjectHeaders(request);
  const copy = await copyBytes(call, source, { algorithm: requestedAlgorithm(request) ?? source.checksum?.algorithm });
  const object: StoredObject = { ...copy, bucket, key, modifiedAt: context.clock(), headers };
  context.storage.objects.put(object, condition);
  context.notify(createdEvent(object, "CopyObject"));
  return xmlAnswer("CopyObjectResult", copyResult(object));
}

/** What `x-amz-copy-source` names, if its `x-amz-copy-source-if-…` conditions hold. */
export function findCopySource({ context, request }: Call): StoredObject {
  const [path = "", version] = (request.amzHeader("x-amz-copy-source") ?? "").split("?versionId=");
  if (version !== undefined && version !== "null") throw new S3Error("NoSuchVersion");
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path));
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  context.storage.buckets.get(match[1]);
  const source = context.storage.objects.get(match[1], match[2]);
  judgeRead(request, source, "x-amz-copy-source-");
  return source;
}

/** Copies bytes into a new file, hashing them on the way. Call it in the turn in which the source was found. */
export async function copyBytes(
  { context }: Call,
  source: StoredObject,
  options: { range?: ByteRange | undefined; algorithm: ChecksumAlgorithm | undefined },
): Promise<{ size: number; etag: string; checksum: Checksum | undefined; segments: Segment[] }> {
  const { range, algorithm } = options;
  const size = range === undefined ? source.size : range.end - range.start + 1;
  if (size > MAX_PUT_BYTES) {
    throw new S3Error("InvalidRequest", "The specified copy source is larger than the maximum allowable size");
  }
  const pinned = context.storage.blobs.pin(source.segments);
  try {
    const md5 = createHash("md5");
    const digester = algorithm === undefined ? undefined : createDigester(algorithm);
    const [, segments] = await context.storage.blobs.write(async (sink) => {
      for await (const chunk of pinned.read(range)) {
        md5.update(chunk);
        digester?.update(chunk);
        await sink(chunk);
      }
    });
    const value = digester?.digest().toString("base64");
    const checksum: Checksum | undefined =
      algorithm === undefined || value === undefined ? undefined : { algorithm, type: "FULL_OBJECT", value };
    return { size, etag: etagOf({ md5: md5.digest() }), checksum, segments };
  } finally {
    pinned.release();
  }
}

/** The content of `CopyObjectResult` and `CopyPartResult`. */
export function copyResult(copy: { etag: string; modifiedAt: Date; checksum: Checksum | undefined }): XmlObject {
  const { checksum } = copy;
  return {
    ETag: copy.etag,
    LastModified: copy.modifiedAt.toISOString(),
    ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  };
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error("InvalidArgument", "Invalid copy source encoding.");
  }
}
