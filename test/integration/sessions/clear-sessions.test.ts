import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { systemClock } from "../../../shared/clock.ts";
import type { Actor } from "../../../shared/contract/session.ts";
import { newSessionId } from "../../../shared/ids.ts";
import { everySession, sessionsOfUser } from "../../../shared/sessions/all-sessions.ts";
import { type ClearLimits, clearSessions } from "../../../shared/sessions/clear-sessions.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import type { Stores } from "../../../shared/stores.ts";
import { startAcceptanceHost } from "../../support/acceptance.ts";
import { ownStores } from "../../support/own-stores.ts";

let host: Host;
let stores: Stores;
const by: Actor = { kind: "user", id: "ana" };

beforeAll(async () => {
  host = await startAcceptanceHost();
  stores = ownStores(host, systemClock);
});
afterAll(async () => {
  await host.close();
});

async function sessionsFor(userId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made++) {
    const sessionId = newSessionId(new Date());
    await stores.sessions.create({ sessionId, userId, createdBy: by }, { platform: "web" });
    ids.push(sessionId);
  }
  return ids;
}

function clear(sessions: AsyncIterable<SessionRecord>, limits: Partial<ClearLimits> = {}, deps: Stores = stores) {
  return clearSessions(deps, sessions, {
    reason: "cleared",
    by,
    limits: { beginMs: 15_000, answerMs: 20_000, sessions: 1000, ...limits },
    toFailure: (session_id) => ({ session_id, code: "internal", detail: "It failed" }),
  });
}

const ofUser = (userId: string) => sessionsOfUser(stores.table, userId, new Date());

async function idsOf(sessions: AsyncIterable<SessionRecord>): Promise<string[]> {
  const ids = [];
  for await (const { session_id } of sessions) ids.push(session_id);
  return ids;
}

describe("clearSessions()", () => {
  test("answers at most so many receipts and says that some remain, until none does", async () => {
    const ids = await sessionsFor("ana", 12);
    const first = await clear(ofUser("ana"), { sessions: 5 });
    expect(first).toMatchObject({ ended: 5, remaining: true, failed: [] });
    const second = await clear(ofUser("ana"), { sessions: 5 });
    const third = await clear(ofUser("ana"), { sessions: 5 });
    expect(third).toMatchObject({ ended: 2, remaining: false });
    const ended = [first, second, third].flatMap(({ receipts }) => receipts.map((receipt) => receipt.session_id));
    expect(ended.sort()).toEqual(ids.sort());
  });

  test("does not say that some remain when exactly so many were there", async () => {
    await sessionsFor("bob", 3);
    expect(await clear(ofUser("bob"), { sessions: 3 })).toMatchObject({ ended: 3, remaining: false });
  });

  test("begins nothing once its time is over", async () => {
    await sessionsFor("cleo", 2);
    expect(await clear(ofUser("cleo"), { beginMs: 0 })).toMatchObject({ ended: 0, remaining: true });
    expect(await idsOf(ofUser("cleo"))).toHaveLength(2);
  });

  test("answers in time although a removal hangs, and the next call finishes it", async () => {
    const [id = ""] = await sessionsFor("dora", 1);
    const hanging: Stores = { ...stores, bucket: { ...stores.bucket, removePrefix: () => new Promise(() => {}) } };
    expect(await clear(ofUser("dora"), { answerMs: 300 }, hanging)).toMatchObject({ ended: 0, remaining: true });
    expect(await stores.sessions.findStored(id)).toMatchObject({ status: "deleting" });
    expect(await clear(ofUser("dora"))).toMatchObject({
      receipts: [{ session_id: id, reason: "cleared", ended_by: by }],
    });
  });

  test("reports one that cannot be removed, ends the others, and asks to be called again", async () => {
    const [stuck = "", ...others] = await sessionsFor("eve", 4);
    const broken = {
      ...stores.bucket,
      removePrefix: (prefix: string) =>
        prefix.includes(stuck) ? Promise.reject(new Error("S3 is away")) : stores.bucket.removePrefix(prefix),
    };
    const cleared = await clear(ofUser("eve"), {}, { ...stores, bucket: broken });
    expect(cleared.receipts.map((receipt) => receipt.session_id).sort()).toEqual(others.sort());
    expect(cleared).toMatchObject({ failed: [{ session_id: stuck }], remaining: true });
    expect(await clear(ofUser("eve"))).toMatchObject({ ended: 1, failed: [], remaining: false });
  });

  test("twice at once answers the same receipt for a session and ends each once", async () => {
    const ids = await sessionsFor("fay", 6);
    const [first, second] = await Promise.all([clear(ofUser("fay")), clear(ofUser("fay"))]);
    const receipts = new Map([...first.receipts, ...second.receipts].map((receipt) => [receipt.session_id, receipt]));
    expect([...receipts.keys()].sort()).toEqual(ids.sort());
    for (const id of ids) {
      expect((await stores.receipts.list("fay", 100)).receipts.filter((one) => one.session_id === id)).toHaveLength(1);
    }
  });
});

describe("the sessions to be cleared", () => {
  test.each([
    ["sessionsOfUser()", (asOf: Date) => sessionsOfUser(stores.table, "gil", asOf)],
    ["everySession()", (asOf: Date) => everySession(stores.table, asOf)],
  ])("of %s are those that existed at the start, not those made since", async (_, sessionsAsOf) => {
    const [existing = ""] = await sessionsFor("gil", 1);
    const record = await stores.sessions.current(existing);
    const asOf = new Date(record.created_at);
    const later = ownStores(host, { now: () => new Date(asOf.getTime() + 1) });
    const sessionId = newSessionId(new Date());
    await later.sessions.create({ sessionId, userId: "gil", createdBy: by }, { platform: "web" });
    await clear(sessionsAsOf(asOf));
    expect(await idsOf(ofUser("gil"))).toContain(sessionId);
    expect(await idsOf(ofUser("gil"))).not.toContain(existing);
  });
});
