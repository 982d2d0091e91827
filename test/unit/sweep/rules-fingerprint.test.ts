import { expect, test } from "vitest";
import { fingerprintOf } from "../../../functions/sweep/apply-rules.ts";
import { readRetentionRules } from "../../../shared/sessions/retention-document.ts";

const rules = readRetentionRules({});

test("the fingerprint of rules follows what they say, not the order in which they say it", () => {
  const idleMinutes = { default: 60, web: 1440, telegram: 30 };
  const reordered = { telegram: 30, web: 1440, default: 60 };
  expect(fingerprintOf({ ...rules, idleMinutes: reordered })).toBe(fingerprintOf({ ...rules, idleMinutes }));
});

test.each([
  { ...rules, keepNewest: rules.keepNewest - 1 },
  { ...rules, idleMinutes: { ...rules.idleMinutes, web: 61 } },
  { ...rules, maxAgeMinutes: { default: 1 } },
  { ...rules, cacheHours: 1 },
])("every rule counts (%#)", (changed) => {
  expect(fingerprintOf(changed)).not.toBe(fingerprintOf(rules));
});
