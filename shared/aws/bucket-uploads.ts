/** The part of a bucket that lets clients send bytes to it, and makes objects of what came. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type Part,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { ChecksumAlgorithm } from "../contract/upload.ts";
import { AppError } from "../errors.ts";
import { findOwnWrite } from "./own-write.ts";
import { LAST_WRITE, newWriteToken, wasTriedBefore, writeTokenOf } from "./write-token.ts";

/** A part as S3 has it. */
export interface ListedPart {
  partNumber: number;
  sizeBytes: number;
  etag: string;
  /** Base64, of the upload's own algorithm. */
  checksum?: string;
}

/** What an object must be for a write to replace it. */
export interface WriteCondition {
  /** Absent: whatever it is. Null: nothing may be there. */
  ifMatch?: string | null;
}

/** One multipart upload. */
export interface Multipart {
  key: string;
  uploadId: string;
}

export function createBucketUploads(s3: S3Client, presigningS3: S3Client, Bucket: string) {
  /** A form that puts exactly so many bytes of this type (or at most so many), with these contents where their SHA-256 is known. */
  async function presignPost(
    key: string,
    options: { sizeBytes: number | { most: number }; contentType: string; sha256?: string; expiresInSeconds: number },
  ): Promise<{ url: string; fields: Record<string, string> }> {
    const { sizeBytes, contentType, sha256, expiresInSeconds } = options;
    const [least, most] = typeof sizeBytes === "number" ? [sizeBytes, sizeBytes] : [0, sizeBytes.most];
    const checksum = sha256 === undefined ? undefined : Buffer.from(sha256, "hex").toString("base64");
    return createPresignedPost(presigningS3, {
      Bucket,
      Key: key,
      Expires: expiresInSeconds,
      Conditions: [["content-length-range", least, most]],
      // Each of them becomes a condition of the policy too: nothing else may be sent, and none left out.
      Fields: {
        "Content-Type": contentType,
        success_action_status: "201",
        ...(checksum === undefined ? {} : { "x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": checksum }),
      },
    });
  }

  async function createMultipart(
    key: string,
    options: { contentType: string; algorithm: ChecksumAlgorithm },
  ): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...{ Bucket, Key: key, ContentType: options.contentType },
      ChecksumAlgorithm: options.algorithm === "crc32" ? "CRC32" : "CRC64NVME",
      ChecksumType: "FULL_OBJECT",
    });
    const { UploadId } = await s3.send(command);
    if (UploadId === undefined) throw new Error(`Cannot upload "${key}": S3 gave no upload id`);
    return UploadId;
  }

  /** A URL that takes one part of exactly this size: its length is signed. */
  async function presignPart(
    { key, uploadId }: Multipart,
    part: { partNumber: number; sizeBytes: number; expiresInSeconds: number },
  ): Promise<string> {
    const command = new UploadPartCommand({
      ...{ Bucket, Key: key, UploadId: uploadId },
      ...{ PartNumber: part.partNumber, ContentLength: part.sizeBytes },
    });
    return getSignedUrl(presigningS3, command, { expiresIn: part.expiresInSeconds });
  }

  /** The parts that are there, in their order; undefined when the upload was completed or aborted. */
  async function listParts({ key, uploadId }: Multipart): Promise<ListedPart[] | undefined> {
    const parts: ListedPart[] = [];
    let PartNumberMarker: string | undefined;
    do {
      const command = new ListPartsCommand({ Bucket, Key: key, UploadId: uploadId, PartNumberMarker });
      const page = await s3.send(command).catch(undefinedFor("NoSuchUpload"));
      if (page === undefined) return undefined;
      parts.push(...(page.Parts ?? []).map(toListedPart));
      PartNumberMarker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (PartNumberMarker !== undefined);
    return parts;
  }

  /**
   * Makes the object of its parts, and answers its ETag. Throws `checksum_mismatch` when S3 computes another CRC, and
   * `precondition_failed` when something else is to be replaced than was meant; the upload is then as it was.
   * Undefined when it was completed or aborted before.
   */
  async function joinParts(
    { key, uploadId }: Multipart,
    parts: readonly ListedPart[],
    options: { algorithm: ChecksumAlgorithm; checksum?: string } & WriteCondition,
  ): Promise<string | undefined> {
    const field = options.algorithm === "crc32" ? "ChecksumCRC32" : "ChecksumCRC64NVME";
    const command = new CompleteMultipartUploadCommand({
      ...{ Bucket, Key: key, UploadId: uploadId, ...toHeaders(options) },
      MpuObjectSize: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      ChecksumType: "FULL_OBJECT",
      ...(options.checksum === undefined ? {} : { [field]: options.checksum }),
      MultipartUpload: {
        Parts: parts.map(({ partNumber, etag, checksum }) => ({
          ...{ PartNumber: partNumber, ETag: `"${etag}"` },
          ...(checksum === undefined ? {} : { [field]: checksum }),
        })),
      },
    });
    const answer = await s3.send(command).catch((error: unknown) => {
      if (hasName(error, "NoSuchUpload")) return undefined;
      if (hasName(error, "BadDigest")) {
        throw new AppError("checksum_mismatch", `Cannot complete the upload: its ${options.algorithm} is another`, {
          cause: error,
        });
      }
      throw toProblem(error);
    });
    return answer?.ETag?.replaceAll('"', "");
  }

  /**
   * Copies exactly this version of an object, inside S3; answers the copy's ETag. Undefined when it is not there. With
   * the `callId` of a call that may have been tried before, that try's copy counts as made now.
   */
  async function copy(
    from: { key: string; etag: string },
    key: string,
    options: { contentType: string; callId?: string | undefined } & WriteCondition,
  ): Promise<string | undefined> {
    const { callId } = options;
    const token = callId === undefined ? newWriteToken() : writeTokenOf(callId);
    const command = new CopyObjectCommand({
      ...{ Bucket, Key: key, ...toHeaders(options), Metadata: { [LAST_WRITE]: token } },
      CopySource: `${Bucket}/${from.key.split("/").map(encodeURIComponent).join("/")}`,
      CopySourceIfMatch: `"${from.etag}"`,
      MetadataDirective: "REPLACE",
      ContentType: options.contentType,
    });
    const sent = s3.send(command).then(({ CopyObjectResult }) => CopyObjectResult?.ETag?.replaceAll('"', ""));
    return sent.catch(async (error: unknown) => {
      if (hasName(error, "NoSuchKey")) return undefined;
      const isRepeated = callId !== undefined || (error instanceof Error && wasTriedBefore(error));
      const own = isRepeated ? await findOwnWrite(s3, { bucket: Bucket, key, token }) : undefined;
      if (own === undefined) throw toProblem(error);
      return own;
    });
  }

  /** What S3 knows of an object, its SHA-256 (hex) included where it was sent with one. */
  async function describe(
    key: string,
  ): Promise<{ sizeBytes: number; etag: string; sha256: string | undefined } | undefined> {
    const command = new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: "ENABLED" });
    const answer = await s3.send(command).catch(undefinedFor("NotFound"));
    if (answer === undefined) return undefined;
    const { ContentLength = 0, ETag = "", ChecksumSHA256 } = answer;
    const sha256 = ChecksumSHA256 === undefined ? undefined : Buffer.from(ChecksumSHA256, "base64").toString("hex");
    return { sizeBytes: ContentLength, etag: ETag.replaceAll('"', ""), sha256 };
  }

  return { presignPost, createMultipart, presignPart, listParts, joinParts, copy, describe };
}

function toListedPart({ PartNumber = 0, Size = 0, ETag = "", ...checksums }: Part): ListedPart {
  const checksum = checksums.ChecksumCRC64NVME ?? checksums.ChecksumCRC32;
  const base = { partNumber: PartNumber, sizeBytes: Size, etag: ETag.replaceAll('"', "") };
  return checksum === undefined ? base : { ...base, checksum };
}

function toHeaders({ ifMatch }: WriteCondition) {
  if (ifMatch === undefined) return {};
  return ifMatch === null ? { IfNoneMatch: "*" } : { IfMatch: `"${ifMatch}"` };
}

function toProblem(error: unknown): unknown {
  // With If-Match a key that is gone is NoSuchKey at CompleteMultipartUpload.
  if (!hasName(error, "PreconditionFailed") && !hasName(error, "NoSuchKey")) return error;
  return new AppError("precondition_failed", "Cannot complete the upload: its file was replaced meanwhile", {
    cause: error,
  });
}

function hasName(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function undefinedFor(name: string) {
  return (error: unknown): undefined => {
    if (!hasName(error, name)) throw error;
  };
}
