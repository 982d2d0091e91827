import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, CubbyError, createClient } from "../../shared/client/index.ts";
import { approvalEvent } from "../../shared/contract/approval.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let ana: Client;
let operator: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
  operator = await clientOf(host, "op", { scope: "cubby/operate" });
});
afterAll(() => host.close());

const request = { tool_name: "send_email", tool_call_id: "call_1", args: { to: "x@example.org" }, description: "To X" };

/** The problem document in full. */
async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CubbyError)) throw new Error("The call succeeded");
  return error.problem;
}

/** What the history says about approvals, oldest first. */
async function stepsOf(client: Client, session_id: string) {
  const steps = [];
  for await (const entry of client.pages("listHistory", { params: { session_id } })) {
    if (!String(entry.metadata.type).startsWith("approval_")) continue;
    expect(approvalEvent.safeParse(entry.metadata).error).toBeUndefined();
    steps.push(entry);
  }
  return steps;
}

const typesOf = async (client: Client, id: string) => (await stepsOf(client, id)).map(({ metadata }) => metadata.type);

describe("an approval", () => {
  test("is asked for, seen on the session, decided, and told to whoever asks afterwards", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    const asked = await ana.call("setApproval", { params, body: { ...request, expires_in_seconds: 60 } });
    expect(asked).toMatchObject({ ...request, type: "tool_call", status: "pending", requested_by: { id: "ana" } });
    expect(Date.parse(asked.expires_at) - Date.parse(asked.requested_at)).toBe(60_000);
    expect(await ana.call("getApproval", { params })).toEqual(asked);
    expect(await ana.call("getSession", { params })).toMatchObject({ pending_approval: asked, revision: 2 });
    expect((await ana.call("listSessions", {})).data[0]).toMatchObject({ pending_approval: asked });
    const body = { decision: "approved" as const, comment: "go on", approval_id: asked.approval_id };
    const decided = await operator.call("decideApproval", { params, body });
    const fate = { decision: "approved", decided_by: { kind: "operator", id: "op" }, comment: "go on" };
    expect(decided).toMatchObject({ approval_id: asked.approval_id, status: "approved", ...fate });
    expect(await operator.call("decideApproval", { params, body })).toEqual(decided);
    expect(await ana.call("getSession", { params })).toMatchObject({ pending_approval: null, revision: 3 });
    expect(await refusalOf(ana.call("getApproval", { params }))).toMatchObject({
      status: 404,
      code: "approval_not_found",
      last_approval: decided,
    });
    expect(await refusalOf(ana.call("decideApproval", { params, body }))).toMatchObject({
      status: 409,
      code: "approval_decided",
      ...fate,
      decided_at: decided.decided_at,
    });
    const [first, second, ...rest] = await stepsOf(ana, id);
    expect(first).toMatchObject({
      role: "event",
      content: "Asked for approval of send_email: To X",
      metadata: { type: "approval_requested", approval_id: asked.approval_id, args: request.args },
      actor: { kind: "user", id: "ana" },
    });
    expect(second).toMatchObject({
      content: "Approved send_email: go on",
      metadata: { type: "approval_decided", approval_id: asked.approval_id, decision: "approved" },
      actor: { kind: "operator", id: "op" },
    });
    expect(rest).toEqual([]);
  });

  test("stands alone: another one waits its turn, the same call again is answered as before", async () => {
    const params = { session_id: await newSession(ana) };
    const asked = await ana.call("setApproval", { params, body: request });
    expect(await ana.call("setApproval", { params, body: request })).toEqual(asked);
    const other = { ...request, tool_call_id: "call_2" };
    expect(await refusalOf(ana.call("setApproval", { params, body: other }))).toMatchObject({
      status: 409,
      code: "approval_pending",
      approval: asked,
    });
    expect(await problemOf(operator.call("setApproval", { params, body: request }))).toMatchObject({ status: 409 });
    await ana.call("decideApproval", { params, body: { decision: "rejected" } });
    const next = await ana.call("setApproval", { params, body: other });
    const late = { decision: "approved" as const, approval_id: asked.approval_id };
    expect(await refusalOf(ana.call("decideApproval", { params, body: late }))).toMatchObject({
      code: "approval_decided",
      decision: "rejected",
    });
    expect(await ana.call("getApproval", { params })).toEqual(next);
  });

  test("is withdrawn once, also again by the same, and not after the decision", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    const asked = await ana.call("setApproval", { params, body: request });
    const stale = await problemOf(ana.call("withdrawApproval", { params, ifMatch: `"${randomUUID()}"` }));
    expect(stale).toMatchObject({ status: 412 });
    const withdrawn = await ana.call("withdrawApproval", { params, ifMatch: `"${asked.approval_id}"` });
    expect(withdrawn).toMatchObject({ approval_id: asked.approval_id, status: "withdrawn", decision: null });
    expect(await ana.call("withdrawApproval", { params })).toEqual(withdrawn);
    const late = refusalOf(ana.call("decideApproval", { params, body: { decision: "approved" } }));
    expect(await late).toMatchObject({ status: 409, code: "approval_withdrawn", decided_by: { id: "ana" } });
    expect(await typesOf(ana, id)).toEqual(["approval_requested", "approval_withdrawn"]);
    await ana.call("setApproval", { params, body: request });
    await ana.call("decideApproval", { params, body: { decision: "rejected" } });
    expect(await problemOf(ana.call("withdrawApproval", { params }))).toMatchObject({ code: "approval_decided" });
  });

  test("is asked after cheaply: an ETag, 304 while it waits, and a 404 that says where there never was one", async () => {
    const session_id = await newSession(ana);
    const token = await host.issueToken({ sub: "ana" });
    const read = (headers: Record<string, string> = {}) =>
      fetch(`${host.url}/v1/sessions/${session_id}/approval`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
    const none = await read();
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({ code: "approval_not_found", last_approval: null });
    const params = { session_id };
    await ana.call("setApproval", { params, body: request });
    const first = await read();
    const etag = first.headers.get("etag") ?? "";
    expect((await read({ "if-none-match": etag })).status).toBe(304);
    await ana.call("decideApproval", { params, body: { decision: "approved" } });
    expect((await read({ "if-none-match": etag })).status).toBe(404);
  });

  test("belongs to guests too, in their own session", async () => {
    const created = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    const guest = createClient({ baseUrl: host.url, token: created.session_token ?? "" });
    const params = { session_id: created.session_id };
    await guest.call("setApproval", { params, body: request });
    const decided = await guest.call("decideApproval", { params, body: { decision: "approved" } });
    expect(decided).toMatchObject({ decided_by: { kind: "guest" }, requested_by: { kind: "guest" } });
  });

  test("is asked for by a service that acts for a user, and decided by an operator", async () => {
    const credentials = { sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" };
    const token = await host.issueToken(credentials);
    const bot = createClient({ baseUrl: host.url, token, userId: "telegram_7" });
    const params = { session_id: await newSession(bot) };
    const asked = await bot.call("setApproval", { params, body: request });
    expect(asked.requested_by).toEqual({ kind: "service", id: "telegram-bot" });
    const decided = await operator.call("decideApproval", { params, body: { decision: "rejected" } });
    expect(decided.decided_by).toEqual({ kind: "operator", id: "op" });
    const late = refusalOf(bot.call("decideApproval", { params, body: { decision: "rejected" } }));
    expect(await late).toMatchObject({ code: "approval_decided", decided_by: decided.decided_by });
  });

  test("keeps args exactly as they came, whatever JSON can say", async () => {
    const params = { session_id: await newSession(ana) };
    const args = JSON.parse(
      `{"":[1e300,5e-324,1152921504606846976,null,"Grüße 🎈"],"d":${"[".repeat(60)}${"]".repeat(60)}}`,
    );
    const asked = await ana.call("setApproval", { params, body: { tool_name: "löschen", args } });
    expect(asked.args).toEqual(args);
    expect((await ana.call("getSession", { params })).pending_approval?.args).toEqual(args);
    expect((await stepsOf(ana, params.session_id))[0]?.metadata.args).toEqual(args);
  });

  test("is refused with the field that is wrong", async () => {
    const params = { session_id: await newSession(ana) };
    const wrong = { ...request, expires_at: "2020-01-01T00:00:00Z" };
    expect(await refusalOf(ana.call("setApproval", { params, body: wrong }))).toMatchObject({
      status: 400,
      code: "invalid_request",
      errors: [{ field: "expires_at", in: "body", message: "is in the past" }],
    });
    const large = { ...request, args: "x".repeat(32 * 1024) };
    expect(await problemOf(ana.call("setApproval", { params, body: large }))).toMatchObject({ status: 400 });
  });

  test("is late by itself: gone from the session at once, and written down by the sweep", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.call("setApproval", { params, body: { ...request, expires_in_seconds: 3600 } });
    const { table } = viewEngines(host);
    const key = { pk: `SESSION#${id}`, sk: "META" };
    await table.update(key, {
      UpdateExpression: "SET pending_approval.expires_at = :past, approval_due_at = :past, due_at = :past",
      ExpressionAttributeValues: { ":past": "2026-01-01T00:00:00.000Z" },
    });
    const late = await ana.call("getSession", { params });
    expect(late.pending_approval).toBeNull();
    expect(await problemOf(ana.call("patchSession", { params, body: {}, ifMatch: '"2"' }))).toMatchObject({
      status: 412,
    });
    expect(await host.invoke("sweep", {})).toMatchObject({ approvals_expired: 1, errors: 0 });
    const swept = await table.find(key);
    expect(swept).toMatchObject({
      pending_approval: null,
      last_approval: { status: "expired" },
      due_at: swept?.expires_at,
    });
    expect(await typesOf(ana, id)).toEqual(["approval_requested", "approval_expired"]);
  });

  test("goes with its session and leaves nothing, and cannot be decided after it", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.call("setApproval", { params, body: request });
    await ana.call("deleteSession", { params });
    expect(await problemOf(ana.call("decideApproval", { params, body: { decision: "approved" } }))).toMatchObject({
      status: 410,
    });
    const engines = viewEngines(host);
    expect(await engines.sortKeysOf(id)).toEqual(["META"]);
    const tombstone = await engines.table.find({ pk: `SESSION#${id}`, sk: "META" });
    expect(JSON.stringify(tombstone)).not.toContain("approval");
  });
});
