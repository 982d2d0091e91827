import type { Credentials } from "../auth/authenticate.ts";
import type { WriteCondition } from "../wire/conditions.ts";
import type { StoredObject } from "../storage/objects.ts";
import type { Storage } from "../storage/open-storage.ts";
import type { Answer } from "../wire/answer.ts";
import type { Payload } from "../wire/body.ts";
import type { S3Request } from "../wire/request.ts";

/** Told after the commit, in the process that made it. */
export interface ObjectCreated {
  bucket: string;
  key: string;
  size: number;
  /** Without quotes, as in S3's events. */
  etag: string;
  reason: "PutObject" | "PostObject" | "CopyObject" | "CompleteMultipartUpload";
}

/** What the whole server shares. */
export interface ServerContext {
  readonly storage: Storage;
  readonly credentials: Credentials;
  readonly clock: () => Date;
  /** Never throws. */
  readonly notify: (event: ObjectCreated) => void;
}

/** One authenticated request, on a bucket that exists wherever the operation needs one. */
export interface Call {
  readonly context: ServerContext;
  readonly request: S3Request;
  readonly payload: Payload;
  readonly bucket: string;
  readonly key: string;
}

export type Operation = (call: Call) => Promise<Answer> | Answer;

export const UNCONDITIONAL: WriteCondition = { mustNotExist: false, etag: undefined };

/** S3's limit on one PUT, one part and one copy. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** XML bodies: room for 10,000 parts with checksums or 1,000 keys of 1,024 escaped bytes. */
export const MAX_XML_BYTES = 8 * 1024 ** 2;

export function createdEvent(object: StoredObject, reason: ObjectCreated["reason"]): ObjectCreated {
  return { bucket: object.bucket, key: object.key, size: object.size, etag: object.etag.replaceAll('"', ""), reason };
}
