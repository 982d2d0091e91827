import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";

/** A multipart upload that was neither completed nor aborted: its parts are kept and paid for. */
export interface OpenUpload {
  key: string;
  uploadId: string;
  initiatedAt: Date;
}

/** Where a listing of uploads goes on. */
export interface UploadPosition {
  key: string;
  uploadId: string;
}

/** The part of a bucket that knows uploads in progress. */
export function createOpenUploads(s3: S3Client, Bucket: string) {
  /** One page behind `after`; `next` is undefined on the last one. */
  async function listUploadPage(
    prefix: string,
    after?: UploadPosition,
  ): Promise<{ uploads: OpenUpload[]; next: UploadPosition | undefined }> {
    const position = after === undefined ? {} : { KeyMarker: after.key, UploadIdMarker: after.uploadId };
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...position }));
    const uploads = (page.Uploads ?? []).map(({ Key, UploadId, Initiated }) => ({
      key: Key ?? "",
      uploadId: UploadId ?? "",
      initiatedAt: Initiated ?? new Date(0),
    }));
    const isLast = page.IsTruncated !== true || page.NextKeyMarker === undefined;
    const next = isLast ? undefined : { key: page.NextKeyMarker ?? "", uploadId: page.NextUploadIdMarker ?? "" };
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
    // All pages first: a marker that names an aborted upload does not mean the same place in every engine.
    const open: OpenUpload[] = [];
    let position: UploadPosition | undefined;
    do {
      const { uploads, next } = await listUploadPage(prefix, position);
      open.push(...uploads);
      position = next;
    } while (position !== undefined);
    for (const upload of open) await abortUpload(upload);
    return open.length;
  }

  return { listUploadPage, abortUpload, abortUploads };
}
