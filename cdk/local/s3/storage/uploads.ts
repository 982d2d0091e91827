import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Checksum, ChecksumAlgorithm, ChecksumType } from "../wire/checksums.ts";
import type { WriteCondition } from "../wire/conditions.ts";
import { S3Error } from "../wire/errors.ts";
import type { ObjectHeaders } from "../wire/object-headers.ts";
import type { BlobStore, Segment } from "./blobs.ts";
import { bytes, inTransaction, integer, json, optionalJson, type Row, text } from "./database.ts";
import type { ObjectStore, StoredObject } from "./objects.ts";

/** A multipart upload, open or recently completed. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly createdAt: Date;
  readonly headers: ObjectHeaders;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined;
  /** What completing it answered; a repeated request gets the same. Undefined while it is open. */
  readonly outcome: UploadOutcome | undefined;
}

export interface UploadOutcome {
  readonly etag: string;
  readonly checksum: Checksum | undefined;
  readonly completedAt: number;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly checksum: Checksum | undefined;
  readonly segments: readonly Segment[];
}

/** Long enough for any client that retries because the answer got lost. */
const OUTCOME_KEPT_MS = 24 * 60 * 60 * 1000;

/** Multipart uploads and their parts, in the same database as the objects that they become. */
export class UploadStore {
  readonly #database: DatabaseSync;
  readonly #blobs: BlobStore;
  readonly #objects: ObjectStore;

  constructor(database: DatabaseSync, blobs: BlobStore, objects: ObjectStore) {
    this.#database = database;
    this.#blobs = blobs;
    this.#objects = objects;
  }

  create(upload: Omit<Upload, "id" | "outcome">): string {
    const id = randomBytes(24).toString("base64url");
    this.#database
      .prepare("INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, NULL)")
      .run(
        id,
        upload.bucket,
        Buffer.from(upload.key),
        upload.createdAt.getTime(),
        JSON.stringify(upload.headers),
        upload.checksum?.algorithm ?? null,
        upload.checksum?.type ?? null,
      );
    return id;
  }

  /** Open or completed; throws NoSuchUpload, also when the upload belongs to another key. */
  get(place: { bucket: string; key: string }, id: string): Upload {
    const row = this.#database.prepare("SELECT * FROM uploads WHERE id = ?").get(id);
    const upload = row === undefined ? undefined : toUpload(row);
    if (upload?.bucket !== place.bucket || upload.key !== place.key) throw noSuchUpload(id);
    return upload;
  }

  /** Throws NoSuchUpload unless it is still open. */
  getOpen(place: { bucket: string; key: string }, id: string): Upload {
    const upload = this.get(place, id);
    if (upload.outcome !== undefined) throw noSuchUpload(id);
    return upload;
  }

  listOpen(bucket: string): Upload[] {
    return this.#database
      .prepare("SELECT * FROM uploads WHERE bucket = ? AND outcome IS NULL ORDER BY key, created_at, id")
      .all(bucket)
      .map(toUpload);
  }

  parts(id: string): Part[] {
    return this.#database.prepare("SELECT * FROM parts WHERE upload = ? ORDER BY number").all(id).map(toPart);
  }

  /** Adds or replaces a part; throws NoSuchUpload, and removes its bytes, when the upload ended meanwhile. */
  putPart(upload: Upload, part: Part): void {
    try {
      const replaced = inTransaction(this.#database, () => {
        this.getOpen(upload, upload.id);
        const existing = this.#database
          .prepare("SELECT segments FROM parts WHERE upload = ? AND number = ?")
          .get(upload.id, part.number);
        this.#database
          .prepare("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)")
          .run(
            upload.id,
            part.number,
            part.size,
            part.etag,
            part.modifiedAt.getTime(),
            part.checksum === undefined ? null : JSON.stringify(part.checksum),
            JSON.stringify(part.segments),
          );
        return existing === undefined ? [] : json<Segment[]>(existing, "segments");
      });
      this.#blobs.remove(replaced);
    } catch (error) {
      this.#blobs.remove(part.segments);
      throw error;
    }
  }

  /** Turns the upload into the object, in one transaction; files of parts that it does not use are removed. */
  complete(upload: Upload, object: StoredObject, condition: WriteCondition): void {
    const used = new Set(object.segments.map(({ file }) => file));
    const outcome: UploadOutcome = {
      etag: object.etag,
      checksum: object.checksum,
      completedAt: object.modifiedAt.getTime(),
    };
    const unused = inTransaction(this.#database, () => {
      this.getOpen(upload, upload.id);
      const present = this.#takeParts(upload.id);
      // A part that was uploaded again while the whole was being hashed is not the one that was hashed.
      const files = new Set(present.map(({ file }) => file));
      if (![...used].every((file) => files.has(file))) throw new S3Error("InvalidPart");
      const replaced = this.#objects.putWithin(object, condition);
      this.#database.prepare("UPDATE uploads SET outcome = ? WHERE id = ?").run(JSON.stringify(outcome), upload.id);
      return [...replaced, ...present.filter(({ file }) => !used.has(file))];
    });
    this.#blobs.remove(unused);
  }

  abort(upload: Upload): void {
    const segments = inTransaction(this.#database, () => {
      this.#database.prepare("DELETE FROM uploads WHERE id = ?").run(upload.id);
      return this.#takeParts(upload.id);
    });
    this.#blobs.remove(segments);
  }

  /** Forgets outcomes that nobody will ask for again. */
  forgetOutcomes(now: Date): void {
    this.#database
      .prepare("DELETE FROM uploads WHERE outcome IS NOT NULL AND outcome ->> 'completedAt' < ?")
      .run(now.getTime() - OUTCOME_KEPT_MS);
  }

  #takeParts(id: string): Segment[] {
    const segments = this.parts(id).flatMap((part) => part.segments);
    this.#database.prepare("DELETE FROM parts WHERE upload = ?").run(id);
    return segments;
  }
}

function noSuchUpload(id: string): S3Error {
  return new S3Error("NoSuchUpload", undefined, { UploadId: id });
}

function toUpload(row: Row): Upload {
  const algorithm = row.algorithm === null ? undefined : (text(row, "algorithm") as ChecksumAlgorithm);
  return {
    id: text(row, "id"),
    bucket: text(row, "bucket"),
    key: bytes(row, "key").toString("utf8"),
    createdAt: new Date(integer(row, "created_at")),
    headers: json<ObjectHeaders>(row, "headers"),
    checksum: algorithm && { algorithm, type: text(row, "checksum_type") as ChecksumType },
    outcome: optionalJson<UploadOutcome>(row, "outcome"),
  };
}

function toPart(row: Row): Part {
  return {
    number: integer(row, "number"),
    size: integer(row, "size"),
    etag: text(row, "etag"),
    modifiedAt: new Date(integer(row, "modified_at")),
    checksum: optionalJson<Checksum>(row, "checksum"),
    segments: json<Segment[]>(row, "segments"),
  };
}
