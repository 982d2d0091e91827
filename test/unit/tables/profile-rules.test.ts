import { describe, expect, test } from "vitest";
import { familyOf } from "../../../shared/tables/profile/column-family.ts";
import { findingsOf } from "../../../shared/tables/profile/count-values.ts";
import { numberScale, timeScale } from "../../../shared/tables/profile/scale.ts";

describe("familyOf()", () => {
  test.each([
    ["BIGINT", "number"],
    ["UTINYINT", "number"],
    ["DECIMAL(38,10)", "number"],
    ["DATE", "time"],
    ["TIMESTAMP WITH TIME ZONE", "time"],
    ["TIME WITH TIME ZONE", "ordered"],
    ["INTERVAL", "ordered"],
    ["ENUM('VARCHAR', 'INTEGER[]')", "ordered"],
    ["VARCHAR", "text"],
    ["BLOB", "bytes"],
    ["STRUCT(a INTEGER)[]", "list"],
    ["INTEGER[3]", "list"],
    ["MAP(VARCHAR, INTEGER)", "map"],
    ['UNION("name" VARCHAR)', "nested"],
    ["SOMETHING NEW", "nested"],
  ])("%s is %s", (type, family) => {
    expect(familyOf(type)).toBe(family);
  });
});

describe("numberScale()", () => {
  test.each([
    { range: [0, 99], isWhole: true, step: 5, bins: 20 },
    { range: [1, 5], isWhole: true, step: 1, bins: 5 },
    { range: [0, 0.8], isWhole: false, step: 0.05, bins: 17 },
    { range: [0, 0.8], isWhole: false, maxBins: 9, step: 0.1, bins: 9 },
    { range: [-128, 127], isWhole: true, step: 20, bins: 14 },
    { range: [1e-9, 2e-8], isWhole: false, step: 1e-9, bins: 20 },
    { range: [-1e300, 1e300], isWhole: false, step: 1e299, bins: 21, maxBins: 21 },
  ])("$range in $bins steps of $step", ({ range: [from = 0, to = 0], isWhole, maxBins, step, bins }) => {
    const scale = numberScale([from, to], { isWhole, ...(maxBins !== undefined && { maxBins }) });
    const [first = 0, second = 0] = (scale?.edges ?? []).map(Number);
    expect(second - first).toBeCloseTo(step, 12 - Math.floor(Math.log10(step)) > 15 ? 15 : 9);
    expect(scale?.edges).toHaveLength(bins + 1);
    expect(scale?.binOf(from)).toBe(0);
    expect(scale?.binOf(to)).toBe(bins - 1);
  });

  test.each([
    { what: "one value", range: [3, 3] },
    { what: "neighbours among doubles", range: [1e16, 1e16 + 2] },
    { what: "a range that no double holds", range: [-1.7e308, 1.7e308] },
  ])("is none for $what", ({ range: [from = 0, to = 0] }) => {
    expect(numberScale([from, to], { isWhole: false })).toBeUndefined();
  });
});

describe("timeScale()", () => {
  const seconds = (text: string) => Date.parse(`${text}Z`) / 1000;

  test.each([
    {
      from: "2024-01-01T00:00:00",
      to: "2024-01-01T00:00:09",
      isDate: false,
      first: "2024-01-01 00:00:00",
      second: "2024-01-01 00:00:01",
    },
    {
      from: "2024-01-01T00:10:00",
      to: "2024-01-01T23:00:00",
      isDate: false,
      first: "2024-01-01 00:00:00",
      second: "2024-01-01 03:00:00",
    },
    { from: "2024-01-03T00:00:00", to: "2024-01-04T00:00:00", isDate: true, first: "2024-01-03", second: "2024-01-04" },
    { from: "2024-01-03T00:00:00", to: "2024-03-04T00:00:00", isDate: true, first: "2024-01-01", second: "2024-01-08" },
    { from: "2023-11-30T00:00:00", to: "2024-12-04T00:00:00", isDate: true, first: "2023-11-01", second: "2023-12-01" },
    { from: "1950-05-05T00:00:00", to: "2024-12-04T00:00:00", isDate: true, first: "1950-01-01", second: "1955-01-01" },
    {
      from: "-000043-03-15T00:00:00",
      to: "2024-01-01T00:00:00",
      isDate: true,
      first: "0201-01-01 (BC)",
      second: "0001-01-01 (BC)",
    },
  ])("$from to $to begins with $first, $second", ({ from, to, isDate, first, second }) => {
    const scale = timeScale([seconds(from), seconds(to)], { isDate });
    expect(scale?.edges.slice(0, 2)).toEqual([first, second]);
    expect(scale?.binOf(seconds(from))).toBe(0);
    expect(scale?.binOf(seconds(to))).toBe((scale?.edges.length ?? 0) - 2);
    expect(scale?.edges.length).toBeLessThanOrEqual(21);
  });

  test("is none beyond JavaScript's years", () => {
    expect(timeScale([-185_542_587_014_400, 0], { isDate: true })).toBeUndefined();
  });
});

describe("findingsOf()", () => {
  test("makes everything of the counts of few values", () => {
    const column = { name: "rating", type: "DOUBLE", family: "number" as const };
    const found = findingsOf(column, [
      { shown: 1, place: 1, rows: 10 },
      { shown: 2, place: 2, rows: 1 },
      { shown: 4, place: 4, rows: 29 },
      { shown: "Infinity", place: Infinity, rows: 5 },
    ]);
    expect(found.aggregates).toEqual({ filled: 45, min: 1, max: 4, from: 1, to: 4, mean: 3.2, nonFinite: 5 });
    expect(found.values).toEqual({
      distinct: 4,
      top: [
        { value: 4, count: 29 },
        { value: 1, count: 10 },
        { value: "Infinity", count: 5 },
      ],
    });
    expect(found.spread).toEqual({
      quartiles: { p25: 1, p50: 4, p75: 4 },
      histogram: { edges: [0, 2, 4, 6], counts: [10, 1, 29] },
    });
  });
});
