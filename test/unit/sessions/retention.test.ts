import { describe, expect, test } from "vitest";
import {
  cutoffsOf,
  effectiveRetention,
  endOf,
  isOver,
  type RetentionRules,
} from "../../../shared/sessions/retention.ts";
import { readRetentionRules } from "../../../shared/sessions/retention-document.ts";

const rules = readRetentionRules({});
const at = (text: string) => new Date(text);

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

describe("endOf() and isOver()", () => {
  const created_at = "2026-01-01T00:00:00.000Z";
  const short: RetentionRules = { ...rules, idleMinutes: { default: 60 }, maxAgeMinutes: { default: 120, bot: 30 } };
  test.each([
    { platform: "api", last: "2026-01-01T00:00:00.000Z", wish: {}, end: "2026-01-01T01:00:00.000Z", reason: "idle" },
    { platform: "api", last: "2026-01-01T00:59:00.000Z", wish: {}, end: "2026-01-01T01:59:00.000Z", reason: "idle" },
    { platform: "api", last: "2026-01-01T01:30:00.000Z", wish: {}, end: "2026-01-01T02:00:00.000Z", reason: "max_age" },
    { platform: "bot", last: "2026-01-01T00:20:00.000Z", wish: {}, end: "2026-01-01T00:30:00.000Z", reason: "max_age" },
    {
      platform: "api",
      last: "2026-01-01T00:20:00.000Z",
      wish: { idle_minutes: 1 },
      end: "2026-01-01T00:21:00.000Z",
      reason: "idle",
    },
    {
      platform: "api",
      last: "2026-01-01T00:20:00.000Z",
      wish: { max_age_minutes: 999_999 },
      end: "2026-01-01T01:20:00.000Z",
      reason: "idle",
    },
  ])("$platform after activity at $last with the wish $wish is over from $end on, by $reason", (given) => {
    const session = { platform: given.platform, created_at, last_activity: given.last, retention_wish: given.wish };
    const end = at(given.end);
    const before = new Date(end.getTime() - 1);
    expect(endOf(session, short)).toEqual({ at: end, reason: given.reason });
    expect([isOver(session, short, before), isOver(session, short, end)]).toEqual([false, true]);
    // The condition on the stored item says the same, to the millisecond.
    const isLiveBy = (now: Date) => {
      const { idle, age } = cutoffsOf(session, short, now);
      return session.last_activity > idle.toISOString() && session.created_at > age.toISOString();
    };
    expect([isLiveBy(before), isLiveBy(end)]).toEqual([true, false]);
  });

  test("follow the rules of the moment, whatever the record says of its end", () => {
    const session = { platform: "web", created_at, last_activity: created_at, retention_wish: { idle_minutes: 100 } };
    expect(endOf(session, rules).at).toEqual(at("2026-01-01T01:40:00.000Z"));
    const shorter = { ...rules, idleMinutes: { default: 60, web: 10 } };
    expect(endOf(session, shorter).at).toEqual(at("2026-01-01T00:10:00.000Z"));
    const longer = { ...rules, idleMinutes: { default: 60, web: 9999 } };
    expect(endOf(session, longer).at).toEqual(at("2026-01-01T01:40:00.000Z"));
  });
});
