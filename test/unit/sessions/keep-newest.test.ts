import { describe, expect, test } from "vitest";
import { beyondNewest, newestFirst, withinLimit } from "../../../shared/sessions/keep-newest.ts";

/** "b2" is session b, made in second 2. */
const session = (text: string) => {
  const created_at = new Date(Number(text.slice(1)) * 1000).toISOString();
  return { session_id: text.slice(0, 1), created_at };
};
const sessions = (text: string) => text.split(" ").map(session);
const names = (found: { session_id: string }[]) => found.map(({ session_id }) => session_id).join("");

describe("newestFirst()", () => {
  test.each([
    ["a1 b2 c3", "cba"],
    ["c3 a1 b2", "cba"],
    ["a1 c1 b1", "cba"],
  ])("orders %s as %s", (given, expected) => expect(names(newestFirst(sessions(given)))).toBe(expected));
});

describe("beyondNewest()", () => {
  test.each([
    { live: "a1 b2 c3", mine: "c3", keep: 3, ends: "" },
    { live: "a1 b2 c3", mine: "c3", keep: 2, ends: "a" },
    { live: "a1 b2 c3", mine: "c3", keep: 1, ends: "ba" },
    { live: "a1 b2 c3", mine: "c3", keep: 0, ends: "ba" },
    // Made at once with a newer one, which may have looked too early: its own executioner, and the newer one stays.
    { live: "a1 b2 c3", mine: "b2", keep: 1, ends: "ba" },
    { live: "a1 b1", mine: "a1", keep: 1, ends: "a" },
    { live: "a1 b2 c3", mine: "b2", keep: 2, ends: "a" },
    // Newer ones of a clock that is wrong end nobody's new session.
    { live: "a1 b2 c9", mine: "b2", keep: 1, ends: "a" },
    { live: "b61 c62 a1", mine: "a1", keep: 2, ends: "" },
    { live: "a1 b1", mine: "b1", keep: 1, ends: "a" },
  ])("of $live ends $ends when $mine was made and $keep stay", ({ live, mine, keep, ends }) => {
    expect(names(beyondNewest(sessions(live), session(mine), keep))).toBe(ends);
  });

  test("ends the same ones whoever of several makers looks, and never more than there are too many", () => {
    const live = sessions("a1 b2 c3 d4 e5 f6");
    const ended = new Set(live.flatMap((mine) => beyondNewest(live, mine, 4)).map(({ session_id }) => session_id));
    expect([...ended].toSorted()).toEqual(["a", "b"]);
  });
});

describe("withinLimit()", () => {
  test.each([
    { live: "a1 b2 c3", limit: 2, stay: "ba" },
    { live: "a1 b2 c3", limit: 3, stay: "cba" },
    { live: "a1 b2 c3", limit: 9, stay: "cba" },
    { live: "c1 b1 a1", limit: 1, stay: "a" },
  ])("of $live lets $stay stay with a limit of $limit", ({ live, limit, stay }) => {
    expect(names(withinLimit(sessions(live), limit))).toBe(stay);
  });
});
