import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ageSeconds, endOfEntry, isExpired } from "../../../shared/cache/cache-entry.ts";
import { cacheHash } from "../../../shared/cache/cache-key.ts";

describe("cacheHash()", () => {
  test("is that of the JSON array, for everyone to compute", () => {
    expect(cacheHash("a", "b")).toBe("0473ef2dc0d324ab659d3580c1134e9d812035905c4781fdd6d529b0c6860e13");
  });

  test.each([
    [
      ["a:b", "c"],
      ["a", "b:c"],
    ],
    [
      ["ab", "c"],
      ["a", "bc"],
    ],
    [
      ['a","b', "c"],
      ["a", 'b","c'],
    ],
    [
      ["", "a"],
      ["a", ""],
    ],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [
      ["a\u0000", "b"],
      ["a", "\u0000b"],
    ],
    [
      ["a", "b"],
      ["A", "b"],
    ],
    [
      ["a ", "b"],
      ["a", "b"],
    ],
    [
      ["é", "b"],
      ["e\u0301", "b"],
    ],
    [
      ["\ud800", "b"],
      ["\ufffd", "b"],
    ],
    [
      ["\ud800", "b"],
      ["\udc00", "b"],
    ],
    [
      ["\\ud800", "b"],
      ["\ud800", "b"],
    ],
  ])("tells %j from %j", ([q1 = "", m1 = ""], [q2 = "", m2 = ""]) => {
    expect(cacheHash(q1, m1)).not.toBe(cacheHash(q2, m2));
  });

  test("is the same exactly for the same pair", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", ":", '"', ",", "\\", "\ud800", "é", "[", "\u0000"),
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, text, text, text, (q1, m1, q2, m2) => {
        expect(cacheHash(q1, m1) === cacheHash(q2, m2)).toBe(q1 === q2 && m1 === m2);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("an entry of 48 hours", () => {
  const entry = { stored_at: "2026-11-21T09:30:00.500Z" };
  test.each([
    ["2026-11-21T09:29:00.000Z", 0, false], // stored by a clock that is ahead
    ["2026-11-21T09:30:00.500Z", 0, false],
    ["2026-11-21T09:30:02.499Z", 1, false],
    ["2026-11-23T09:30:00.499Z", 172_799, false],
    ["2026-11-23T09:30:00.500Z", 172_800, true],
    ["2027-01-01T00:00:00.000Z", 3_508_199, true],
  ])("at %s is %d s old; over: %s", (time, age, isOver) => {
    expect(ageSeconds(entry, new Date(time))).toBe(age);
    expect(isExpired(entry, 48, new Date(time))).toBe(isOver);
  });

  test("ends by the rules of the moment, not by those it was stored under", () => {
    expect(endOfEntry(entry, 0.5).toISOString()).toBe("2026-11-21T10:00:00.500Z");
  });
});
