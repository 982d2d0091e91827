import type { DatabaseSync } from "node:sqlite";
import type { CorsRule } from "../wire/cors-rules.ts";
import { S3Error } from "../wire/errors.ts";
import { inTransaction, integer, json, optionalJson, type Row, text } from "./database.ts";
import type { BlobStore, Segment } from "./blobs.ts";

export interface Bucket {
  readonly name: string;
  readonly createdAt: Date;
  readonly cors: readonly CorsRule[] | undefined;
}

/** The buckets. All methods are synchronous, so what one reads is true until the caller awaits something. */
export class BucketStore {
  readonly #database: DatabaseSync;
  readonly #blobs: BlobStore;

  constructor(database: DatabaseSync, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
  }

  /** True when it was created, false when it was there before. */
  create(name: string, now: Date): boolean {
    const result = this.#database
      .prepare("INSERT OR IGNORE INTO buckets (name, created_at) VALUES (?, ?)")
      .run(name, now.getTime());
    return result.changes === 1;
  }

  list(): Bucket[] {
    return this.#database.prepare("SELECT * FROM buckets ORDER BY name").all().map(toBucket);
  }

  find(name: string): Bucket | undefined {
    const row = this.#database.prepare("SELECT * FROM buckets WHERE name = ?").get(name);
    return row === undefined ? undefined : toBucket(row);
  }

  /** Throws NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.find(name);
    if (bucket === undefined) throw new S3Error("NoSuchBucket", undefined, { BucketName: name });
    return bucket;
  }

  setCors(name: string, rules: readonly CorsRule[] | undefined): void {
    this.#database
      .prepare("UPDATE buckets SET cors = ? WHERE name = ?")
      .run(rules === undefined ? null : JSON.stringify(rules), name);
  }

  /** Removes an empty bucket and its unfinished uploads; throws BucketNotEmpty. */
  remove(name: string): void {
    const database = this.#database;
    const uploads = "SELECT id FROM uploads WHERE bucket = ?";
    const segments = inTransaction(database, () => {
      if (database.prepare("SELECT 1 FROM objects WHERE bucket = ? LIMIT 1").get(name) !== undefined) {
        throw new S3Error("BucketNotEmpty", undefined, { BucketName: name });
      }
      const parts = database.prepare(`SELECT segments FROM parts WHERE upload IN (${uploads})`).all(name);
      database.prepare(`DELETE FROM parts WHERE upload IN (${uploads})`).run(name);
      database.prepare("DELETE FROM uploads WHERE bucket = ?").run(name);
      database.prepare("DELETE FROM buckets WHERE name = ?").run(name);
      return parts.flatMap((row) => json<Segment[]>(row, "segments"));
    });
    this.#blobs.remove(segments);
  }
}

function toBucket(row: Row): Bucket {
  return {
    name: text(row, "name"),
    createdAt: new Date(integer(row, "created_at")),
    cors: optionalJson<CorsRule[]>(row, "cors"),
  };
}
