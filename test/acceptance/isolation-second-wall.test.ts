import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { guestUserId, type Principal } from "../../shared/identity/principal.ts";
import { newSessionId } from "../../shared/ids.ts";
import { fetchOn } from "../support/host-app.ts";
import { ownStores } from "../support/own-stores.ts";
import { callRoute, type PathParameters } from "../support/route-calls.ts";
import { startQuietHost } from "../support/sweep-on.ts";
import { foreignKinds, makeStranger, makeVictim, type StrangerKind, strangerKinds } from "../support/victim.ts";
import { wholeAnswer } from "../support/whole-answer.ts";

/**
 * The first wall is torn down: whoever asks the one function that decides access is told that he may. What is left is
 * what the store says of itself, in the queries and conditions that DynamoDB evaluates.
 */
const wall = vi.hoisted(() => ({ asked: 0 }));
vi.mock("../../shared/identity/access.ts", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  mayUseSession: () => {
    wall.asked++;
    return true;
  },
}));

const sessionRoutes = (Object.values(contract) as Route[]).filter(({ path }) => path.includes("{session_id}"));

let host: Host;
let victim: Awaited<ReturnType<typeof makeVictim>>;
let own: string;
let before: unknown;

beforeAll(async () => {
  host = await startQuietHost({ MAX_SESSIONS: "1000" });
  victim = await makeVictim(host);
  own = (await makeStranger(host, "guest")).own;
  before = await victim.holdings();
});
afterAll(() => host.close());

/** Who calls, and what he says beside: a service names whom it acts for. */
const strangers: Record<StrangerKind, () => { principal: Principal; headers: Record<string, string> }> = {
  user: () => ({ principal: { kind: "user", userId: "ana" }, headers: {} }),
  service: () => ({
    principal: { kind: "service", clientId: "telegram-bot" },
    headers: { "cubby-user-id": "telegram_1" },
  }),
  guest: () => ({ principal: { kind: "guest", userId: guestUserId(own), sessionId: own }, headers: {} }),
};

describe.each(sessionRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test.each(strangerKinds)("still finds nothing of another's for a %s", async (kind) => {
    const { principal, headers } = strangers[kind]();
    const send = fetchOn(host, ownStores(host, { now: () => new Date() }), principal);
    const ask = async (parameters: PathParameters & { session_id: string }) =>
      wholeAnswer(await callRoute("http://cubby.test", route, parameters, headers, send), parameters.session_id);
    const { upload_id, archive_id } = victim.sessions.live;
    const absent = await ask({ session_id: newSessionId(new Date()), upload_id, archive_id });
    const foreign = await Promise.all(foreignKinds.map((each) => ask(victim.sessions[each])));
    expect(foreign).toEqual(foreignKinds.map(() => absent));
    expect(absent.status).toBe(route.access === "account" && kind === "guest" ? 403 : 404);
  });
});

test("an owner's own read asks the wall that is gone", async () => {
  const asked = wall.asked;
  const owner = fetchOn(host, ownStores(host, { now: () => new Date() }), { kind: "user", userId: "victor" });
  const answer = await callRoute("http://cubby.test", contract.getSession, victim.sessions.live, {}, owner);
  expect(answer.status).toBe(200);
  expect(wall.asked).toBe(asked + 1);
});

test("and nothing of the victim's has moved", async () => {
  expect(await victim.holdings()).toEqual(before);
});
