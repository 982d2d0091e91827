import { describe, expect, test } from "vitest";
import {
  type ArchiveEntry,
  archiveIdOf,
  contentTag,
  isArchiveId,
  partBytesFor,
  planArchive,
} from "../../../shared/files/archive/archive-plan.ts";
import {
  type ArchiveRecord,
  isBeingBuilt,
  isReusable,
  toArchive,
} from "../../../shared/files/archive/archive-record.ts";
import { isWorthCompressing } from "../../../shared/files/archive/worth-compressing.ts";

const base: ArchiveEntry = {
  path: "uploads/a",
  key: "k",
  etag: "e1",
  size_bytes: 3,
  content_type: "text/plain",
  modified_at: "2026-11-21T09:30:00.000Z",
};
const entry = (change: Partial<ArchiveEntry>): ArchiveEntry => ({ ...base, ...change });
const tagOf = (...entries: ArchiveEntry[]) => contentTag({ entries });

describe("contentTag()", () => {
  test("does not depend on the order", () => {
    const other = entry({ path: "uploads/b" });
    expect(tagOf(base, other)).toBe(tagOf(other, base));
    expect(tagOf(base)).toMatch(/^[0-9a-f]{64}$/);
    expect(isArchiveId(archiveIdOf({ entries: [base] }))).toBe(true);
  });

  test.each([
    { change: { path: "uploads/A" } },
    { change: { etag: "e2" } },
    { change: { size_bytes: 4 } },
    // Names that would run into their neighbours in a list without quotes.
    { change: { path: 'uploads/a","e1",3],["x' } },
  ])("is another one for $change", ({ change }) => {
    expect(tagOf(entry(change))).not.toBe(tagOf(base));
  });

  test("is the same whatever else changes", () => {
    expect(tagOf(entry({ modified_at: "2026-11-22T00:00:00.000Z", content_type: "x/y", key: "other" }))).toBe(
      tagOf(base),
    );
  });
});

test("planArchive() sorts by code units, so that the order is the same everywhere", () => {
  const paths = ["uploads/b", "uploads/Z", "uploads/ä", "outputs/bulk/x", "uploads/a"];
  const sorted = planArchive(paths.map((path) => entry({ path }))).entries.map(({ path }) => path);
  expect(sorted).toEqual(["outputs/bulk/x", "uploads/Z", "uploads/a", "uploads/b", "uploads/ä"]);
});

test.each([
  { bytes: 0, part: 5 },
  { bytes: 10e9, part: 5 },
  { bytes: 100e9, part: 11 },
])("partBytesFor() $bytes bytes are $part MiB, and 10,000 of them suffice", ({ bytes, part }) => {
  const size = partBytesFor({ entries: [entry({ size_bytes: bytes })] });
  expect(size).toBe(part * 1024 * 1024);
  expect(size * 10_000).toBeGreaterThan(bytes * 1.01);
});

describe("isWorthCompressing()", () => {
  test.each(["a.csv", "a.txt", "a.json", "a.db", "a.svg", "a.bmp", "noext", "a.wav"])("%s yes", (name) => {
    expect(isWorthCompressing({ path: `uploads/${name}`, content_type: "application/octet-stream" })).toBe(true);
  });
  test.each(["a.zip", "a.XLSX", "a.png", "a.jpeg", "a.mp4", "a.parquet", "a.tar.gz"])("%s no", (name) => {
    expect(isWorthCompressing({ path: `uploads/${name}`, content_type: "application/octet-stream" })).toBe(false);
  });
  test.each([
    { content_type: "image/png", worth: false },
    { content_type: "image/svg+xml", worth: true },
    { content_type: "video/mp4", worth: false },
    { content_type: "audio/wav", worth: true },
    { content_type: "application/gzip", worth: false },
    { content_type: "text/csv; charset=utf-8", worth: true },
  ])("$content_type: $worth", ({ content_type, worth }) => {
    expect(isWorthCompressing({ path: "uploads/a", content_type })).toBe(worth);
  });
});

describe("an archive's record", () => {
  const now = new Date("2026-11-21T12:00:00.000Z");
  const before = "2026-11-21T11:59:59.000Z";
  const after = "2026-11-21T12:00:01.000Z";
  const record = (change: Partial<ArchiveRecord>): ArchiveRecord => ({
    ...{ pk: "p", sk: "s", archive_id: "archive_1", attempt: "t", state: "building", ttl: 0 },
    ...{ files_total: 2, bytes_total: 20, files_done: 1, bytes_done: 10 },
    ...{ lease_expires_at: after, reusable_until: after },
    ...change,
  });

  test.each([
    { change: {}, built: true, reusable: false, state: "building" },
    { change: { lease_expires_at: before }, built: false, reusable: false, state: "failed" },
    { change: { state: "ready", lease_expires_at: before }, built: false, reusable: true, state: "ready" },
    { change: { state: "ready", reusable_until: before }, built: false, reusable: false, state: "ready" },
    { change: { state: "failed" }, built: false, reusable: false, state: "failed" },
  ] as const)(
    "$change: being built $built, reusable $reusable, shown as $state",
    ({ change, built, reusable, state }) => {
      expect(isBeingBuilt(record(change), now)).toBe(built);
      expect(isReusable(record(change), now)).toBe(reusable);
      const shown = toArchive(record(change), now);
      expect(shown).toMatchObject({ state, files: 2, files_done: 1, files_total: 2, bytes_done: 10, bytes_total: 20 });
      expect(shown.problem === undefined).toBe(state !== "failed");
    },
  );
});
