import type { Part, Upload } from "../storage/uploads.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { checksumElement } from "../wire/checksums.ts";
import type { XmlObject } from "../wire/xml.ts";
import type { Call } from "./call.ts";
import { keyEncoder, parseLimit } from "./list-objects.ts";
import { uploadId } from "./multipart-upload.ts";

const OWNER = { ID: "cubby", DisplayName: "cubby" };

/** `GET /bucket/key?uploadId=…` */
export function listParts({ context, request, bucket, key }: Call): Answer {
  const { uploads } = context.storage;
  const upload = uploads.getOpen({ bucket, key }, uploadId(request));
  const encode = keyEncoder(request);
  const limit = parseLimit(request, "max-parts");
  const marker = Number(request.query("part-number-marker") ?? 0) || 0;
  const remaining = uploads.parts(upload.id).filter(({ number }) => number > marker);
  const page = remaining.slice(0, limit);
  return xmlAnswer("ListPartsResult", {
    Bucket: bucket,
    Key: encode(key),
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: "STANDARD",
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: remaining.length > page.length,
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
    Part: page.map(partXml),
  });
}

function partXml({ number, size, etag, modifiedAt, checksum }: Part): XmlObject {
  return {
    PartNumber: number,
    LastModified: modifiedAt.toISOString(),
    ETag: etag,
    Size: size,
    ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
  };
}

/** `GET /bucket?uploads`. Open uploads are few, so they are folded and paged in memory. */
export function listMultipartUploads({ context, request, bucket }: Call): Answer {
  const prefix = request.query("prefix") ?? "";
  const delimiter = request.query("delimiter") ?? "";
  const keyMarker = request.query("key-marker") ?? "";
  const idMarker = request.query("upload-id-marker") ?? "";
  const limit = parseLimit(request, "max-uploads");
  const encode = keyEncoder(request);
  const open = context.storage.uploads.listOpen(bucket).filter(({ key }) => key.startsWith(prefix));
  const entries = foldUploads(open, prefix, delimiter);
  const remaining = entries.slice(firstAfter(entries, keyMarker, idMarker));
  const page = remaining.slice(0, limit);
  const isTruncated = page.length > 0 && remaining.length > page.length;
  const last = page.at(-1);
  return xmlAnswer("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: isTruncated && last ? encode(last.position) : undefined,
    NextUploadIdMarker: isTruncated ? (last?.upload?.id ?? "") : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    EncodingType: request.query("encoding-type"),
    MaxUploads: limit,
    IsTruncated: isTruncated,
    Upload: page.flatMap(({ upload }) => (upload === undefined ? [] : [uploadXml(upload, encode)])),
    CommonPrefixes: page.flatMap((entry) => (entry.upload === undefined ? [{ Prefix: encode(entry.position) }] : [])),
  });
}

/** An upload under its key, or a common prefix that stands for several. */
interface Entry {
  readonly position: string;
  readonly upload: Upload | undefined;
}

function foldUploads(uploads: readonly Upload[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const upload of uploads) {
    const at = delimiter === "" ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const folded = at < 0 ? undefined : upload.key.slice(0, at + delimiter.length);
    if (folded === undefined) entries.push({ position: upload.key, upload });
    else if (entries.at(-1)?.position !== folded) entries.push({ position: folded, upload: undefined });
  }
  return entries;
}

/** Behind the marked upload, or behind the whole key when no upload of it is named. */
function firstAfter(entries: readonly Entry[], keyMarker: string, idMarker: string): number {
  if (keyMarker === "") return 0;
  const marked = entries.findIndex(({ position, upload }) => position === keyMarker && upload?.id === idMarker);
  if (idMarker !== "" && marked >= 0) return marked + 1;
  const marker = Buffer.from(keyMarker);
  const next = entries.findIndex(({ position }) => Buffer.compare(Buffer.from(position), marker) > 0);
  return next < 0 ? entries.length : next;
}

function uploadXml(upload: Upload, encode: (key: string) => string): XmlObject {
  return {
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: "STANDARD",
    Initiated: upload.createdAt.toISOString(),
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
  };
}
