import { describe, expect, test } from "vitest";
import { decideFates } from "../../../functions/sweep/object-fate.ts";
import { parseSessionObjectKey } from "../../../shared/aws/object-keys.ts";

const now = new Date("2026-11-21T12:00:00.000Z");
const prefix = "sessions/session_20261121_093000_k3w5x2mzq7ab4cde/";
const database = (version: number) => `database/${String(version).padStart(6, "0")}/project_data.db`;

function object(path: string, ageHours: number) {
  const modifiedAt = new Date(now.getTime() - ageHours * 3600_000);
  return { key: `${prefix}${path}`, sizeBytes: 1, etag: "e", modifiedAt };
}

function fatesOf(objects: ReturnType<typeof object>[], publishedVersion = 0) {
  const fates = decideFates(objects, { publishedVersion, cacheHours: 48, now });
  const paths = (list: { key: string }[]) => list.map(({ key }) => key.slice(prefix.length));
  return {
    oldVersions: paths(fates.oldVersions),
    archives: paths(fates.archives),
    cache: fates.cache.map(({ name }) => name),
    suspects: fates.suspects.map(({ path }) => path),
  };
}

const nothing = { oldVersions: [], archives: [], cache: [], suspects: [] };

describe("decideFates()", () => {
  test.each([
    ["an archive of a day", object("archives/a.zip", 24), {}],
    ["an older archive", object("archives/a.zip", 24.1), { archives: ["archives/a.zip"] }],
    ["a cached value within its hours", object("cache/0a.json", 47.9), {}],
    ["a cached value past them", object("cache/0a.json", 48.1), { cache: ["0a.json"] }],
    ["a file that was just stored", object("uploads/a.csv", 0), {}],
    ["a file of a day", object("uploads/a.csv", 24), {}],
    ["an older file", object("uploads/a.csv", 24.1), { suspects: ["uploads/a.csv"] }],
    ["a file called like a database", object("uploads/project_data.db", 25), { suspects: ["uploads/project_data.db"] }],
    ["a file in a folder of a folder", object("outputs/single/a.png", 25), { suspects: ["outputs/single/a.png"] }],
    ["a place that nobody knows", object("else/where", 25), { suspects: ["else/where"] }],
    ["a version while none is published", object(database(1), 0.9), {}],
    ["a version of a conversion that died", object(database(1), 1.1), { oldVersions: [database(1)] }],
  ])("%s", (_what, listed, expected) => {
    expect(fatesOf([listed])).toEqual({ ...nothing, ...expected });
  });

  test("a cached value has an hour at least, where answers count for minutes", () => {
    const objects = [object("cache/young-1.json", 0.9), object("cache/old-1.json", 1.1)];
    const { cache } = decideFates(objects, { publishedVersion: 0, cacheHours: 0.01, now });
    expect(cache.map(({ name, hash }) => [name, hash])).toEqual([["old-1.json", "old"]]);
  });

  test.each([
    ["both young", [1, 0.5], [0.4, 0.1], []],
    ["the old one old, the published one young: readers may still be on it", [9, 9], [0.9], []],
    ["published over an hour ago", [9, 9], [1.1], [1, 2]],
  ])("versions before the published one: %s", (_what, before, from, gone) => {
    const objects = [...before.map((age, n) => object(database(n + 1), age)), object(database(3), from[0] ?? 0)];
    expect(fatesOf(objects, 3).oldVersions).toEqual(gone.map(database));
  });

  test("a newer version than the published one is left alone for an hour, then it was never published", () => {
    const published = object(database(3), 5);
    expect(fatesOf([published, object(database(4), 0.9)], 3).oldVersions).toEqual([]);
    expect(fatesOf([published, object(database(4), 1.1)], 3).oldVersions).toEqual([database(4)]);
  });

  test("nothing goes while the published version is not in the listing", () => {
    expect(fatesOf([object(database(1), 100), object(database(2), 100)], 3).oldVersions).toEqual([]);
  });
});

describe("parseSessionObjectKey()", () => {
  test.each([
    ["sessions/s1/uploads/a.csv", { sessionId: "s1", path: "uploads/a.csv", place: { kind: "file" } }],
    ["sessions/s1/archives/a.zip", { sessionId: "s1", path: "archives/a.zip", place: { kind: "archive" } }],
    ["sessions/s1/uploads/line\nbreak", { sessionId: "s1", path: "uploads/line\nbreak", place: { kind: "file" } }],
    ["sessions/s1", undefined],
    ["exports/a.csv", undefined],
  ])("%j", (key, expected) => {
    expect(parseSessionObjectKey(key)).toEqual(expected);
  });
});
