import type { DatabaseSync } from "node:sqlite";
import type { Checksum } from "../wire/checksums.ts";
import { assertWriteAllowed, type WriteCondition } from "../wire/conditions.ts";
import { S3Error } from "../wire/errors.ts";
import type { ObjectHeaders } from "../wire/object-headers.ts";
import type { BlobStore, Segment } from "./blobs.ts";
import { bytes, inTransaction, integer, json, optionalJson, type Row, text } from "./database.ts";

/** An object without its bytes. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly headers: ObjectHeaders;
  readonly checksum: Checksum | undefined;
  readonly segments: readonly Segment[];
}

/** Keys from `from` on and before `before`, in the order of their bytes. */
export interface KeyRange {
  readonly from: Buffer;
  readonly before: Buffer;
}

/** The objects. Every method commits before it returns; replaced bytes go only after that. */
export class ObjectStore {
  readonly #database: DatabaseSync;
  readonly #blobs: BlobStore;

  constructor(database: DatabaseSync, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#database
      .prepare("SELECT * FROM objects WHERE bucket = ? AND key = ?")
      .get(bucket, Buffer.from(key));
    return row === undefined ? undefined : toObject(row);
  }

  /** Throws NoSuchKey. */
  get(bucket: string, key: string): StoredObject {
    const object = this.find(bucket, key);
    if (object === undefined) throw new S3Error("NoSuchKey", undefined, { Key: key });
    return object;
  }

  /** Makes the object visible, or throws and removes its bytes, when the condition or the bucket is gone. */
  put(object: StoredObject, condition: WriteCondition): void {
    try {
      this.#blobs.remove(inTransaction(this.#database, () => this.putWithin(object, condition)));
    } catch (error) {
      this.#blobs.remove(object.segments);
      throw error;
    }
  }

  /** The same inside a transaction of the caller, who then removes the returned segments. */
  putWithin(object: StoredObject, condition: WriteCondition): readonly Segment[] {
    if (this.#database.prepare("SELECT 1 FROM buckets WHERE name = ?").get(object.bucket) === undefined) {
      throw new S3Error("NoSuchBucket", undefined, { BucketName: object.bucket });
    }
    const existing = this.find(object.bucket, object.key);
    assertWriteAllowed(condition, existing);
    this.#database
      .prepare("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        object.bucket,
        Buffer.from(object.key),
        object.size,
        object.etag,
        object.modifiedAt.getTime(),
        JSON.stringify(object.headers),
        object.checksum === undefined ? null : JSON.stringify(object.checksum),
        JSON.stringify(object.segments),
      );
    return existing?.segments ?? [];
  }

  /**
   * Removes keys in one transaction and gives one result for each: undefined, or why it was kept. A key that is
   * not there counts as removed, as in S3, unless an ETag was asked for.
   */
  remove(bucket: string, wanted: readonly { key: string; etag: string | undefined }[]): (S3Error | undefined)[] {
    const segments: Segment[] = [];
    const results = inTransaction(this.#database, () =>
      wanted.map(({ key, etag }) => {
        const existing = this.find(bucket, key);
        try {
          assertWriteAllowed({ mustNotExist: false, etag }, existing);
        } catch (error) {
          if (error instanceof S3Error) return error;
          throw error;
        }
        if (existing !== undefined) segments.push(...existing.segments);
        this.#database.prepare("DELETE FROM objects WHERE bucket = ? AND key = ?").run(bucket, Buffer.from(key));
        return undefined;
      }),
    );
    this.#blobs.remove(segments);
    return results;
  }

  /** Lazily, so that a listing can stop or jump at any key. */
  *scan(bucket: string, range: KeyRange): Generator<StoredObject> {
    const rows = this.#database
      .prepare("SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key")
      .iterate(bucket, range.from, range.before);
    for (const row of rows) yield toObject(row);
  }
}

function toObject(row: Row): StoredObject {
  return {
    bucket: text(row, "bucket"),
    key: bytes(row, "key").toString("utf8"),
    size: integer(row, "size"),
    etag: text(row, "etag"),
    modifiedAt: new Date(integer(row, "modified_at")),
    headers: json<ObjectHeaders>(row, "headers"),
    checksum: optionalJson<Checksum>(row, "checksum"),
    segments: json<Segment[]>(row, "segments"),
  };
}
