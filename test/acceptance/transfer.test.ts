import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { newSessionId } from "../../shared/ids.ts";
import { readCsv } from "../../shared/sessions/transfer/csv-rows.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let other: Host;
let operator: Client;
/** The same operator on another stage, for what goes out here and comes in there. */
let elsewhere: Client;

const operate = { scope: "cubby/operate" };

beforeAll(async () => {
  [host, other] = await Promise.all([startAcceptanceHost({ MAX_SESSIONS: "1000" }), startAcceptanceHost()]);
  operator = await clientOf(host, "olga", operate);
  elsewhere = await clientOf(other, "olga", operate);
});
afterAll(() => Promise.all([host.close(), other.close()]));

async function exported(client: Client, query: Record<string, string | number>): Promise<string> {
  const { url } = await client.call("exportSessions", { query: { ...query, redirect: "false" } });
  return (await fetch(url)).text();
}

function inform(client: Client, format: "csv" | "json" | "ndjson", body: string, query: Record<string, string> = {}) {
  return client.call("importSessions", { query: { format, ...query }, body });
}

const now = () => new Date().toISOString();
const HEADER = "session_id,user_id,platform,thread_id,created_at,last_activity,pending_approval,metadata";

describe("export", () => {
  test("redirects to an attachment of the right type, and answers the link with redirect=false", async () => {
    const token = await host.issueToken({ sub: "olga", ...operate });
    const headers = { authorization: `Bearer ${token}` };
    for (const [format, type] of [
      ["csv", "text/csv; charset=utf-8; header=present"],
      ["json", "application/json"],
    ] as const) {
      const address = `${host.url}/v1/sessions/export?format=${format}`;
      const answer = await fetch(address, { headers, redirect: "manual" });
      expect(answer.status).toBe(302);
      const file = await fetch(answer.headers.get("location") ?? "");
      expect(file.headers.get("content-type")).toBe(type);
      expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename=sessions-[\d-]+\.\w+$/);
      const bytes = (await file.arrayBuffer()).byteLength;
      const link = await operator.call("exportSessions", { query: { format, redirect: "false" } });
      expect(link).toMatchObject({ size_bytes: bytes, sessions: expect.any(Number) });
    }
  });

  test("lies under exports/ with a key that cannot be guessed", async () => {
    await operator.call("exportSessions", { query: { redirect: "false" } });
    const keys: string[] = [];
    for await (const { key } of viewEngines(host).bucket.list("exports/")) keys.push(key);
    for (const key of keys) expect(key).toMatch(/^exports\/\d{8}T\d{6}Z-[\w-]{43}\.(csv|json)$/);
  });

  test.each(["user", "guest"])("is not for a %s", async (kind) => {
    const ana = await clientOf(host, "ana");
    const client = kind === "user" ? ana : await guestOf();
    expect(await problemOf(client.call("exportSessions", {}))).toMatchObject({ status: 403, code: "not_allowed" });
    expect(await problemOf(inform(client, "csv", HEADER))).toMatchObject({ status: 403, code: "not_allowed" });
  });

  test("takes live sessions only, and by user, platform and status", async () => {
    const zoe = await clientOf(host, "zoe");
    const live = await newSession(zoe);
    const done = await newSession(zoe);
    await zoe.call("patchSession", { params: { session_id: done }, body: { status: "completed" } });
    const deleted = await newSession(zoe);
    await zoe.call("deleteSession", { params: { session_id: deleted } });
    const idsOf = async (query: Record<string, string>) =>
      Object.keys(JSON.parse(await exported(operator, { ...query, format: "json" }))).sort();
    expect(await idsOf({ user_id: "zoe" })).toEqual([live, done].sort());
    expect(await idsOf({ user_id: "zoe", status: "completed" })).toEqual([done]);
    expect(await idsOf({ user_id: "zoe", platform: "telegram" })).toEqual([]);
    const all = await idsOf({ platform: "web" });
    expect(all).toEqual(expect.arrayContaining([live, done]));
    expect(all).not.toContain(deleted);
  });

  test("in sixteen parts is the whole", async () => {
    const fred = await clientOf(host, "fred");
    for (let count = 0; count < 8; count++) await newSession(fred);
    const whole = Object.keys(JSON.parse(await exported(operator, { format: "json" }))).sort();
    const parts: string[] = [];
    for (let part = 1; part <= 16; part++) {
      parts.push(...Object.keys(JSON.parse(await exported(operator, { format: "json", part }))));
    }
    expect(parts.sort()).toEqual(whole);
  });
});

