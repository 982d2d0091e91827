import type { StoredObject } from "../storage/objects.ts";
import type { Answer } from "../wire/answer.ts";
import { judgeRead, matchesEtag } from "../wire/conditions.ts";
import { assertHeaderValue } from "../wire/object-headers.ts";
import { type ByteRange, parseRange } from "../wire/ranges.ts";
import type { S3Request } from "../wire/request.ts";
import type { Call } from "./call.ts";
import { checksumHeaders } from "./put-object.ts";

/** `GET` and `HEAD`: the same headers, with and without the bytes. */
export function getObject({ context, request, bucket, key }: Call): Answer {
  const object = context.storage.objects.get(bucket, key);
  const validators = { etag: object.etag, "last-modified": object.modifiedAt.toUTCString() };
  if (judgeRead(request, object) === "not_modified") return { status: 304, headers: validators };
  const range = parseRange(honouredRange(request, object), object.size);
  const headers = {
    ...object.headers,
    ...responseOverrides(request),
    ...validators,
    ...lengthHeaders(object, range),
    // A checksum of the whole would not fit a part of the bytes.
    ...(range === undefined && request.amzHeader("x-amz-checksum-mode")?.toUpperCase() === "ENABLED"
      ? checksumHeaders(object.checksum)
      : {}),
  };
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD") return { status, headers };
  const pinned = context.storage.blobs.pin(object.segments);
  return { status, headers, body: pinned.read(range), release: pinned.release };
}

function lengthHeaders(object: StoredObject, range: ByteRange | undefined): Record<string, string> {
  if (range === undefined) return { "accept-ranges": "bytes", "content-length": String(object.size) };
  return {
    "accept-ranges": "bytes",
    "content-length": String(range.end - range.start + 1),
    "content-range": `bytes ${range.start}-${range.end}/${object.size}`,
  };
}

/** With `If-Range`, a range of something else than the client has already would be glued to the wrong bytes. */
function honouredRange(request: S3Request, object: StoredObject): string | undefined {
  const ifRange = request.header("if-range");
  const isCurrent =
    ifRange === undefined || matchesEtag(ifRange, object.etag) || ifRange === object.modifiedAt.toUTCString();
  return isCurrent ? request.header("range") : undefined;
}

const overrides = {
  "response-content-type": "content-type",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-cache-control": "cache-control",
  "response-expires": "expires",
};

function responseOverrides(request: S3Request): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [parameter, header] of Object.entries(overrides)) {
    const value = request.query(parameter);
    if (value !== undefined) found[header] = assertHeaderValue(parameter, value);
  }
  return found;
}
