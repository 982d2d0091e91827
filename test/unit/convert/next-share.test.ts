import { describe, expect, test } from "vitest";
import { MAX_TRIALS, nextShare, type Past } from "../../../functions/convert/next-share.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";

/** Files that wait, by what the rule looks at. */
function waiting(...trials: number[]): FileRecord[] {
  return trials.map((conversion_trials, nth) => {
    const path = `uploads/${String(nth).padStart(5, "0")}.csv`;
    return { path, status: "ready", ...(conversion_trials > 0 && { conversion_trials }) } as FileRecord;
  });
}

const calm: Past = { deaths: 0, rounds: 0 };
const namesOf = (files: readonly FileRecord[]) => files.map(({ path }) => Number(path.slice(8, 13)));

describe("nextShare()", () => {
  test("takes all while nobody died, whatever was tried before", () => {
    expect(nextShare(waiting(0, 2, 0), calm)).toEqual({ files: waiting(0, 2, 0), givenUp: [], isTrial: false });
  });

  test.each([
    { files: 1, past: { deaths: 1, rounds: 0 }, size: 1 },
    { files: 16, past: { deaths: 1, rounds: 3 }, size: 1 },
    { files: 17, past: { deaths: 1, rounds: 0 }, size: 4 },
    { files: 10_000, past: { deaths: 1, rounds: 0 }, size: 2500 },
    { files: 10_000, past: { deaths: 2, rounds: 0 }, size: 625 },
    { files: 10_000, past: { deaths: 2, rounds: 2 }, size: 2500 },
    { files: 10_000, past: { deaths: 9, rounds: 0 }, size: 1 },
    { files: 10_000, past: { deaths: 1000, rounds: 4 }, size: 16 },
  ])("takes $size of $files after $past.deaths deaths and $past.rounds rounds", ({ files, past, size }) => {
    const share = nextShare(waiting(...Array.from({ length: files }, () => 0)), past);
    expect(share?.files.length).toBe(size);
    expect(share?.isTrial).toBe(size === 1);
  });

  test.each([
    { what: "those that were never tried first", trials: [1, 0, 2], rounds: 0, files: [1] },
    { what: "the one that was tried least by a fresh process", trials: [2, 1], rounds: 0, files: [1] },
    { what: "nothing where a process has read others before", trials: [2, 1], rounds: 1, files: undefined },
  ])("takes $what", ({ trials, rounds, files }) => {
    const share = nextShare(waiting(...trials), { deaths: 1, rounds });
    expect(share === undefined ? undefined : namesOf(share.files)).toEqual(files);
  });

  test("gives up what was tried often enough, before anything else is read", () => {
    const share = nextShare(waiting(0, MAX_TRIALS, 1), { deaths: 4, rounds: 1 });
    expect(share).toMatchObject({ files: [], isTrial: false });
    expect(namesOf(share?.givenUp ?? [])).toEqual([1]);
  });

  test("never gives up a removed file, of which only the tables are taken away", () => {
    const removed = waiting(MAX_TRIALS).map((record) => ({ ...record, status: "removed" as const }));
    expect(nextShare(removed, { deaths: 4, rounds: 1 })).toMatchObject({ files: removed, givenUp: [] });
  });

  test.each([1, 5, 16, 17, 100, 10_000])("finds the one of %i files that kills within few deaths", (count) => {
    for (const guilty of new Set([0, Math.floor(count / 2), count - 1])) {
      const { deaths, converted } = live(count, guilty);
      expect(converted).toBe(count - 1);
      expect(deaths).toBeLessThanOrEqual(count <= 16 ? MAX_TRIALS + 2 : MAX_TRIALS + 10);
    }
  });
});

/** Processes one after the other, each of which dies as soon as it reads the guilty file, until nothing waits. */
function live(count: number, guilty: number): { deaths: number; converted: number } {
  const past = { deaths: 0, rounds: 0 };
  let left = waiting(...Array.from({ length: count }, () => 0));
  const culprit = left[guilty];
  let converted = 0;
  while (left.length > 0) {
    const share = nextShare(left, past);
    if (share === undefined) {
      past.rounds = 0; // another process goes on
    } else if (share.files.some(({ path }) => path === culprit?.path)) {
      past.deaths++;
      past.rounds = 0;
      left = left.map((record) => (share.isTrial && record === share.files[0] ? triedOnceMore(record) : record));
    } else {
      converted += share.files.length;
      if (share.files.length > 0) past.rounds++;
      left = left.filter((record) => !share.files.includes(record) && !share.givenUp.includes(record));
    }
  }
  return { deaths: past.deaths, converted };
}

function triedOnceMore(record: FileRecord): FileRecord {
  return { ...record, conversion_trials: (record.conversion_trials ?? 0) + 1 };
}
