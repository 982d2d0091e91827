import pMap from "p-map";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { historyKey, sessionKey, sweepStateKey } from "../../shared/aws/item-keys.ts";
import { databaseObjectKey } from "../../shared/aws/object-keys.ts";
import type { SweepReport } from "../../shared/contract/sweep.ts";
import { createTestClock, type TestClock } from "../support/own-stores.ts";
import { DAY, HOUR, MINUTE, startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";

let host: Host;
let clock: TestClock;
let bench: SweepBench;

beforeAll(async () => {
  host = await startQuietHost();
});
afterAll(() => host.close());
/**
 * Every test begins with a clock of its own, a month before that of the last one, so that nothing of another test is
 * due; and in the future, where the host's own clock removes nothing.
 */
let start = Date.now() + 3000 * DAY;
beforeEach(async () => {
  start -= 30 * DAY;
  clock = createTestClock(new Date(start));
  bench = sweepOn(host, clock);
  await bench.deps.rules.refresh();
});

const stored = (id: string) => bench.deps.table.find(sessionKey(id));
const endedBy = async (id: string) => (await stored(id))?.receipt as { reason: string } | undefined;

describe("due sessions", () => {
  test("end by the rule that ended them, and all of theirs goes with them", async () => {
    const idle = await bench.newSession({ platform: "telegram" });
    await bench.putFile(idle, "uploads/a.txt");
    await bench.deps.history.append(idle.session_id, { role: "user", content: "hello" });
    const open = await bench.newSession({ platform: "web" });
    await bench.putFile(open, "uploads/b.txt");
    clock.move(HOUR);
    const report = await bench.run();
    expect(report).toMatchObject({ ended: { idle: 1 }, objects: 1, bytes: 7, items: 3, errors: 0, complete: true });
    expect(await endedBy(idle.session_id)).toMatchObject({ reason: "idle" });
    expect((await bench.census()).orphans).toEqual([]);
    clock.move(DAY);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, remaining: 0, oldest_due_seconds: 0 });
    expect(await endedBy(open.session_id)).toMatchObject({ reason: "idle" });
  });

  test("that are used all the time end by their age", async () => {
    const session = await bench.newSession({ platform: "web" });
    for (let hours = 0; hours < 7 * 24; hours += 12) {
      clock.move(12 * HOUR);
      if (hours < 6.5 * 24) await bench.deps.sessions.touch((await stored(session.session_id)) as typeof session);
    }
    expect((await bench.run()).ended).toEqual({ max_age: 1 });
  });

  test("stay when the index is early: the item decides, and its alarm clock is set again", async () => {
    const session = await bench.newSession({ platform: "web" });
    const early = new Date(start - HOUR).toISOString();
    await bench.deps.table.update(session, {
      UpdateExpression: "SET due_at = :early",
      ExpressionAttributeValues: { ":early": early },
    });
    expect(await bench.run()).toMatchObject({ ended: {}, errors: 0 });
    expect(await stored(session.session_id)).toMatchObject({ due_at: session.due_at, expires_at: session.expires_at });
  });

  test("whose deletion was left undone are finished, and keep the reason they were marked with", async () => {
    const session = await bench.newSession({ platform: "web" });
    await bench.putFile(session, "uploads/a.txt");
    await bench.deps.table.update(session, {
      UpdateExpression: "SET #status = :deleting, ending_reason = :reason, due_at = :now",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":deleting": "deleting", ":reason": "deleted", ":now": clock.now().toISOString() },
    });
    expect((await bench.run()).ended).toEqual({ deleted: 1 });
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("with a conversion that nobody finished are asked for again, once per patience", async () => {
    const session = await bench.newSession({ platform: "web" });
    await bench.deps.sessions.noteFiles(session, [], { convert: true });
    clock.move(3 * MINUTE);
    expect(await bench.run()).toMatchObject({ conversions_restarted: 1, ended: {} });
    expect(await bench.run()).toMatchObject({ conversions_restarted: 0 });
    clock.move(10 * MINUTE);
    expect(await bench.run()).toMatchObject({ conversions_restarted: 1 });
    expect(bench.askedFor).toEqual([session.session_id, session.session_id]);
  });

  test("300 at once, all in one sweep", async () => {
    const doomed = await pMap(Array.from({ length: 300 }), () => bench.newSession(), { concurrency: 20 });
    const kept = await bench.newSession({ platform: "web" });
    await bench.putFile(kept, "uploads/kept.txt");
    await pMap(doomed.slice(0, 30), (session) => bench.putFile(session, "uploads/a.txt"), { concurrency: 10 });
    clock.move(HOUR);
    const report = await bench.run();
    expect(report).toMatchObject({ ended: { idle: 300 }, objects: 30, errors: 0, remaining: 0, complete: true });
    const { live, orphans } = await bench.census();
    expect(orphans).toEqual([]);
    expect(live).toContain(kept.session_id);
    expect(await bench.deps.bucket.find(`sessions/${kept.session_id}/uploads/kept.txt`)).toBeDefined();
  });

  test("that time does not reach are left to the next sweep, which says nothing is lost", async () => {
    const doomed = await pMap(Array.from({ length: 60 }), () => bench.newSession(), { concurrency: 20 });
    clock.move(HOUR);
    let calls = 0;
    // Time is up after a number of looks at the clock: one, one for each shard, and eight for three sessions each.
    const first = await bench.run({}, () => (calls++ < 25 ? 240_000 : 0));
    const endedFirst = first.ended.idle ?? 0;
    expect(endedFirst).toBeGreaterThan(0);
    expect(first).toMatchObject({ complete: false, remaining: 60 - endedFirst });
    clock.move(MINUTE);
    const second = await bench.run();
    expect(endedFirst + (second.ended.idle ?? 0)).toBe(doomed.length);
    expect(second).toMatchObject({ complete: true, remaining: 0 });
  });
});

