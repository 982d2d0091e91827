import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { AppError } from "../errors.ts";

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
  etag: string;
}

export interface Removed {
  objects: number;
  bytes: number;
}

/** DeleteObjects takes this many keys; a page of ListObjectsV2 holds as many. */
const MAX_KEYS = 1000;
/** Rounds over a prefix whose objects would not all go. */
const MAX_ROUNDS = 5;

/** The one bucket. Absent objects are `undefined`; every other failure is thrown as the SDK has it. */
export function createBucket(s3: S3Client, presigningS3: S3Client, name: string) {
  const Bucket = name;

  /**
   * Streams an object in with bounded memory: small ones as one PutObject, larger ones as multipart. Answers the
   * ETag. When the stream fails nothing is stored.
   */
  async function putStream(key: string, body: Readable, contentType: string): Promise<string> {
    const params = { Bucket, Key: key, Body: body, ContentType: contentType };
    const answer = await new Upload({ client: s3, params, queueSize: 2 }).done();
    return unquote(answer.ETag);
  }

  /** Puts bytes whose size is known. With `onlyIfAbsent` answers false when the key is already there. */
  async function putBytes(
    key: string,
    body: Uint8Array | string,
    options: { contentType: string; onlyIfAbsent?: boolean },
  ): Promise<boolean> {
    const precondition = options.onlyIfAbsent === true ? { IfNoneMatch: "*" } : {};
    const command = { Bucket, Key: key, Body: body, ContentType: options.contentType, ...precondition };
    try {
      await s3.send(new PutObjectCommand(command));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "PreconditionFailed") return false;
      throw error;
    }
  }

  async function find(key: string): Promise<ObjectInfo | undefined> {
    const answer = await absentAsUndefined(s3.send(new HeadObjectCommand({ Bucket, Key: key })));
    if (answer === undefined) return undefined;
    return { key, sizeBytes: answer.ContentLength ?? 0, etag: unquote(answer.ETag) };
  }

  /** The object's bytes as a stream, with the ETag they belong to. */
  async function read(key: string): Promise<{ body: Readable; etag: string } | undefined> {
    const answer = await absentAsUndefined(s3.send(new GetObjectCommand({ Bucket, Key: key })));
    if (answer?.Body === undefined) return undefined;
    return { body: answer.Body as Readable, etag: unquote(answer.ETag) };
  }

  async function remove(key: string): Promise<void> {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  }

  async function* list(prefix: string): AsyncGenerator<ObjectInfo> {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken }));
      for (const object of page.Contents ?? []) {
        yield { key: object.Key ?? "", sizeBytes: object.Size ?? 0, etag: unquote(object.ETag) };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  /** Removes these keys; answers those that S3 reports as still there. A 200 can hold failures. */
  async function removeKeys(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    return (answer.Errors ?? []).map((failure) => failure.Key ?? "");
  }

  /** Removes every object under the prefix. Throws if any of them survives. */
  async function removePrefix(prefix: string): Promise<Removed> {
    if (!prefix.endsWith("/")) throw new Error(`Cannot remove "${prefix}": a prefix must end with "/"`);
    const removed = { objects: 0, bytes: 0 };
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const answer = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: MAX_KEYS }));
      const objects = answer.Contents ?? [];
      const survivors = new Set(await removeKeys(objects.map((object) => object.Key ?? "")));
      const gone = objects.filter((object) => !survivors.has(object.Key ?? ""));
      removed.objects += gone.length;
      removed.bytes += gone.reduce((sum, object) => sum + (object.Size ?? 0), 0);
      if (answer.IsTruncated !== true && survivors.size === 0) return removed;
      if (gone.length > 0) round = -1; // progress: the limit is on rounds that move nothing
    }
    throw new AppError("unavailable", `Cannot remove all objects under "${prefix}": the bucket keeps refusing some`);
  }

  /** Aborts every multipart upload under the prefix, so that its parts are not kept and paid for. */
  async function abortUploads(prefix: string): Promise<number> {
    const answer = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix }));
    for (const { Key, UploadId } of answer.Uploads ?? []) {
      await absentAsUndefined(s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })));
    }
    return answer.Uploads?.length ?? 0;
  }

  /** A URL that reads one object for a short while; `disposition` and `contentType` replace the stored headers. */
  async function presignGet(
    key: string,
    options: { expiresInSeconds: number; disposition?: string; contentType?: string },
  ): Promise<string> {
    const command = new GetObjectCommand({
      Bucket,
      Key: key,
      ResponseContentDisposition: options.disposition,
      ResponseContentType: options.contentType,
    });
    return getSignedUrl(presigningS3, command, { expiresIn: options.expiresInSeconds });
  }

  return {
    name,
    putStream,
    putBytes,
    find,
    read,
    remove,
    list,
    removeKeys,
    removePrefix,
    abortUploads,
    presignGet,
  };
}

export type Bucket = ReturnType<typeof createBucket>;

function unquote(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}

async function absentAsUndefined<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    if (error instanceof Error && error.name === "NoSuchUpload") return undefined;
    throw error;
  }
}
