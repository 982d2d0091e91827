/** Which objects of a live session have outlived their use. Pure; `inspect-session.ts` acts on it. */
import type { ListedObject } from "../../shared/aws/bucket.ts";
import { parseSessionObjectKey } from "../../shared/aws/object-keys.ts";
import type { CacheObject } from "./remove-cache-entry.ts";

/** What is to become of objects of one live session; whatever is not named here stays. */
export interface ObjectFates {
  /** Versions of the database that nobody reads any more, or that were never published. */
  oldVersions: ListedObject[];
  archives: ListedObject[];
  cache: CacheObject[];
  /** Old enough to be an orphan if no record and no upload names them. */
  suspects: { path: string; object: ListedObject }[];
}

const HOUR_MS = 3600_000;
/** Readers of the version before have URLs of minutes; a conversion about to publish lasts minutes too. */
const VERSION_MS = HOUR_MS;
const ARCHIVE_MS = 24 * HOUR_MS;
/** A writer stores its object first and the entry then: even where answers count for minutes it has an hour for that. */
const CACHE_MS = HOUR_MS;
/** An upload stores its object first and its record then. A day is far beyond any request, and any signed URL. */
const SUSPECT_MS = 24 * HOUR_MS;

/** Sorts a session's objects. `publishedVersion` is 0 while there is no database. */
export function decideFates(
  objects: readonly ListedObject[],
  { publishedVersion, cacheHours, now }: { publishedVersion: number; cacheHours: number; now: Date },
): ObjectFates {
  const fates: ObjectFates = { oldVersions: [], archives: [], cache: [], suspects: [] };
  const isOlder = (object: ListedObject, ms: number) => now.getTime() - object.modifiedAt.getTime() > ms;
  for (const object of objects) {
    const parsed = parseSessionObjectKey(object.key);
    if (parsed === undefined) continue;
    const { place, path } = parsed;
    if (place.kind === "database") {
      const isSuperseded =
        place.version !== publishedVersion && wasPublishedLongAgo(objects, publishedVersion, isOlder);
      if (isSuperseded && isOlder(object, VERSION_MS)) fates.oldVersions.push(object);
    } else if (place.kind === "archive") {
      if (isOlder(object, ARCHIVE_MS)) fates.archives.push(object);
    } else if (place.kind === "cache") {
      if (isOlder(object, Math.max(cacheHours * HOUR_MS, CACHE_MS)))
        fates.cache.push({ name: place.name, hash: place.hash, object });
    } else if (isOlder(object, SUSPECT_MS)) {
      fates.suspects.push({ path, object });
    }
  }
  return fates;
}

/** While there is no database, whatever lies there was never published. */
function wasPublishedLongAgo(
  objects: readonly ListedObject[],
  version: number,
  isOlder: (object: ListedObject, ms: number) => boolean,
): boolean {
  if (version === 0) return true;
  const published = objects.find(({ key }) => {
    const place = parseSessionObjectKey(key)?.place;
    return place?.kind === "database" && place.version === version;
  });
  return published !== undefined && isOlder(published, VERSION_MS);
}
