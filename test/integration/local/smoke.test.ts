import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { smoke } from "../../../cdk/smoke/smoke.ts";
import { smokeSteps } from "../../../cdk/smoke/smoke-steps.ts";
import { createClient } from "../../../shared/client/index.ts";
import { startTestHost } from "../../support/local-host.ts";

let host: Host;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.close());

/** Runs it and keeps what it says. */
async function walk(options: Partial<Parameters<typeof smoke>[0]>) {
  const lines: string[] = [];
  const isWell = await smoke({ url: host.url, print: (line) => lines.push(line), ...options });
  return { isWell, lines };
}

async function sessionsOf(token: string): Promise<unknown[]> {
  return (await createClient({ baseUrl: host.url, token }).call("listSessions", {})).data;
}

test("smoke() walks a whole session as a guest", async () => {
  const { isWell, lines } = await walk({ url: `${host.url}/` });
  expect({ isWell, lines }).toMatchObject({ isWell: true });
  expect(lines.filter((line) => line.startsWith("ok "))).toHaveLength(smokeSteps.length);
  expect(lines[1]).toContain("as a guest");
});

test("smoke() walks one with a token, says nothing of the token, and leaves nothing", async () => {
  const token = await host.issueToken({ sub: "smoker" });
  const { isWell, lines } = await walk({ token });
  expect({ isWell, lines }).toMatchObject({ isWell: true });
  expect(lines.join("\n")).not.toContain(token);
  expect(await sessionsOf(token)).toEqual([]);
});

test("smoke() names the step that failed, goes no further, and removes its session", async () => {
  const token = await host.issueToken({ sub: "unlucky" });
  const noQueries: typeof fetch = async (url, init) =>
    String(url).endsWith("/query") ? new Response("{}", { status: 502 }) : fetch(url, init);
  const { isWell, lines } = await walk({ token, fetch: (url, init) => noQueries(url, init) });
  expect(isWell).toBe(false);
  expect(lines.at(-2)).toMatch(/^FAILED {2}answers SQL .*502/);
  expect(lines.at(-1)).toContain("Removed session_");
  expect(await sessionsOf(token)).toEqual([]);
});

test("smoke() says when nobody is there, or the token is no good", async () => {
  expect((await walk({ url: "http://127.0.0.1:9" })).lines).toEqual([expect.stringMatching(/^FAILED {2}is there/)]);
  expect((await walk({ token: "no.good.token" })).lines.at(-1)).toMatch(/^FAILED {2}.*401/);
});