describe("two sweeps", () => {
  test("at once: the second says who is at it, and everything is done once", async () => {
    await pMap(Array.from({ length: 40 }), () => bench.newSession(), { concurrency: 20 });
    clock.move(HOUR);
    const answers = await Promise.all([1, 2, 3].map(() => sweep(bench.deps, () => 240_000)));
    const reports = answers.filter((answer): answer is SweepReport => !("skipped" in answer));
    expect(reports).toHaveLength(1);
    expect(reports[0]?.ended).toEqual({ idle: 40 });
    for (const answer of answers) {
      if ("skipped" in answer) expect(Date.parse(answer.held_until)).toBeGreaterThan(clock.now().getTime());
    }
  });

  test("one after a dead one: the lease is taken over half a minute later, not before", async () => {
    await bench.newSession();
    await bench.run(); // so that the state is there
    await bench.deps.table.update(sweepStateKey, {
      UpdateExpression: "SET lease_token = :dead, lease_expires_at = :until",
      ExpressionAttributeValues: {
        ":dead": "of a process that was killed",
        ":until": new Date(clock.now().getTime() + 30_000).toISOString(),
      },
    });
    clock.move(29_000);
    expect(await sweep(bench.deps, () => 240_000)).toMatchObject({ skipped: "Another sweep is at work" });
    clock.move(1000);
    expect(await sweep(bench.deps, () => 240_000)).not.toHaveProperty("skipped");
  });

  test("without the lease, both at work on the same sessions, do no harm either", async () => {
    const sessions = await pMap(Array.from({ length: 20 }), () => bench.newSession(), { concurrency: 20 });
    await pMap(sessions, (session) => bench.putFile(session, "uploads/a.txt"), { concurrency: 10 });
    clock.move(HOUR);
    const first = sweep(bench.deps, () => 240_000);
    await bench.deps.table.remove(sweepStateKey);
    const answers = await Promise.all([first, sweep(bench.deps, () => 240_000)]);
    expect(answers.map((answer) => ("skipped" in answer ? 0 : answer.errors))).toEqual([0, 0]);
    expect((await bench.census()).orphans).toEqual([]);
    for (const { session_id } of sessions) expect(await endedBy(session_id)).toMatchObject({ reason: "idle" });
  });
});

