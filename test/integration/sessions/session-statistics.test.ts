import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import type { Table } from "../../../shared/aws/table.ts";
import { newSessionId } from "../../../shared/ids.ts";
import { createStatistics } from "../../../shared/sessions/session-statistics.ts";
import type { Stores } from "../../../shared/stores.ts";
import { startAcceptanceHost } from "../../support/acceptance.ts";
import { ownStores } from "../../support/own-stores.ts";

let host: Host;
let stores: Stores;
let now = new Date("2026-11-21T12:00:00.000Z");
const SESSIONS = 60;

beforeAll(async () => {
  host = await startAcceptanceHost();
  stores = ownStores(host, { now: () => now });
  const createdBy = { kind: "user", id: "ana" } as const;
  for (let made = 0; made < SESSIONS; made++) {
    const platform = made % 3 === 0 ? "telegram" : "web";
    await stores.sessions.create({ sessionId: newSessionId(now), userId: `u${made}`, createdBy }, { platform });
  }
});
afterAll(async () => {
  await host.close();
});

/** The real table, with its requests counted and its pages cut to so few items as a large table's would be. */
function counted(limit: number): { table: Table; requests: () => number } {
  let requests = 0;
  const queryPage: Table["queryPage"] = (query) => {
    requests++;
    return stores.table.queryPage({ ...query, Limit: limit });
  };
  return { table: { ...stores.table, queryPage }, requests: () => requests };
}

describe("createStatistics()", () => {
  test("counts every session of all shards, page after page", async () => {
    const { table, requests } = counted(2);
    const stats = await createStatistics({ ...stores, table }).read();
    expect(stats).toMatchObject({
      complete: true,
      live: SESSIONS,
      by_platform: { telegram: 20, web: 40 },
      ending_soon: { count: 20 },
    });
    expect(requests()).toBeGreaterThanOrEqual(SESSIONS / 2);
  });

  test("says that it is not complete when time ran out", async () => {
    const stats = await createStatistics(stores, 0).read();
    expect(stats).toMatchObject({ complete: false, live: 0 });
  });

  test("computes once for all who ask within 30 seconds", async () => {
    const { table, requests } = counted(1000);
    const statistics = createStatistics({ ...stores, table });
    const [first, second] = await Promise.all([statistics.read(), statistics.read()]);
    expect(second).toEqual(first);
    expect(requests()).toBe(16);
    now = new Date(now.getTime() + 29_999);
    expect(await statistics.read()).toEqual(first);
    expect(requests()).toBe(16);
    now = new Date(now.getTime() + 1);
    expect((await statistics.read()).computed_at).toBe(now.toISOString());
    expect(requests()).toBe(32);
  });

  test("keeps no failure", async () => {
    let away = true;
    const queryPage: Table["queryPage"] = (query) =>
      away ? Promise.reject(new Error("The table is away")) : stores.table.queryPage(query);
    const statistics = createStatistics({ ...stores, table: { ...stores.table, queryPage } });
    await expect(statistics.read()).rejects.toThrow("away");
    away = false;
    expect(await statistics.read()).toMatchObject({ live: SESSIONS });
  });
});
