import { type Listing, listKeys, positionAfterKey } from "../storage/listing.ts";
import type { StoredObject } from "../storage/objects.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { S3Error } from "../wire/errors.ts";
import type { S3Request } from "../wire/request.ts";
import type { XmlObject } from "../wire/xml.ts";
import type { Call } from "./call.ts";

/** S3 never gives more in one page, whatever is asked for. */
const MAX_PAGE = 1000;

/** `GET /bucket?list-type=2` */
export function listObjectsV2({ context, request, bucket }: Call): Answer {
  if (request.query("list-type") !== "2") throw new S3Error("NotImplemented");
  const token = request.query("continuation-token");
  const startAfter = request.query("start-after");
  const prefix = request.query("prefix") ?? "";
  const delimiter = request.query("delimiter") ?? "";
  const limit = parseLimit(request, "max-keys");
  const encode = keyEncoder(request);
  const from = token === undefined ? positionAfterStart(startAfter) : parseToken(token);
  const listing: Listing<StoredObject> = listKeys((range) => context.storage.objects.scan(bucket, range), {
    prefix,
    delimiter,
    from,
    limit,
  });
  return xmlAnswer("ListBucketResult", {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: listing.next?.toString("base64url"),
    KeyCount: listing.items.length + listing.commonPrefixes.length,
    MaxKeys: limit,
    EncodingType: request.query("encoding-type"),
    IsTruncated: listing.next !== undefined,
    Contents: listing.items.map((object) => contentsXml(object, encode)),
    CommonPrefixes: listing.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

function contentsXml(object: StoredObject, encode: (key: string) => string): XmlObject {
  return {
    Key: encode(object.key),
    LastModified: object.modifiedAt.toISOString(),
    ETag: object.etag,
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: "STANDARD",
  };
}

/** How keys are written: as they are, or with `encoding-type=url` as in a form, slashes kept. */
export function keyEncoder(request: S3Request): (key: string) => string {
  const type = request.query("encoding-type");
  if (type === undefined) return (key) => key;
  if (type !== "url") throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  return (key) => encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}

/** A page size from 0 to 1,000; throws InvalidArgument for what is no number. */
export function parseLimit(request: S3Request, name: string): number {
  const text = request.query(name);
  if (text === undefined || text === "") return MAX_PAGE;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error("InvalidArgument", `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  }
  return Math.min(Number(text), MAX_PAGE);
}

/** A token is the position where the page before it ended: it needs no state here and survives a restart. */
function parseToken(token: string): Buffer {
  const position = Buffer.from(token, "base64url");
  if (position.length > 0 && position.toString("base64url") === token) return position;
  throw new S3Error("InvalidArgument", "The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}

function positionAfterStart(startAfter: string | undefined): Buffer {
  return startAfter === undefined || startAfter === "" ? Buffer.alloc(0) : positionAfterKey(startAfter);
}
