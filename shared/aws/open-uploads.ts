import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";

/** A multipart upload that was neither completed nor aborted: its parts are kept and paid for. */
export interface OpenUpload {
  key: string;
  uploadId: string;
  initiatedAt: Date;
}

/**
 * Where a listing of uploads goes on: behind all uploads to this key. Not behind one upload of it, because not every
 * engine finds its place again once that one is aborted.
 */
export interface UploadPosition {
  key: string;
}

/** Rounds over a prefix in which not one upload would go. */
const MAX_IDLE_ROUNDS = 5;

/** The part of a bucket that knows uploads in progress. */
export function createOpenUploads(s3: S3Client, Bucket: string) {
  /** One page behind `after`; `next` is undefined on the last one. */
  async function listUploadPage(
    prefix: string,
    after?: UploadPosition,
  ): Promise<{ uploads: OpenUpload[]; next: UploadPosition | undefined }> {
    const position = after === undefined ? {} : { KeyMarker: after.key };
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...position }));
    const uploads = (page.Uploads ?? []).map(({ Key, UploadId, Initiated }) => ({
      key: Key ?? "",
      uploadId: UploadId ?? "",
      initiatedAt: Initiated ?? new Date(0),
    }));
    const isLast = page.IsTruncated !== true || page.NextKeyMarker === undefined;
    const next = isLast ? undefined : { key: page.NextKeyMarker ?? "" };
    return { uploads, next };
  }

  /** False when somebody completed or aborted it first. */
  async function abortUpload({ key, uploadId }: Pick<OpenUpload, "key" | "uploadId">): Promise<boolean> {
    try {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "NoSuchUpload") return false;
      throw error;
    }
  }

  /** Aborts every multipart upload under the prefix, however many; a page holds a thousand. */
  async function abortUploads(prefix: string): Promise<number> {
    let aborted = 0;
    for (let idle = 0; idle < MAX_IDLE_ROUNDS; idle++) {
      // Always the first page: what was aborted is not on it any more.
      const { uploads, next } = await listUploadPage(prefix);
      const before = aborted;
      for (const upload of uploads) if (await abortUpload(upload)) aborted++;
      if (next === undefined) return aborted;
      if (aborted > before) idle = -1; // progress: the limit is on rounds that move nothing
    }
    throw new AppError("unavailable", `Cannot abort all uploads under "${prefix}": the bucket keeps showing them`);
  }

  return { listUploadPage, abortUpload, abortUploads };
}
