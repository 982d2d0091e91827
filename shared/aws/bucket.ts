import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createBucketUploads } from "./bucket-uploads.ts";
import { createOpenUploads } from "./open-uploads.ts";
import { findOwnWrite } from "./own-write.ts";
import { createObjectRemoval } from "./remove-objects.ts";
import { LAST_WRITE, newWriteToken, wasTriedBefore, writeTokenOf } from "./write-token.ts";

export interface ObjectInfo {
  key: string;
  sizeBytes: number;
  etag: string;
}

/** An object as a listing or a HEAD has it. */
export interface ListedObject extends ObjectInfo {
  modifiedAt: Date;
}

/** What has to be there for a write to happen. */
export type PutCondition = "any" | "absent" | { etag: string };

const CHECKSUM_MODE = "x-amz-checksum-mode";

/** `NoSuchKey`: there is no version at all. A `ConditionalRequestConflict` is S3's word for another writer meanwhile. */
const CONDITION_FAILED = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];

/** The one bucket. Absent objects are `undefined`; every other failure is thrown as the SDK has it. */
export function createBucket(s3: S3Client, presigningS3: S3Client, name: string) {
  const Bucket = name;

  /**
   * Streams an object in with bounded memory: small ones as one PutObject, larger ones as multipart. Answers the
   * ETag. When the stream fails nothing is stored.
   */
  async function putStream(
    key: string,
    body: Readable,
    contentType: string,
    options: { partBytes?: number } = {},
  ): Promise<string> {
    const params = { Bucket, Key: key, Body: body, ContentType: contentType };
    const part = options.partBytes === undefined ? {} : { partSize: options.partBytes };
    const answer = await new Upload({ client: s3, params, queueSize: 2, ...part }).done();
    return unquote(answer.ETag);
  }

  /** Puts bytes whose size is known. With `onlyIfAbsent` answers false when the key is already there. */
  async function putBytes(
    key: string,
    body: Uint8Array | string,
    options: { contentType: string; onlyIfAbsent?: boolean },
  ): Promise<boolean> {
    const { contentType, onlyIfAbsent } = options;
    const condition = onlyIfAbsent === true ? "absent" : "any";
    return (await putIf(key, body, { contentType, condition })) !== undefined;
  }

  /**
   * Puts bytes on a condition and answers their ETag: only where nothing is, or only over this version. Undefined when
   * it did not hold, also when another writer came in between. With the `callId` of a call that may have been tried
   * before, what that try put there counts as put now: the bytes have to be the same.
   */
  async function putIf(
    key: string,
    body: Uint8Array | string,
    options: { contentType: string; condition: PutCondition; callId?: string | undefined },
  ): Promise<string | undefined> {
    const { condition, contentType, callId } = options;
    const base = { Bucket, Key: key, Body: body, ContentType: contentType };
    if (condition === "any") return unquote((await s3.send(new PutObjectCommand(base))).ETag);
    const header = condition === "absent" ? { IfNoneMatch: "*" } : { IfMatch: `"${condition.etag}"` };
    const token = callId === undefined ? newWriteToken() : writeTokenOf(callId);
    const command = new PutObjectCommand({ ...base, ...header, Metadata: { [LAST_WRITE]: token } });
    const sent = s3.send(command).then(({ ETag }) => unquote(ETag));
    return sent.catch(async (error: unknown) => {
      if (!(error instanceof Error) || !CONDITION_FAILED.includes(error.name)) throw error;
      return callId !== undefined || wasTriedBefore(error)
        ? findOwnWrite(s3, { bucket: Bucket, key, token })
        : undefined;
    });
  }

  async function find(key: string): Promise<ListedObject | undefined> {
    const answer = await absentAsUndefined(s3.send(new HeadObjectCommand({ Bucket, Key: key })));
    if (answer === undefined) return undefined;
    const modifiedAt = answer.LastModified ?? new Date(0);
    return { key, sizeBytes: answer.ContentLength ?? 0, etag: unquote(answer.ETag), modifiedAt };
  }

  /** The object's bytes as a stream, with the ETag they belong to. With `etag` any other version is undefined too. */
  async function read(
    key: string,
    options: { etag?: string; firstBytes?: number } = {},
  ): Promise<{ body: Readable; etag: string } | undefined> {
    const condition = options.etag === undefined ? {} : { IfMatch: `"${options.etag}"` };
    const range = options.firstBytes === undefined ? {} : { Range: `bytes=0-${options.firstBytes - 1}` };
    const command = new GetObjectCommand({ Bucket, Key: key, ...condition, ...range });
    const answer = await absentAsUndefined(s3.send(command));
    if (answer?.Body === undefined) return undefined;
    return { body: answer.Body as Readable, etag: unquote(answer.ETag) };
  }

  async function remove(key: string): Promise<void> {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  }

  /** Every object under the prefix, in the order of keys; with `startAfter` those behind that key. */
  async function* list(prefix: string, startAfter?: string): AsyncGenerator<ListedObject> {
    let ContinuationToken: string | undefined;
    const first = { Bucket, Prefix: prefix, ...(startAfter === undefined ? {} : { StartAfter: startAfter }) };
    do {
      const page = await s3.send(new ListObjectsV2Command({ ...first, ContinuationToken }));
      for (const object of page.Contents ?? []) {
        yield {
          key: object.Key ?? "",
          sizeBytes: object.Size ?? 0,
          etag: unquote(object.ETag),
          modifiedAt: object.LastModified ?? new Date(0),
        };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  /** Whether the key is there, by listing alone: for those who may not read. */
  async function isListed(key: string): Promise<boolean> {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key, MaxKeys: 1 }));
    return page.Contents?.[0]?.Key === key;
  }

  /**
   * A URL that reads one object for a short while; `disposition` and `contentType` replace the stored headers. With
   * `checksummed` whoever asks has to send `x-amz-checksum-mode: ENABLED`, and is told the object's checksum.
   */
  async function presignGet(
    key: string,
    options: { expiresInSeconds: number; disposition?: string; contentType?: string; checksummed?: boolean },
  ): Promise<string> {
    // Not in the query, where nobody promises that it is heard.
    const inHeaders = options.checksummed === true ? { unhoistableHeaders: new Set([CHECKSUM_MODE]) } : {};
    const command = new GetObjectCommand({
      Bucket,
      Key: key,
      ResponseContentDisposition: options.disposition,
      ResponseContentType: options.contentType,
    });
    return getSignedUrl(presigningS3, command, { expiresIn: options.expiresInSeconds, ...inHeaders });
  }

  return {
    name,
    putStream,
    putBytes,
    putIf,
    find,
    read,
    remove,
    list,
    isListed,
    ...createObjectRemoval(s3, name),
    ...createOpenUploads(s3, name),
    ...createBucketUploads(s3, presigningS3, name),
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
    if (error instanceof Error && error.name === "PreconditionFailed") return undefined; // another version is there
    throw error;
  }
}
