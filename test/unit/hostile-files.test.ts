import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileFamilies } from "../support/hostile/families.ts";
import { judge } from "../support/hostile/judge.ts";
import { openReaders } from "../support/hostile/outcome.ts";

/** All that cost little; `npm run prove -- --only hostile` reads the others too, and thousands that nobody wrote. */
const MOST_BYTES = 20_000;
const families = await fileFamilies();
let readers: Awaited<ReturnType<typeof openReaders>>;
beforeAll(async () => {
  readers = await openReaders();
});
afterAll(() => readers[Symbol.asyncDispose]());

describe.each(families)("hostile files: $name", ({ cases }) => {
  test("each becomes what it must, with its reason", { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const one of cases) {
      if (one.isHeavy === true || one.bytes.length > MOST_BYTES) continue;
      const fault = judge(one.expect, await readers.read(one));
      if (fault !== undefined) wrong.push(`${one.name}: expected ${fault}`);
    }
    expect(wrong).toEqual([]);
  });

  test("each has a name of its own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});
