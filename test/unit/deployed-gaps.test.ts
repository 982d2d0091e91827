import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { core, failingTests, missingAttribute, missingResources } from "../deployed/gaps.ts";

const acceptance = (file: string) => `test/acceptance/${file}.test.ts`;

/** Calls that make a test or a group of them, with the names that they give. */
const nameIn = (file: string, words: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .some((line) => /^\s*(?:test|describe|\]\)|\)|\w)/.test(line) && line.includes(words));

describe("gaps of the emulator", () => {
  const witnesses = [missingAttribute, ...missingResources, ...failingTests].flatMap(({ instead }) => instead ?? []);

  test.each(witnesses)("$file looks instead: $test", ({ file, test: words }) => {
    expect(existsSync(file)).toBe(true);
    expect(nameIn(file, words)).toBe(true);
  });

  test.each(failingTests)("$file has $tests, which run on the local host", ({ file, tests = [] }) => {
    expect(existsSync(acceptance(file))).toBe(true);
    for (const words of tests) expect(nameIn(acceptance(file), words)).toBe(true);
  });

  test("are no whole file of the short run", () => {
    const whole = failingTests.filter(({ tests }) => tests === undefined).map(({ file }) => acceptance(file));
    expect(core.filter((file) => whole.includes(file) || !existsSync(file))).toEqual([]);
  });
});
