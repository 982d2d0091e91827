import { describe, expect, test } from "vitest";
import { combinations, type Plan, plansFor } from "../../prove/races/plans.ts";

/** The order in which a plan lets through actors that have so many steps each: "aab" is a twice, then b. */
function orderOf(plan: Plan, steps: Record<string, number>): string {
  const left = { ...steps };
  const chooser = plan.chooser();
  let order = "";
  for (;;) {
    const waiting = Object.keys(left).filter((name) => (left[name] ?? 0) > 0);
    if (waiting.length === 0) return order;
    const next = waiting[chooser(waiting, order.length, order.at(-1))] ?? "";
    left[next] = (left[next] ?? 0) - 1;
    order += next;
  }
}

describe("combinations()", () => {
  test("are all ways to choose steps behind the first, unless that is too many", () => {
    expect(combinations(0, 4, 10)).toEqual([[]]);
    expect(combinations(1, 4, 10)).toEqual([[1], [2], [3]]);
    expect(combinations(2, 4, 10)).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(combinations(2, 4, 2)).toBeUndefined();
    expect(combinations(3, 1000, 10)).toBeUndefined();
  });
});

describe("plansFor()", () => {
  test("plans every order of two short actors with up to three changes, then draws", () => {
    const plans = [...plansFor({ actors: 2, steps: 4, runs: 40, seed: 1 })];
    expect(plans).toHaveLength(40);
    const planned = plans.filter(({ isPlanned }) => isPlanned);
    expect(plans.indexOf(planned.at(-1) as Plan)).toBe(planned.length - 1);
    const orders = new Set(planned.map((plan) => orderOf(plan, { a: 2, b: 2 })));
    expect([...orders].toSorted()).toEqual(["aabb", "abab", "abba", "baab", "baba", "bbaa"]);
  });

  test("never makes more than it was asked for, and draws the same ones for a seed", () => {
    const names = (seed: number) => [...plansFor({ actors: 3, steps: 300, runs: 7, seed })].map(({ name }) => name);
    expect(names(5)).toEqual(names(5));
    expect(names(5)).toHaveLength(7);
    expect(names(5)).not.toEqual(names(6));
    const [plan] = [...plansFor({ actors: 9, steps: 5, runs: 1, seed: 5 })];
    expect(orderOf(plan as Plan, { a: 5, b: 5 })).toBe(orderOf(plan as Plan, { a: 5, b: 5 }));
  });
});