async function guestOf(): Promise<Client> {
  const { createClient } = await import("../../shared/client/index.ts");
  const { session_token } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
  return createClient({ baseUrl: host.url, token: session_token ?? "" });
}

describe("import", () => {
  test("of an export is the same file on another stage, in both formats, with the history", async () => {
    const gus = await clientOf(host, "gus");
    const body = { platform: "web", thread_id: '=1+1,"\r\n🚀', metadata: { style: "brief", deep: [{ a: null }] } };
    const { session_id } = await gus.call("createSession", { body });
    const params = { session_id };
    for (const content of ["Hello", 'Say "hi",\n=SUM(A1)', "日本語"]) {
      await gus.call("appendHistory", { params, body: { role: "user", content, metadata: { n: content.length } } });
    }
    const args = { amount: 1e300, deep: [[["x"]]] };
    const asked = await gus.call("setApproval", { params, body: { tool_name: "pay", args } });
    const json = await exported(operator, { format: "json", user_id: "gus" });
    const csv = await exported(operator, { format: "csv", user_id: "gus" });
    expect(JSON.parse(json)[session_id]).toMatchObject({
      style: "brief",
      chat_history: [{}, {}, {}, { metadata: { type: "approval_requested" } }],
    });
    expect(await inform(elsewhere, "json", json)).toMatchObject({ counts: { imported: 1, refused: 0, skipped: 0 } });
    expect(JSON.parse(await exported(elsewhere, { format: "json", user_id: "gus" }))).toEqual(JSON.parse(json));
    // Read, because the table keeps no order of the keys inside a cell of JSON.
    expect(readCsv(await exported(elsewhere, { format: "csv", user_id: "gus" }), 1)).toEqual(readCsv(csv, 1));
    const there = await clientOf(other, "gus");
    expect((await there.call("getSession", { params })).pending_approval).toMatchObject({ args, tool_name: "pay" });
    const decided = await there.call("decideApproval", { params, body: { decision: "approved" } });
    expect(decided).toMatchObject({ approval_id: asked.approval_id, status: "approved" });
    expect((await there.call("listHistory", { params })).data.map(({ content }) => content).slice(0, 3)).toEqual([
      "Hello",
      'Say "hi",\n=SUM(A1)',
      "日本語",
    ]);
  });

  test("of the same file again, and of an export into its own stage, changes nothing", async () => {
    const hal = await clientOf(host, "hal");
    const id = await newSession(hal);
    await hal.call("appendHistory", { params: { session_id: id }, body: { role: "user", content: "x" } });
    const engines = viewEngines(host);
    const before = await engines.table.find({ pk: `SESSION#${id}`, sk: "META" });
    for (const format of ["json", "csv"] as const) {
      const file = await exported(operator, { format, user_id: "hal" });
      expect(await inform(operator, format, file)).toMatchObject({
        rows: [{ row: 1, session_id: id, status: "unchanged" }],
      });
      const moved = await inform(elsewhere, format, file.replaceAll(id, `${format}-1`));
      expect(moved.rows).toEqual([{ row: 1, session_id: `${format}-1`, status: "imported" }]);
      const there = await clientOf(other, "hal");
      await there.call("appendHistory", {
        params: { session_id: `${format}-1` },
        body: { role: "user", content: "y" },
      });
      const items = await viewEngines(other).sortKeysOf(`${format}-1`);
      const again = await inform(elsewhere, format, file.replaceAll(id, `${format}-1`));
      expect(again.rows).toEqual([{ row: 1, session_id: `${format}-1`, status: "unchanged" }]);
      expect(await viewEngines(other).sortKeysOf(`${format}-1`)).toEqual(items);
    }
    expect(await engines.table.find({ pk: `SESSION#${id}`, sk: "META" })).toEqual(before);
  });

  test("never overwrites a live session, brings back none that was deleted, and says which have expired", async () => {
    const ida = await clientOf(host, "ida");
    const live = await newSession(ida);
    const deleted = await newSession(ida);
    await ida.call("deleteSession", { params: { session_id: deleted } });
    const old = "2026-01-01T00:00:00Z";
    const rows = [
      `${live},ida,web,other,${now()},${now()},,{}`,
      `${deleted},ida,web,,${now()},${now()},,{}`,
      `too-old,ida,web,,${old},${old},,{}`,
      `fresh,ida,web,,${now()},${now()},,{}`,
    ];
    const answer = await inform(operator, "csv", [HEADER, ...rows].join("\n"));
    expect(answer.counts).toEqual({ imported: 1, unchanged: 0, skipped: 3, refused: 0 });
    expect(answer.rows).toMatchObject([
      { row: 1, session_id: live, status: "skipped", reason: "exists" },
      { row: 2, session_id: deleted, status: "skipped", reason: "deleted" },
      { row: 3, session_id: "too-old", status: "skipped", reason: "expired", detail: expect.stringContaining("(") },
      { row: 4, session_id: "fresh", status: "imported" },
    ]);
    expect(await ida.call("getSession", { params: { session_id: live } })).toMatchObject({ thread_id: null });
    expect(await problemOf(ida.call("getSession", { params: { session_id: deleted } }))).toMatchObject({ status: 410 });
  });

  test("takes rows of older systems: columns missing, more or in another order, ids of their own", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const csv = `\uFEFFlast_activity,session_id,mood\r\n${seconds},tg-42.a,happy\r\n"${now()}",,sad\r\n`;
    const query = { default_user_id: "jo", default_platform: "telegram" };
    const answer = await inform(operator, "csv", csv, query);
    expect(answer).toMatchObject({ counts: { imported: 2 }, ignored: ["mood"] });
    const made = answer.rows.find(({ session_id }) => session_id !== "tg-42.a")?.session_id ?? "";
    expect(made).toMatch(/^session_\d{8}_\d{6}_[a-z2-7]{16}$/);
    expect(await inform(operator, "csv", csv, query)).toMatchObject({ counts: { unchanged: 2 } });
    const jo = await clientOf(host, "jo");
    const params = { session_id: "tg-42.a" };
    expect(await jo.call("getSession", { params })).toMatchObject({ platform: "telegram", user_id: "jo" });
    const legacy = {
      "legacy.1": {
        style: "brief",
        created_at: now().slice(0, 19),
        last_used: Date.now() / 1000,
        mood: 1,
        chat_history: [
          { role: "user", content: "one", timestamp: now().slice(0, 23) },
          { role: "assistant", content: "two" },
        ],
      },
    };
    const json = await inform(operator, "json", JSON.stringify(legacy), query);
    expect(json).toMatchObject({ counts: { imported: 1 }, ignored: ["mood"] });
    const history = await jo.call("listHistory", { params: { session_id: "legacy.1" } });
    expect(history.data.map(({ content }) => content)).toEqual(["one", "two"]);
    expect(await jo.call("getSession", { params: { session_id: "legacy.1" } })).toMatchObject({
      metadata: { style: "brief" },
    });
  });

  test("makes sessions that work like any other, also under an id of an older system", async () => {
    const kim = await clientOf(host, "kim");
    await inform(operator, "csv", `session_id,user_id,platform\nold.id-7_X,kim,web\n`);
    const params = { session_id: "old.id-7_X" };
    await kim.uploadFiles("old.id-7_X", [{ name: "a.csv", content: "x,y\n1,2\n" }]);
    expect(await (await kim.download("old.id-7_X", "uploads/a.csv")).text()).toBe("x,y\n1,2\n");
    expect(await kim.call("query", { params, body: { sql: "SELECT * FROM a" } })).toMatchObject({ row_count: 1 });
    const stranger = await clientOf(host, "stranger");
    expect(await problemOf(stranger.call("getSession", { params }))).toMatchObject({ status: 404 });
    expect(await kim.call("deleteSession", { params })).toMatchObject({ session_id: "old.id-7_X", tables: 1 });
    expect(await viewEngines(host).keysOf("old.id-7_X")).toEqual([]);
  });

  test("refuses a row by its number and field, and imports its neighbours", async () => {
    const rows = [
      `ok-1,lea,web,,${now()},${now()},,"{""a"":1}"`,
      `../x,lea,web,,${now()},${now()},,{}`,
      `export,lea,web,,${now()},${now()},,{}`,
      `r-4,,web,,${now()},${now()},,{}`,
      `r-5,lea,Not A Platform,,${now()},${now()},,{}`,
      `r-6,lea,web,,yesterday,${now()},,{}`,
      `r-7,lea,web,,${now()},2099-01-01T00:00:00Z,,{}`,
      `r-8,lea,web,,${now()},${now()},,{broken`,
      `r-9,lea,web,,${now()},${now()},"{""who"":1}",{}`,
      `r-10,lea,web`,
      `r-11,lea,web,,${now()},${now()},,"{""n"":1e300}"`,
      `ok-12,lea,web,,${now()},${now()},,{}`,
    ];
    const answer = await inform(operator, "csv", [HEADER, ...rows].join("\r\n"), { first_row: "101" });
    expect(answer.counts).toEqual({ imported: 2, unchanged: 0, skipped: 0, refused: 10 });
    const said = answer.rows
      .slice(0, 10)
      .map(({ row, problem }) => [row, (problem?.errors as { field: string }[] | undefined)?.[0]?.field]);
    expect(said).toEqual([
      [102, "session_id"],
      [103, "session_id"],
      [104, "user_id"],
      [105, "platform"],
      [106, "created_at"],
      [107, "last_activity"],
      [108, undefined],
      [109, expect.stringMatching(/^pending_approval/)],
      [110, undefined],
      [111, "metadata"],
    ]);
    expect(answer.rows[6]?.problem?.detail).toContain("`metadata` is not JSON");
    expect(answer.rows[8]?.problem?.detail).toContain("3 cells");
  });

  test.each([
    { what: "an open quote", format: "csv", body: `${HEADER}\nmia-1,"mia\n`, code: "invalid_csv" },
    { what: "a strange header", format: "csv", body: "a,b\n1,2\n", code: "invalid_csv" },
    { what: "half a JSON", format: "json", body: '{"mia-1":{"user_id":"mia"', code: "invalid_json" },
    { what: "JSON that is a number", format: "json", body: "7", code: "invalid_json" },
    {
      what: "a broken line",
      format: "ndjson",
      body: '{"session_id":"mia-1","user_id":"mia"}\n{',
      code: "invalid_json",
    },
  ] as const)("refuses a body with $what whole, and stores nothing of it", async ({ format, body, code }) => {
    expect(await problemOf(inform(operator, format, body))).toMatchObject({ status: 400, code });
    expect(await exported(operator, { user_id: "mia" })).toBe(`${HEADER}\r\n`);
  });

  test("takes the format from the content type, and refuses text whose bytes were lost", async () => {
    const token = await host.issueToken({ sub: "olga", ...operate });
    const send = async (type: string, body: string | Uint8Array<ArrayBuffer>) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": type };
      const answer = await fetch(`${host.url}/v1/sessions/import`, { method: "POST", headers, body });
      return { status: answer.status, body: (await answer.json()) as object };
    };
    const id = newSessionId(new Date());
    expect(await send("text/csv; charset=utf-8", `session_id,user_id\n${id},nat\n`)).toMatchObject({
      status: 200,
      body: { counts: { imported: 1 } },
    });
    expect(await send("application/x-ndjson", `{"session_id":"nat-2","user_id":"nat"}\n\n`)).toMatchObject({
      body: { counts: { imported: 1 } },
    });
    expect(await send("text/plain", "x")).toMatchObject({ status: 415 });
    const latin = new Uint8Array(Buffer.from(`session_id,user_id\nnat-3,Zo\u00eb\n`, "latin1"));
    expect(await send("text/csv", latin)).toMatchObject({ status: 415 });
  });
});
