import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flattenEntryNames } from "../../../shared/files/zip-flatten.ts";

describe("flattenEntryNames()", () => {
  test.each<[string, Record<string, string>]>([
    ["base names where they are alone", { "p/a.csv": "a.csv", "p/q/b.csv": "b.csv", c: "c" }],
    ["paths where they are not", { "p/a.csv": "p__a.csv", "q/a.csv": "q__a.csv", "q/b.csv": "b.csv" }],
    ["paths where they differ only by case", { "p/a.csv": "p__a.csv", "q/A.CSV": "q__A.CSV" }],
    [
      "a number where the joined path is taken",
      { "p/a.csv": "p__a_2.csv", "a.csv": "a.csv", "x/p__a.csv": "p__a.csv" },
    ],
    ["a number without an extension", { "p/a": "p__a_2", a: "a", "x/p__a": "p__a" }],
    ["the end of a long path", { [`${"p".repeat(200)}/${"q".repeat(100)}.csv`]: `${"q".repeat(100)}.csv` }],
  ])("gives %s", (_title, names) => {
    expect(Object.fromEntries(flattenEntryNames(Object.keys(names)))).toEqual(names);
    expect(Object.fromEntries(flattenEntryNames(Object.keys(names).reverse()))).toEqual(names);
  });

  test("cuts a joined path from the front to 255 bytes", () => {
    const [name] = flattenEntryNames([
      `${"ä".repeat(120)}/${"ö".repeat(100)}.csv`,
      `q/${"ö".repeat(100)}.csv`,
    ]).values();
    expect(name).toMatch(/^ä+__ö{100}\.csv$/);
    expect(Buffer.byteLength(name ?? "")).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(name ?? "")).toBeGreaterThan(252);
  });

  test("ends where a name is all ending, and no room is left for a number", () => {
    const paths = Array.from({ length: 30 }, (_, at) => `${at}/x.${"y".repeat(253)}`);
    const names = [...flattenEntryNames(paths).values()];
    expect(new Set(names).size).toBe(30);
    expect(names.every((name) => Buffer.byteLength(name) <= 255)).toBe(true);
  });

  // Counted from the beginning for each of them, it was a minute's work and more.
  test("numbers ten thousand paths that are cut to the same name", () => {
    const paths = Array.from({ length: 10_000 }, (_, at) => `${at}/${"x".repeat(255)}`);
    const names = [...flattenEntryNames(paths).values()];
    expect(new Set(names).size).toBe(10_000);
    expect(names.filter((name) => name.endsWith("_10000"))).toHaveLength(1);
  });

  test("always gives every path its own name", () => {
    const segment = fc.constantFrom("a", "A", "b", "a__b", "a_2", "b.csv", "a.csv", "é".repeat(120));
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.uniqueArray(path, { selector: (p) => p.toLowerCase(), maxLength: 20 }), (paths) => {
        const names = [...flattenEntryNames(paths).values()].map((name) => name.toLowerCase());
        expect(new Set(names).size).toBe(paths.length);
        expect(names.every((name) => name !== "" && !name.includes("/") && Buffer.byteLength(name) <= 255)).toBe(true);
      }),
    );
  });
});
