import { createHash } from "node:crypto";
import type { StoredObject } from "../storage/objects.ts";
import type { Part, Upload } from "../storage/uploads.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { receiveText } from "../wire/body.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumElement,
  checksumHeader,
  checksumMismatch,
  checksumNames,
  compositeChecksum,
  createDigester,
} from "../wire/checksums.ts";
import { combineCrc } from "../wire/combine-crc.ts";
import { parseWriteCondition, stripQuotes } from "../wire/conditions.ts";
import { S3Error } from "../wire/errors.ts";
import type { S3Request } from "../wire/request.ts";
import { parseXml } from "../wire/xml.ts";
import { type Call, createdEvent, MAX_XML_BYTES, type ServerContext } from "./call.ts";
import { uploadId } from "./multipart-upload.ts";

/** Every part but the last must have this; the last may be empty. */
const MIN_PART_BYTES = 5 * 1024 ** 2;

/** A part as the client lists it. */
interface ListedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: ReadonlyMap<string, string>;
}

export async function completeMultipartUpload({ context, request, payload, bucket, key }: Call): Promise<Answer> {
  const condition = parseWriteCondition(request);
  const requirements = { maxBytes: MAX_XML_BYTES, ignoreChecksumHeaders: true };
  const listed = parsePartList(await receiveText(request, payload, requirements));
  const { uploads } = context.storage;
  const upload = uploads.get({ bucket, key }, uploadId(request));
  const etag = multipartEtag(listed);
  if (upload.outcome !== undefined) return repeatedAnswer(request, upload, etag);

  const parts = chooseParts(upload, listed, uploads.parts(upload.id));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  assertObjectSize(request, size);
  const checksum = await objectChecksum(context, upload, parts);
  assertObjectChecksum(request, checksum);
  // Hashing a whole object takes its time: another request may have completed the upload meanwhile.
  const latest = uploads.get(upload, upload.id);
  if (latest.outcome !== undefined) return repeatedAnswer(request, latest, etag);

  const segments = parts.flatMap((part) => part.segments);
  const { headers } = upload;
  const object: StoredObject = { bucket, key, size, etag, modifiedAt: context.clock(), headers, checksum, segments };
  uploads.complete(upload, object, condition);
  context.notify(createdEvent(object, "CompleteMultipartUpload"));
  return completedAnswer(request, upload, { etag, checksum });
}

function parsePartList(xml: string): ListedPart[] {
  const listed = parseXml(xml, "CompleteMultipartUpload")
    .children("Part")
    .map((part): ListedPart => {
      const number = Number(part.text("PartNumber"));
      const etag = part.text("ETag");
      if (!Number.isInteger(number) || etag === undefined) throw new S3Error("MalformedXML");
      const checksums = checksumNames.flatMap((name) => {
        const value = part.text(checksumElement(name));
        return value === undefined ? [] : [[name, value] as const];
      });
      return { number, etag: stripQuotes(etag.trim()), checksums: new Map(checksums) };
    });
  if (listed.length === 0) throw new S3Error("MalformedXML");
  if (listed.some(({ number }, i) => number <= (listed[i - 1]?.number ?? 0))) throw new S3Error("InvalidPartOrder");
  return listed;
}

