import { describe, expect, test } from "vitest";
import { readRetentionRules } from "../../../shared/sessions/retention-document.ts";
import { createRulesSource } from "../../../shared/sessions/rules-source.ts";

const base = readRetentionRules({});

/** A source whose document, clock and log the test holds in its hands. */
function source(first: string | Error) {
  const state = { document: first, now: 0, reads: 0, errors: [] as string[] };
  const rules = createRulesSource({
    base,
    refreshMs: 30_000,
    monotonicMs: () => state.now,
    async read() {
      state.reads++;
      if (state.document instanceof Error) throw state.document;
      return state.document;
    },
    log: { info() {}, error: (message, fields) => state.errors.push(`${message}: ${fields?.error}`) },
  });
  return { state, rules };
}

describe("createRulesSource()", () => {
  test("reads once in 30 seconds, and again after them", async () => {
    const { state, rules } = source('{"keep_newest": 2}');
    await Promise.all([rules.refresh(), rules.refresh(), rules.refresh()]);
    expect(rules.current().keepNewest).toBe(2);
    state.document = '{"keep_newest": 3}';
    state.now = 29_999;
    await rules.refresh();
    expect([rules.current().keepNewest, state.reads]).toEqual([2, 1]);
    state.now = 30_000;
    await rules.refresh();
    expect([rules.current().keepNewest, state.reads]).toEqual([3, 2]);
  });

  test.each([
    ["that is not JSON", "oops", "not JSON"],
    ["that is partly wrong", '{"keep_newest": 5, "cache_hours": "x"}', "cache_hours"],
    ["that cannot be read", new Error("SSM is away"), "SSM is away"],
  ])("keeps the last good rules over a document %s, and says why", async (_, document, reason) => {
    const { state, rules } = source('{"keep_newest": 2}');
    await rules.refresh();
    Object.assign(state, { document, now: 30_000 });
    await rules.refresh();
    expect(rules.current().keepNewest).toBe(2);
    expect(rules.areKnown()).toBe(true);
    expect(state.errors).toEqual([expect.stringContaining(reason)]);
  });

  test("has only the environment's rules, and says that it does not know, until a document was read", async () => {
    const { state, rules } = source(new Error("SSM is away"));
    await rules.refresh();
    expect([rules.current(), rules.areKnown()]).toEqual([base, false]);
    Object.assign(state, { document: "{}", now: 30_000 });
    await rules.refresh();
    expect([rules.current(), rules.areKnown()]).toEqual([base, true]);
  });

  test("takes a field back to the environment's when the document no longer has it", async () => {
    const { state, rules } = source('{"keep_newest": 2}');
    await rules.refresh();
    Object.assign(state, { document: "{}", now: 30_000 });
    await rules.refresh();
    expect(rules.current()).toEqual(base);
  });

  test("knows the rules of a stage without a document from the start", () => {
    const rules = createRulesSource({
      base,
      refreshMs: 1,
      monotonicMs: () => 0,
      log: { info() {}, error() {} },
    });
    expect(rules.areKnown()).toBe(true);
  });
});
