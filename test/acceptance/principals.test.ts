import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { startOidcIssuer } from "../support/oidc-issuer.ts";

let host: Host;
beforeAll(async () => {
  host = await startAcceptanceHost();
});
afterAll(() => host.close());

async function botFor(userId: string, client = "telegram-bot"): Promise<Client> {
  const token = await host.issueToken({ sub: client, client_id: client, scope: "cubby/act-as" });
  return createClient({ baseUrl: host.url, token, userId });
}

function guestClient(token: string | undefined): Client {
  return createClient({ baseUrl: host.url, token: token ?? "" });
}

function newGuest() {
  return createClient({ baseUrl: host.url }).call("createSession", { body: {} });
}

describe("a service", () => {
  const bot = { kind: "service", id: "telegram-bot" };

  test("acts for its user, and every record says who acted and for whom", async () => {
    const client = await botFor("telegram_12345");
    const made = await client.call("createSession", { body: { platform: "telegram" } });
    expect(made).toMatchObject({ user_id: "telegram_12345", created_by: bot });
    const params = { session_id: made.session_id };
    const uploaded = await client.uploadFiles(made.session_id, [
      { name: "a.csv", content: "x\n1\n" },
      { name: "b.txt", content: "b" },
    ]);
    expect(uploaded.files.map(({ file }) => file?.uploaded_by)).toEqual([bot, bot]);
    await client.call("appendHistory", { params, body: { role: "user", content: "hello" } });
    await client.call("deleteFile", { params: { ...params, path: "uploads/b.txt" } });
    const operator = await clientOf(host, "olga", { scope: "cubby/operate" });
    await operator.call("putFile", { params: { ...params, path: "workspace/note.txt" }, body: "seen" });
    const { data } = await client.call("listHistory", { params });
    const acts = data.map(({ content, actor }) => `${content.split(" ").slice(0, 2).join(" ")}: ${actor?.id}`);
    expect(acts.toSorted()).toEqual([
      "Converted uploads/a.csv: cubby",
      "Deleted uploads/b.txt: telegram-bot",
      "Uploaded uploads/a.csv: telegram-bot",
      "Uploaded uploads/b.txt: telegram-bot",
      "Uploaded workspace/note.txt: olga",
      "hello: telegram-bot",
    ]);
    const files = await client.call("listFiles", { params, query: {} });
    const uploaders = Object.fromEntries(files.data.map(({ path, uploaded_by }) => [path, uploaded_by.kind]));
    expect(uploaders).toMatchObject({
      "uploads/a.csv": "service",
      "workspace/note.txt": "operator",
      "workspace/DATABASE_SUMMARY.md": "system",
      "workspace/project_data.db": "system",
    });
  });

  test("sees with one token each of its users' sessions and no other's, whatever the gateway has cached", async () => {
    const token = await host.issueToken({ sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" });
    const as = (userId: string) => createClient({ baseUrl: host.url, token, userId });
    const [one, two] = await Promise.all([newSession(as("telegram_1")), newSession(as("telegram_2"))]);
    expect(await as("telegram_1").call("currentSession", {})).toMatchObject({ session_id: one });
    expect(await as("telegram_2").call("currentSession", {})).toMatchObject({ session_id: two });
    const params = { session_id: one };
    expect(await problemOf(as("telegram_2").call("getSession", { params }))).toMatchObject({ status: 404 });
    expect(await problemOf(as("discord_1").call("currentSession", {}))).toMatchObject({ code: "not_allowed" });
    expect(await problemOf(createClient({ baseUrl: host.url, token }).call("currentSession", {}))).toMatchObject({
      status: 400,
      message: expect.stringContaining("Cubby-User-Id"),
    });
  });

  test("reuses an Idempotency-Key for another user without getting that one's answer", async () => {
    const [one, two] = [await botFor("telegram_31"), await botFor("telegram_32")];
    const create = (client: Client) => client.call("createSession", { body: {}, idempotencyKey: "update-7" });
    const [first, again, other] = [await create(one), await create(one), await create(two)];
    expect(again.session_id).toBe(first.session_id);
    expect(other.session_id).not.toBe(first.session_id);
    expect(other.user_id).toBe("telegram_32");
  });

  test("keeps letters beyond ASCII in its users' ids", async () => {
    const session = await (await botFor("telegram_Jürgen_日本")).call("createSession", { body: {} });
    expect(session.user_id).toBe("telegram_Jürgen_日本");
  });

  test.each(["telegram_12345", "discord_1", "guest_session_20261121_093000_k3w5x2mzq7ab4cde"])(
    "is not impersonated by a user who is called %s",
    async (sub) => {
      for (const scope of ["cubby/sessions", "cubby/operate"]) {
        const client = await clientOf(host, sub, { scope });
        expect(await problemOf(client.call("listSessions", { query: {} }))).toMatchObject({
          status: 401,
          message: expect.stringContaining("reserved"),
        });
      }
    },
  );
});

describe("a guest", () => {
  test("holds a token of 256 bits, of which only the hash is kept, and no user has its id", async () => {
    const { session_id, session_token = "" } = await newGuest();
    const secret = session_token.split(".").at(-1) ?? "";
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    const item = JSON.stringify(await viewEngines(host).table.find({ pk: `SESSION#${session_id}`, sk: "META" }));
    expect(item).toContain("guest_token_hash");
    expect(item).not.toContain(secret);
    const answer = await guestClient(session_token).call("getSession", { params: { session_id } });
    expect(answer).toMatchObject({ created_by: { kind: "guest", id: `guest_${session_id}` } });
    expect(JSON.stringify(answer)).not.toContain("hash");
  });

  test("is not let in by a token in the URL", async () => {
    const { session_id, session_token = "" } = await newGuest();
    for (const name of ["token", "session_token", "access_token", "authorization"]) {
      const answer = await fetch(`${host.url}/v1/sessions/${session_id}?${name}=${session_token}`);
      expect(answer.status).toBe(401);
    }
    const cookie = { cookie: `session_token=${session_token}` };
    expect((await fetch(`${host.url}/v1/sessions/${session_id}`, { headers: cookie })).status).toBe(401);
  });

  test("of an ended session still reads when and why it ended, and nothing else", async () => {
    const { session_id, session_token } = await newGuest();
    const guest = guestClient(session_token);
    const params = { session_id };
    const receipt = await guest.call("deleteSession", { params });
    expect(await guest.call("deleteSession", { params })).toEqual(receipt);
    expect(await guest.call("getReceipt", { params })).toEqual(receipt);
    // Another instance of the authorizer, so to speak: the gateway's cached answer has no part in it.
    const asked = await fetch(`${host.url}/v1/sessions/${session_id}`, {
      headers: { authorization: `bearer  ${session_token}` },
    });
    expect(asked.status).toBe(410);
    expect(await asked.json()).toMatchObject({ code: "session_expired", reason: "deleted", receipt });
  });

  test("is made nowhere where the stage allows none", async () => {
    const closed = await startAcceptanceHost({ GUESTS_ALLOWED: "false" });
    try {
      const anyone = createClient({ baseUrl: closed.url });
      expect(await problemOf(anyone.call("createSession", { body: {} }))).toMatchObject({ status: 401 });
      const form = new FormData();
      form.append("file", new Blob(["x\n1\n"]), "a.csv");
      expect(await problemOf(anyone.call("upload", { body: form }))).toMatchObject({ status: 401 });
    } finally {
      await closed.close();
    }
  });
});

describe("an identity provider of one's own", () => {
  test("is believed by its discovery document; out of reach it is our fault, and known keys serve on", async () => {
    const idp = await startOidcIssuer();
    const other = await startAcceptanceHost({
      OIDC_ISSUER: idp.issuer,
      OIDC_AUDIENCE: "cubby",
      SERVICE_NAMESPACES: '{"crm":"crm:"}',
    });
    try {
      const key = await idp.addKey("ES256");
      const clientWith = async (claims: Record<string, unknown>, userId?: string) =>
        createClient({ baseUrl: other.url, token: await idp.sign(key, claims), ...(userId ? { userId } : {}) });
      idp.state.mood = "down";
      const early = await clientWith({ sub: "ana" });
      const unavailable = { status: 503, code: "unavailable" };
      expect(await problemOf(early.call("listSessions", { query: {} }))).toMatchObject(unavailable);
      expect(await problemOf(early.call("createSession", { body: {} }))).toMatchObject(unavailable);
      idp.state.mood = "well";
      // The first failure is followed by ten seconds in which nobody asks again.
      await eventually(() => early.call("listSessions", { query: {} }).catch(() => undefined));
      idp.state.mood = "down";
      const late = await clientWith({ sub: "bob", jti: "2" });
      expect(await late.call("createSession", { body: {} })).toMatchObject({ created_by: { kind: "user", id: "bob" } });
      const crm = await clientWith({ sub: "7", azp: "crm", scp: ["cubby/act-as"] }, "crm:44");
      expect(await crm.call("createSession", { body: {} })).toMatchObject({
        user_id: "crm:44",
        created_by: { kind: "service", id: "crm" },
      });
    } finally {
      await other.close();
      await idp.close();
    }
  });
});
