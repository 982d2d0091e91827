import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { assertWithinLimit } from "../../../functions/api/make-room.ts";
import { newSessionId } from "../../../shared/ids.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import type { Stores } from "../../../shared/stores.ts";
import { startAcceptanceHost } from "../../support/acceptance.ts";
import { createTestClock, ownStores } from "../../support/own-stores.ts";

const LIMIT = 3;

let host: Host;
let stores: Stores;
const clock = createTestClock();

beforeAll(async () => {
  host = await startAcceptanceHost();
  const own = ownStores(host, clock);
  const rules = { ...own.rules, current: () => ({ ...own.rules.current(), maxLiveSessions: LIMIT }) };
  stores = { ...own, rules };
});
afterAll(() => host.close());

/** One session more, stored now by whoever read the clock `secondsAgo`. */
async function made(userId: string, secondsAgo: number): Promise<SessionRecord> {
  clock.move(-1000 * secondsAgo);
  const by = { kind: "user", id: userId } as const;
  const owner = { sessionId: newSessionId(clock.now()), userId, createdBy: by };
  const record = await stores.sessions.create(owner, { platform: "web" });
  clock.move(1000 * secondsAgo);
  return record;
}

const tooMany = expect.objectContaining({ code: "too_many_sessions" });

const liveOf = async (userId: string) => (await stores.sessions.listAll(userId)).map(({ session_id }) => session_id);

describe("a limit on live sessions, where several are made at once", () => {
  test("takes the newest back, and lets those before it stay", async () => {
    const [first, second, third] = [await made("ana", 4), await made("ana", 3), await made("ana", 2)];
    const newest = await made("ana", 0);
    const seen = await stores.sessions.listAll("ana");
    const [, staying] = await Promise.all([
      expect(assertWithinLimit(stores, seen, newest)).rejects.toEqual(tooMany),
      assertWithinLimit(stores, seen, second),
    ]);
    expect(staying).toHaveLength(LIMIT);
    const ids = [first, second, third].map(({ session_id }) => session_id);
    expect((await liveOf("ana")).toSorted()).toEqual(ids.toSorted());
  });

  test("takes back one that was stored late, behind the back of those that were told to stay", async () => {
    const told = [await made("ben", 3), await made("ben", 2), await made("ben", 1)];
    for (const one of told) await assertWithinLimit(stores, told, one);
    const late = await made("ben", 5);
    const seen = await stores.sessions.listAll("ben");
    expect(seen).toHaveLength(LIMIT + 1);
    await expect(assertWithinLimit(stores, seen, late)).rejects.toEqual(tooMany);
    expect((await liveOf("ben")).toSorted()).toEqual(told.map(({ session_id }) => session_id).toSorted());
  });
});
