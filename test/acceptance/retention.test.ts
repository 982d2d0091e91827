import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";

/** Rules are edited while the host runs, as operators do; sessions that exist already follow. */
let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ RETENTION_REFRESH_SECONDS: "0.05", SESSION_TIMEOUT_HOURS: "10" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());
beforeEach(() => edit({}));

function edit(document: object | string): Promise<void> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return writeFile(join(host.dataDirectory, "retention.json"), text);
}

const read = (id: string) => ana.call("getSession", { params: { session_id: id } });

/** Waits until the session's idle time is the wanted one. */
function idleBecomes(id: string, minutes: number) {
  return eventually(async () => ((await read(id)).retention.idle_minutes === minutes ? true : undefined));
}

/** Lets this many minutes pass since the session was last used. */
async function age(id: string, minutes: number, attribute = "last_activity"): Promise<void> {
  await viewEngines(host).table.update(
    { pk: `SESSION#${id}`, sk: "META" },
    {
      UpdateExpression: "SET #attribute = :then",
      ExpressionAttributeNames: { "#attribute": attribute },
      ExpressionAttributeValues: { ":then": new Date(Date.now() - minutes * 60_000).toISOString() },
    },
  );
}

describe("the retention document", () => {
  test("starts empty, so that the settings hold", async () => {
    const fresh = await startAcceptanceHost();
    try {
      expect(JSON.parse(await readFile(join(fresh.dataDirectory, "retention.json"), "utf8"))).toEqual({});
    } finally {
      await fresh.close();
    }
    expect((await read(await newSession(ana))).retention).toEqual({ idle_minutes: 600, max_age_minutes: 10_080 });
  });

  test("shortened ends sessions that exist, lengthened gives them their time", async () => {
    const id = await newSession(ana);
    await age(id, 30);
    await edit({ idle_minutes: { web: 20 } });
    const gone = await eventually(async () => problemOf(read(id)).catch(() => undefined));
    expect(gone).toMatchObject({ status: 410, code: "session_expired", message: expect.stringContaining("(idle)") });
    expect((await ana.call("listSessions", {})).data.map((session) => session.session_id)).not.toContain(id);
    await edit({ idle_minutes: { web: 6000 } });
    const back = await eventually(() => read(id).catch(() => undefined));
    expect(back.retention.idle_minutes).toBe(6000);
    expect(Date.parse(back.expires_at)).toBe(Date.parse(back.last_activity) + 6000 * 60_000);
    expect(back.seconds_left).toBeGreaterThan(5969 * 60);
  });

  test("counts for platforms one by one, and for the age as for the idle time", async () => {
    await edit({ idle_minutes: { "my-bot": 7 }, max_age_minutes: { "my-bot": 15 } });
    const bot = await eventually(async () => {
      const made = await ana.call("createSession", { body: { platform: "my-bot" } });
      return made.retention.idle_minutes === 7 ? made : undefined;
    });
    expect(bot.retention).toEqual({ idle_minutes: 7, max_age_minutes: 15 });
    expect((await read(await newSession(ana))).retention).toEqual({ idle_minutes: 600, max_age_minutes: 10_080 });
    await age(bot.session_id, 15, "created_at");
    expect(await problemOf(read(bot.session_id))).toMatchObject({ message: expect.stringContaining("(max_age)") });
  });

  test("clamps a session's own wish, and the wish comes back when there is room for it", async () => {
    const body = { platform: "web", retention: { idle_minutes: 120, max_age_minutes: 99_999 } };
    const made = await ana.call("createSession", { body });
    expect(made.retention).toEqual({ idle_minutes: 120, max_age_minutes: 10_080 });
    await edit({ idle_minutes: { web: 30 } });
    await idleBecomes(made.session_id, 30);
    await edit({ idle_minutes: { web: 300 } });
    await idleBecomes(made.session_id, 120);
  });

  test.each([
    ["not JSON", "{oops"],
    ["partly wrong", '{"idle_minutes": {"web": 1}, "keep_newest": "many"}'],
  ])("that is %s changes nothing, fails no request, and is named in the log", async (_, text) => {
    const id = await newSession(ana);
    await edit({ idle_minutes: { web: 77 } });
    await idleBecomes(id, 77);
    await edit(text);
    const log = join(host.dataDirectory, "logs", "api.log");
    await eventually(async () => {
      expect((await read(id)).retention.idle_minutes).toBe(77);
      const lines = await readFile(log, "utf8");
      return lines.includes("Retention document not used: the last good rules stay") ? true : undefined;
    });
  });

  test("is followed by the sweep too", async () => {
    const id = await newSession(ana);
    await age(id, 30);
    await age(id, 1, "due_at");
    await edit({ idle_minutes: { web: 20 } });
    await eventually(async () => {
      await host.invoke("sweep", {});
      const stored = await viewEngines(host).table.find({ pk: `SESSION#${id}`, sk: "META" });
      return stored?.status === "deleted" ? true : undefined;
    });
  });
});
