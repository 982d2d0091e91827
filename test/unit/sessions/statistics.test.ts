import { describe, expect, test } from "vitest";
import type { RetentionRules } from "../../../shared/sessions/retention.ts";
import { type Counted, countSession, emptyTally, toStats } from "../../../shared/sessions/statistics.ts";

const now = new Date("2026-11-21T12:00:00.000Z");
const rules: RetentionRules = {
  idleMinutes: { default: 60, web: 1440 },
  maxAgeMinutes: { default: 10_080 },
  keepNewest: 10,
  maxLiveSessions: null,
  cacheHours: 48,
  userBytes: null,
};

let made = 0;
function session(changes: Partial<Counted> = {}): Counted {
  return {
    session_id: `s${made++}`,
    user_id: "ana",
    platform: "web",
    status: "active",
    created_at: "2026-11-21T11:00:00.000Z",
    last_activity: "2026-11-21T11:50:00.000Z",
    retention_wish: {},
    file_counts: { uploads: 2, workspace: 1 },
    total_size_bytes: 100,
    database: { version: 1, tables: 2, rows: 30, size_bytes: 5 },
    ...changes,
  };
}

function statsOf(sessions: Counted[]) {
  const tally = emptyTally();
  for (const one of sessions) countSession(tally, one, rules, now);
  return toStats(tally, now, true);
}

describe("countSession()", () => {
  test("adds up live sessions by platform and status, with all they hold", () => {
    const stats = statsOf([
      session(),
      session({ status: "completed" }),
      session({ platform: "telegram", status: "error", database: { version: 0, tables: 0, size_bytes: 0 } }),
    ]);
    expect(stats).toMatchObject({
      computed_at: now.toISOString(),
      complete: true,
      live: 3,
      by_platform: { web: 2, telegram: 1 },
      by_status: { active: 1, completed: 1, error: 1 },
      files: 9,
      bytes: 300,
      tables: 4,
      rows: 60,
    });
  });

  test.each([
    { what: "marked", changes: { status: "deleting" as const } },
    { what: "over", changes: { last_activity: "2026-11-20T11:59:00.000Z" } },
    { what: "over to the millisecond", changes: { last_activity: "2026-11-20T12:00:00.000Z" } },
  ])("counts one that is $what as awaiting removal and nowhere else", ({ changes }) => {
    expect(statsOf([session(changes)])).toMatchObject({ live: 0, awaiting_removal: 1, files: 0, by_platform: {} });
  });

  test("finds the oldest, and what ends within the hour, the first first", () => {
    const old = session({ created_at: "2026-11-15T12:00:00.000Z" });
    const minutesLeft = (left: number) =>
      session({
        platform: "api",
        last_activity: new Date(now.getTime() - (60 - left) * 60_000).toISOString(),
        user_id: `left${left}`,
      });
    const stats = statsOf([minutesLeft(50), old, ...Array.from({ length: 30 }, (_, n) => minutesLeft(n + 10))]);
    expect(stats.oldest).toMatchObject({ session_id: old.session_id, created_at: old.created_at });
    expect(stats.ending_soon).toMatchObject({ within_minutes: 60, count: 31 });
    expect(stats.ending_soon.first.map((ending) => ending.user_id)).toEqual(
      Array.from({ length: 10 }, (_, n) => `left${n + 10}`),
    );
    expect(stats.ending_soon.first[0]?.expires_at).toBe("2026-11-21T12:10:00.000Z");
  });

  test("counts platforms of any name, and beyond a hundred the rare ones together", () => {
    expect(statsOf([session({ platform: "constructor" })]).by_platform).toEqual({ constructor: 1 });
    const many = Array.from({ length: 103 }, (_, n) => session({ platform: `p${n}` }));
    const { by_platform } = statsOf([...many, session({ platform: "p102" })]);
    expect(Object.keys(by_platform)).toHaveLength(101);
    expect(by_platform).toMatchObject({ p102: 2, "(other)": 3 });
  });
});