describe("rules that change", () => {
  test("reach sessions that exist: shorter ones end, the stamps of the others follow", async () => {
    const old = await bench.newSession({ platform: "web" });
    clock.move(2 * HOUR);
    const young = await bench.newSession({ platform: "web" });
    await bench.run();
    const shorter = sweepOn(host, clock, { SESSION_TIMEOUT_HOURS: "1" });
    const report = await shorter.run();
    expect(report.ended).toEqual({ idle: 1 });
    expect(await endedBy(old.session_id)).toMatchObject({ reason: "idle" });
    const end = new Date(clock.now().getTime() + HOUR).toISOString();
    expect(await stored(young.session_id)).toMatchObject({
      expires_at: end,
      due_at: end,
      ttl: Math.ceil(Date.parse(end) / 1000) + 2 * 24 * 3600,
      retention: { idle_minutes: 60 },
    });
  });

  test("are walked through again a minute later, for those who still stamped by the old ones, and then no more", async () => {
    await bench.newSession({ platform: "web" });
    const changed = sweepOn(host, clock, { SESSION_TIMEOUT_HOURS: "20" });
    expect((await changed.run()).rules.state).toBe("applying");
    const late = await bench.newSession({ platform: "web" }); // by a function that still knows 24 hours
    clock.move(MINUTE);
    expect((await changed.run()).rules.state).toBe("applying");
    clock.move(MINUTE);
    const last = await changed.run();
    expect(["applied", "unchanged"]).toContain(last.rules.state);
    expect((await stored(late.session_id))?.retention).toMatchObject({ idle_minutes: 1200 });
    expect((await changed.run()).rules).toEqual({ state: "unchanged", sessions_stamped: 0 });
  });

  test("are applied over several sweeps when one has not the time", async () => {
    const sessions = await pMap(Array.from({ length: 50 }), () => bench.newSession({ platform: "web" }), {
      concurrency: 20,
    });
    const changed = sweepOn(host, clock, { SESSION_TIMEOUT_HOURS: "30" });
    let sweeps = 0;
    for (; sweeps < 60; sweeps++) {
      let calls = 0;
      await changed.run({ slice_pages: 0 }, () => (calls++ < 45 ? 240_000 : 0));
      const items = await Promise.all(sessions.map(({ session_id }) => stored(session_id)));
      const minutes = items.map((item) => item?.retention as { idle_minutes: number } | undefined);
      if (minutes.every((retention) => retention?.idle_minutes === 1800)) break;
    }
    expect(sweeps).toBeGreaterThan(0);
    expect(sweeps).toBeLessThan(60);
  });

  test("that keep fewer end the oldest of each user, and never one that woke up meanwhile", async () => {
    const user = "keeps-ten";
    const sessions = [];
    for (let n = 0; n < 6; n++) {
      sessions.push(await bench.newSession({ platform: "web", user }));
      clock.move(MINUTE);
    }
    const fewer = sweepOn(host, clock, { MAX_SESSIONS: "2" });
    expect((await fewer.run()).ended).toEqual({ keep_newest: 4 });
    const { sessions: left } = await bench.deps.sessions.list(user, 10);
    expect(left.map(({ session_id }) => session_id)).toEqual([sessions[5]?.session_id, sessions[4]?.session_id]);
  });
});

describe("what lives", () => {
  test("is untouched by any sweep, whatever lies around it", async () => {
    const live = await pMap(Array.from({ length: 12 }), () => bench.newSession({ platform: "web" }));
    for (const session of live) {
      await bench.putFile(session, "uploads/data.csv", "x\n1\n");
      await bench.putFile(session, "outputs/single/chart.png");
      await bench.deps.history.append(session.session_id, { role: "user", content: "keep this" });
      await bench.putObject(databaseObjectKey(session.session_id, 1), "a database");
      await bench.deps.table.update(session, {
        UpdateExpression: "SET #database = :published",
        ExpressionAttributeNames: { "#database": "database" },
        ExpressionAttributeValues: { ":published": { version: 1, tables: 1, size_bytes: 10 } },
      });
    }
    await pMap(Array.from({ length: 20 }), () => bench.newSession()); // these will go
    const mine = async () => {
      const ids = new Set(live.map(({ session_id }) => session_id));
      const { items, objects } = await bench.census();
      return {
        items: items
          .filter(({ pk }) => ids.has(pk.slice("SESSION#".length)))
          .sort((a, b) => order(a.pk + a.sk, b.pk + b.sk)),
        objects: objects.filter((key) => ids.has(key.split("/")[1] ?? "")).sort(),
      };
    };
    const before = await mine();
    for (const hours of [0.5, 1, 6, 12]) {
      clock.move(hours * HOUR);
      expect(await bench.run({ full: true })).toMatchObject({ errors: 0, missing_objects: 0 });
    }
    expect(await mine()).toEqual(before);
    expect(before.items.some(({ sk }) => sk.startsWith(historyKey("", "").sk))).toBe(true);
  });
});

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}