/** The stored parts that the client lists; throws InvalidPart or EntityTooSmall. */
function chooseParts(upload: Upload, listed: readonly ListedPart[], stored: readonly Part[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  return listed.map(({ number, etag, checksums }, i) => {
    const part = byNumber.get(number);
    const details = { UploadId: upload.id, PartNumber: String(number), ETag: etag };
    if (part === undefined || stripQuotes(part.etag) !== etag) throw new S3Error("InvalidPart", undefined, details);
    for (const [algorithm, value] of checksums) {
      // Parts may only be held to the algorithm that the upload was created with.
      const isOfUpload = upload.checksum?.algorithm === algorithm && part.checksum?.algorithm === algorithm;
      if (isOfUpload && part.checksum?.value === value) continue;
      throw new S3Error("InvalidPart", undefined, details);
    }
    if (upload.checksum !== undefined && checksums.size === 0) {
      const name = upload.checksum.algorithm.toLowerCase();
      throw new S3Error(
        "InvalidRequest",
        `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    if (part.size < MIN_PART_BYTES && i < listed.length - 1) {
      const sizes = { ProposedSize: String(part.size), MinSizeAllowed: String(MIN_PART_BYTES) };
      throw new S3Error("EntityTooSmall", undefined, { ...sizes, PartNumber: String(number), ETag: etag });
    }
    return part;
  });
}

/** MD5 of the parts' MD5s, and how many there were. */
function multipartEtag(listed: readonly ListedPart[]): string {
  const md5 = createHash("md5");
  for (const { etag } of listed) md5.update(Buffer.from(etag, "hex"));
  return `"${md5.digest("hex")}-${listed.length}"`;
}

async function objectChecksum(
  context: ServerContext,
  upload: Upload,
  parts: readonly Part[],
): Promise<Checksum | undefined> {
  if (upload.checksum === undefined) return undefined;
  const { algorithm, type } = upload.checksum;
  if (type === "COMPOSITE") {
    const values = parts.map((part) => part.checksum?.value ?? "");
    return compositeChecksum(algorithm, values);
  }
  const combined = combineParts(algorithm, parts);
  return { algorithm, type, value: (combined ?? (await digestOf(context, algorithm, parts))).toString("base64") };
}

/** Undefined where a part came without a checksum of the upload's algorithm. */
function combineParts(algorithm: ChecksumAlgorithm, parts: readonly Part[]): Buffer | undefined {
  if (algorithm === "SHA1" || algorithm === "SHA256") return undefined;
  if (parts.some(({ checksum }) => checksum?.algorithm !== algorithm)) return undefined;
  return parts
    .map(({ checksum, size }) => ({ crc: Buffer.from(checksum?.value ?? "", "base64"), size }))
    .reduce((first, second) => ({
      crc: combineCrc(algorithm, first.crc, second.crc, second.size),
      size: first.size + second.size,
    })).crc;
}

/** Reads everything once more. */
async function digestOf(context: ServerContext, algorithm: ChecksumAlgorithm, parts: readonly Part[]): Promise<Buffer> {
  const digester = createDigester(algorithm);
  const pinned = context.storage.blobs.pin(parts.flatMap((part) => part.segments));
  try {
    for await (const chunk of pinned.read()) digester.update(chunk);
  } finally {
    pinned.release();
  }
  return digester.digest();
}

function assertObjectChecksum(request: S3Request, checksum: Checksum | undefined): void {
  for (const algorithm of checksumNames) {
    const claimed = request.header(checksumHeader(algorithm));
    if (claimed === undefined) continue;
    if (checksum?.algorithm !== algorithm || checksum.value !== claimed) throw checksumMismatch(algorithm);
  }
}

function assertObjectSize(request: S3Request, size: number): void {
  const claimed = request.header("x-amz-mp-object-size");
  if (claimed === undefined || claimed === String(size)) return;
  throw new S3Error(
    "InvalidRequest",
    `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${size}`,
  );
}

/** A client whose answer got lost asks again, and gets the same one, if it speaks of the same parts. */
function repeatedAnswer(request: S3Request, upload: Upload, etag: string): Answer {
  if (upload.outcome?.etag !== etag) throw new S3Error("NoSuchUpload", undefined, { UploadId: upload.id });
  return completedAnswer(request, upload, upload.outcome);
}

function completedAnswer(
  request: S3Request,
  { bucket, key }: Upload,
  { etag, checksum }: { etag: string; checksum: Checksum | undefined },
): Answer {
  const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return xmlAnswer("CompleteMultipartUploadResult", {
    Location: `http://${request.header("host") ?? ""}${path}`,
    Bucket: bucket,
    Key: key,
    ETag: etag,
    ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  });
}
