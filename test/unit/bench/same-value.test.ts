import { describe, expect, test } from "vitest";
import { isSameValue } from "../../bench/tables/same-value.ts";

describe("isSameValue()", () => {
  test.each([
    ["a", "a"],
    ["", null],
    ["12.50", "12.5"],
    ["0", "0.0"],
    ["100", "1e2"],
    ["-3", "-3.0"],
    ["9007199254740993", "9007199254740993"],
    ["2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z"],
    ["true", "True"],
    ["false", "0"],
  ])("takes %j kept as %j for the same", (said, kept) => {
    expect(isSameValue(said, kept)).toBe(true);
  });

  test.each([
    ["01067", "1067"],
    ["NA", null],
    ["", "0"],
    ["9007199254740993", "9007199254740992"],
    ["0.123456789012345678", "0.12345678901234568"],
    ["12", "120"],
    ["-3", "3"],
    ["2026-01-02 03:04:05", "2026-01-02T03:04:06Z"],
    ["2026-01-02 03:04:05", "2026-01-02"],
    ["true", "0"],
    ["Köln", "KÃ¶ln"],
  ])("tells %j kept as %j for changed", (said, kept) => {
    expect(isSameValue(said, kept)).toBe(false);
  });
});
