import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  countParts,
  joinedEtag,
  judgeParts,
  kindOf,
  MAX_FORM_BYTES,
  partSizeOf,
  sizeOfPart,
} from "../../../../shared/files/uploads/upload-rules.ts";

const MIB = 1024 * 1024;

describe("kindOf()", () => {
  test.each([
    [0, "post"],
    [MAX_FORM_BYTES, "post"],
    [MAX_FORM_BYTES + 1, "multipart"],
  ])("%i bytes → %s", (size, kind) => expect(kindOf(size)).toBe(kind));
});

describe("the cut", () => {
  test.each([
    { size: MAX_FORM_BYTES + 1, partSize: 8 * MIB, count: 13 },
    { size: 104 * MIB, partSize: 8 * MIB, count: 13 },
    { size: 104 * MIB + 1, partSize: 8 * MIB, count: 14 },
    { size: 5120 * MIB - 1, partSize: 8 * MIB, count: 640 },
    { size: 5120 * MIB, partSize: 8 * MIB, count: 640 },
    { size: 5120 * MIB + 1, partSize: 8 * MIB, count: 641 },
    { size: 80_000 * MIB - 1, partSize: 8 * MIB, count: 10_000 },
    { size: 80_000 * MIB, partSize: 8 * MIB, count: 10_000 },
    { size: 80_000 * MIB + 1, partSize: 9 * MIB, count: 8889 },
    { size: 5 * 1024 * 1024 * MIB, partSize: 525 * MIB, count: 9987 },
  ])("of $size bytes has $count parts of $partSize", ({ size, partSize, count }) => {
    expect(partSizeOf(size)).toBe(partSize);
    expect(countParts(size, partSize)).toBe(count);
    const sizes = Array.from({ length: count }, (_, index) => sizeOfPart(index + 1, size, partSize) ?? Number.NaN);
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    // S3 joins no more than 10,000, and none below 5 MiB but the last.
    expect(count).toBeLessThanOrEqual(10_000);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(5 * MIB);
  });

  test.each([
    { size: 5120 * MIB, last: 8 * MIB },
    { size: 5120 * MIB - 1, last: 8 * MIB - 1 },
    { size: 5112 * MIB + 1, last: 1 },
  ])("of $size bytes ends with a part of $last", ({ size, last }) =>
    expect([sizeOfPart(640, size, 8 * MIB), sizeOfPart(641, size, 8 * MIB)]).toEqual([last, undefined]),
  );

  test.each([0, 14, 1.5, -1, Number.NaN])("has no part %d of 13", (number) =>
    expect(sizeOfPart(number, 104 * MIB, 8 * MIB)).toBeUndefined(),
  );
});

describe("judgeParts()", () => {
  const cut = { sizeBytes: 20, partSize: 8 };
  const part = (partNumber: number, sizeBytes: number, etag = `e${partNumber}`) => ({ partNumber, sizeBytes, etag });
  test.each([
    { parts: [part(1, 8), part(2, 8), part(3, 4)], missing: [], wrong: [] },
    { parts: [part(3, 4), part(1, 8), part(2, 8)], missing: [], wrong: [] },
    { parts: [part(1, 8), part(3, 4)], missing: [2], wrong: [] },
    { parts: [], missing: [1, 2, 3], wrong: [] },
    { parts: [part(1, 8), part(2, 7), part(3, 4)], missing: [], wrong: [2] },
    { parts: [part(1, 8), part(2, 8), part(3, 5)], missing: [], wrong: [3] },
    { parts: [part(1, 8), part(2, 8), part(3, 4), part(4, 1)], missing: [], wrong: [4] },
  ])("finds $missing missing and $wrong wrong", ({ parts, missing, wrong }) =>
    expect(judgeParts(parts, cut)).toEqual({ missing, wrong }),
  );

  test("holds parts to the client's own receipts, with quotes or without", () => {
    const parts = [part(1, 8), part(2, 8), part(3, 4)];
    const receipts = [
      { part_number: 1, etag: '"e1"' },
      { part_number: 2, etag: "other" },
    ];
    expect(judgeParts(parts, cut, receipts)).toEqual({ missing: [], wrong: [2] });
  });
});

test("joinedEtag() is S3's: MD5 of the parts' MD5s, and how many there were", () => {
  const md5 = (text: string) => createHash("md5").update(text).digest();
  const parts = ["a", "b"].map((text, index) => ({
    partNumber: index + 1,
    sizeBytes: 1,
    etag: md5(text).toString("hex"),
  }));
  const expected = createHash("md5").update(md5("a")).update(md5("b")).digest("hex");
  expect(joinedEtag(parts)).toBe(`${expected}-2`);
});
