import { describe, expect, test } from "vitest";
import { effectiveRetention, expiryOf, expiryReason, readRetentionRules } from "../../../shared/sessions/retention.ts";

const rules = readRetentionRules({});
const at = (text: string) => new Date(text);

describe("readRetentionRules()", () => {
  test("has the published defaults", () => {
    expect(rules).toEqual({ idleMinutes: { default: 60, web: 1440 }, maxAgeMinutes: 10_080, keepNewest: 10 });
  });

  test.each([
    ["MAX_SESSIONS", "0"],
    ["MAX_SESSIONS", "many"],
    ["SESSION_TIMEOUT_HOURS", "-1"],
  ])("names %s when it is %j", (name, value) => expect(() => readRetentionRules({ [name]: value })).toThrow(name));
});

describe("effectiveRetention()", () => {
  test.each([
    { platform: "telegram", wish: {}, expected: { idle_minutes: 60, max_age_minutes: 10_080 } },
    { platform: "web", wish: {}, expected: { idle_minutes: 1440, max_age_minutes: 10_080 } },
    { platform: "web", wish: { idle_minutes: 5 }, expected: { idle_minutes: 5, max_age_minutes: 10_080 } },
    { platform: "api", wish: { idle_minutes: 9999 }, expected: { idle_minutes: 60, max_age_minutes: 10_080 } },
    { platform: "constructor", wish: { max_age_minutes: 1 }, expected: { idle_minutes: 60, max_age_minutes: 1 } },
  ])("gives $platform with the wish $wish $expected", ({ platform, wish, expected }) => {
    expect(effectiveRetention(rules, platform, wish)).toEqual(expected);
  });
});

describe("expiryOf()", () => {
  const retention = { idle_minutes: 60, max_age_minutes: 120 };
  test.each([
    { last: "2026-01-01T00:00:00Z", expires: "2026-01-01T01:00:00.000Z", reason: "idle" },
    { last: "2026-01-01T00:59:00Z", expires: "2026-01-01T01:59:00.000Z", reason: "idle" },
    { last: "2026-01-01T01:30:00Z", expires: "2026-01-01T02:00:00.000Z", reason: "max_age" },
  ])("after activity at $last ends at $expires by $reason", ({ last, expires, reason }) => {
    const created = "2026-01-01T00:00:00Z";
    const expiry = expiryOf(retention, at(created), at(last)).toISOString();
    expect(expiry).toBe(expires);
    expect(expiryReason(retention, created, expiry)).toBe(reason);
  });
});
