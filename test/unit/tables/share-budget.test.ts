import { describe, expect, test } from "vitest";
import { countTokens } from "../../../shared/tables/summary/count-tokens.ts";
import { shareBudget } from "../../../shared/tables/summary/share-budget.ts";

describe("countTokens()", () => {
  // What the tokenizers cl100k and o200k count, the larger of both.
  test.each([
    { text: "The quick brown fox jumps over the lazy dog", needed: 9 },
    { text: "2026-11-21 09:30:00", needed: 12 },
    { text: "| `customer_id` | BIGINT | 1,234,567 distinct |", needed: 17 },
    { text: "Größe der Straße", needed: 5 },
    { text: "東京都千代田区", needed: 10 },
    { text: "9f86d081884c7d659a2feaa0c55ad015", needed: 19 },
    { text: "🦆🦆🦆", needed: 9 },
  ])("$text takes no fewer than $needed", ({ text, needed }) => {
    expect(countTokens(text)).toBeGreaterThanOrEqual(needed);
  });
});

describe("shareBudget()", () => {
  const [long, middle, short] = ["a".repeat(1000), "a".repeat(300), "a".repeat(10)]; // 300, 90 and 3 tokens

  test.each([
    { what: "room for all", budget: 910, chosen: [long, long, long] },
    { what: "room for one", budget: 500, chosen: [middle, middle, long] },
    { what: "room for none", budget: 20, chosen: [short, short, short] },
    { what: "no room for all", budget: 7, chosen: [short, short, undefined] },
  ])("with $what takes what fits", ({ budget, chosen }) => {
    const parts = [1, 2, 3].map(() => [long, middle, short]);
    const found = shareBudget(parts, budget);
    expect(found.map((text) => text?.length)).toEqual(chosen.map((text) => text?.length));
    expect(countTokens(found.join(""))).toBeLessThanOrEqual(budget);
  });

  test("parts that need little leave the rest to others", () => {
    expect(shareBudget([[long, short], [short]], 310).map((text) => text?.length)).toEqual([1000, 10]);
  });
});
