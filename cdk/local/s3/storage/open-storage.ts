import { mkdir } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";
import { BlobStore } from "./blobs.ts";
import { BucketStore } from "./buckets.ts";
import { openDatabase, text } from "./database.ts";
import { ObjectStore } from "./objects.ts";
import { UploadStore } from "./uploads.ts";

/** Everything that is kept in the data folder. */
export interface Storage {
  readonly blobs: BlobStore;
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  close(): void;
}

/** Opens the data folder, made if need be, and clears what a crash left behind. */
export async function openStorage(dataDirectory: string, now: Date): Promise<Storage> {
  await mkdir(dataDirectory, { recursive: true });
  const database = openDatabase(dataDirectory);
  try {
    const blobs = await BlobStore.open(dataDirectory, knownFiles(database));
    const objects = new ObjectStore(database, blobs);
    const uploads = new UploadStore(database, blobs, objects);
    uploads.forgetOutcomes(now);
    return { blobs, objects, uploads, buckets: new BucketStore(database, blobs), close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

function knownFiles(database: DatabaseSync): Set<string> {
  const rows = database
    .prepare(
      `SELECT value ->> 'file' AS file FROM objects, json_each(objects.segments)
       UNION ALL SELECT value ->> 'file' FROM parts, json_each(parts.segments)`,
    )
    .iterate();
  return new Set(Iterator.from(rows).map((row) => text(row, "file")));
}
