/**
 * Takes objects away, a thousand at a time. A 200 of DeleteObjects can hold failures, so every answer is read, and
 * what survived is tried again after a while. One key that the bucket never lets go does not keep the others.
 */
import { setTimeout as delay } from "node:timers/promises";
import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";

/** What went, as receipts and reports count it. */
export interface Removed {
  objects: number;
  bytes: number;
}

/** An object as it was when it was seen. */
export interface ObjectVersion {
  key: string;
  etag: string;
}

/** DeleteObjects takes this many keys; a page of ListObjectsV2 holds as many. */
const MAX_KEYS = 1000;
/** Passes over what survived, one after the other, that may move nothing. */
const MAX_IDLE_PASSES = 4;

/** The removing half of a bucket. */
export function createObjectRemoval(s3: S3Client, Bucket: string) {
  /** Removes these keys, however many; answers those that S3 reports as still there. */
  async function removeKeys(keys: readonly string[]): Promise<string[]> {
    const survivors: string[] = [];
    for (let start = 0; start < keys.length; start += MAX_KEYS) {
      const Objects = keys.slice(start, start + MAX_KEYS).map((Key) => ({ Key }));
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      survivors.push(...(answer.Errors ?? []).map((failure) => failure.Key ?? ""));
    }
    return survivors;
  }

  /**
   * Removes these versions of objects; answers the keys that are still there, with what S3 says of each. A key that
   * has another version by now counts as done: that one is somebody else's.
   */
  async function removeVersions(objects: readonly ObjectVersion[]): Promise<Map<string, string>> {
    const kept = new Map<string, string>();
    for (let start = 0; start < objects.length; start += MAX_KEYS) {
      const some = objects.slice(start, start + MAX_KEYS);
      for (const [key, code] of await removeSome(some)) kept.set(key, code);
    }
    return kept;
  }

  async function removeSome(objects: readonly ObjectVersion[]): Promise<[string, string][]> {
    const Objects = objects.map(({ key, etag }) => ({ Key: key, ETag: `"${etag}"` }));
    try {
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      return (answer.Errors ?? [])
        .filter(({ Code }) => Code !== "PreconditionFailed" && Code !== "NoSuchKey")
        .map(({ Key, Code }) => [Key ?? "", Code ?? "unknown"]);
    } catch (error) {
      // No answer: some may be gone. Whoever asks again finds out.
      return objects.map(({ key }) => [key, error instanceof Error ? error.name : "unknown"]);
    }
  }

  /** Removes every object under the prefix. Throws if any of them survives; all others are gone then. */
  async function removePrefix(prefix: string): Promise<Removed> {
    if (!prefix.endsWith("/")) throw new Error(`Cannot remove "${prefix}": a prefix must end with "/"`);
    const removed = { objects: 0, bytes: 0 };
    for (let idle = 0; idle < MAX_IDLE_PASSES; idle++) {
      if (idle > 0) await delay(jitter(idle));
      const { survivors, ...gone } = await removeOnce(prefix);
      removed.objects += gone.objects;
      removed.bytes += gone.bytes;
      if (survivors === 0) return removed;
      if (gone.objects > 0) idle = 0; // progress: the limit is on passes that move nothing
    }
    throw new AppError("unavailable", `Cannot remove all objects under "${prefix}": the bucket keeps refusing some`);
  }

  /** One pass, page after page: survivors stay behind, so a full page of them does not hide the next one. */
  async function removeOnce(prefix: string): Promise<Removed & { survivors: number }> {
    const total = { objects: 0, bytes: 0, survivors: 0 };
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken }));
      const objects = page.Contents ?? [];
      const survivors = new Set(await removeKeys(objects.map((object) => object.Key ?? "")));
      const gone = objects.filter((object) => !survivors.has(object.Key ?? ""));
      total.objects += gone.length;
      total.bytes += gone.reduce((sum, object) => sum + (object.Size ?? 0), 0);
      total.survivors += survivors.size;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return total;
  }

  return { removeKeys, removeVersions, removePrefix };
}

/** Up to 0.4, 0.8, 1.6 s: as long as a bucket that slows down needs, and not at the same instant for all. */
function jitter(attempt: number): number {
  return Math.random() * 200 * 2 ** attempt;
}
