import fc from "fast-check";
import { v7 } from "uuid";
import { describe, expect, test } from "vitest";
import { createEntryIds, isEntryId } from "../../../shared/entry-id.ts";

const NOW = Date.parse("2026-11-21T09:00:00.000Z");

describe("entry ids", () => {
  test("grow with each call of one process, also within a millisecond and when the clock steps back a little", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 }), (steps) => {
        const mint = createEntryIds();
        const ids = steps.map((step) => mint(new Date(NOW + step)));
        expect(ids.every(isEntryId)).toBe(true);
        expect(ids).toEqual(ids.toSorted());
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test("come after the newest entry that was seen, whatever this instance's clock says", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4_000, max: 4_000 }), { minLength: 2, maxLength: 40 }), (skews) => {
        const ids: string[] = [];
        // Each append is served by another instance with a clock of its own.
        for (const skew of skews) ids.push(createEntryIds()(new Date(NOW + skew), ids.at(-1)));
        const near = ids.filter((id, index) => index === 0 || id > (ids[index - 1] ?? ""));
        const ahead = Math.max(...skews) - Math.min(...skews);
        if (ahead <= 5_000) expect(near).toEqual(ids);
      }),
    );
  });

  test("count on over the end of the sequence into the next millisecond", () => {
    const last = v7({ msecs: NOW, seq: 0xffffffff });
    const next = createEntryIds()(new Date(NOW), last);
    expect(next > last).toBe(true);
    expect(next.slice(0, 13)).toBe(v7({ msecs: NOW + 1 }).slice(0, 13));
  });

  test("do not follow a clock that is far ahead", () => {
    const hourAhead = v7({ msecs: NOW + 3_600_000 });
    const mint = createEntryIds();
    const first = mint(new Date(NOW), hourAhead);
    expect(first < hourAhead).toBe(true);
    expect(mint(new Date(NOW), hourAhead) > first).toBe(true);
  });
});
