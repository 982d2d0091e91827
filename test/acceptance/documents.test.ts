import { Buffer } from "node:buffer";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { fileKey, sessionKey } from "../../shared/aws/item-keys.ts";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import type { CallOptions } from "../../shared/client/routes.ts";
import { rawMembers } from "../../shared/json-text.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { clientAt } from "../support/host-app.ts";
import { createTestClock } from "../support/own-stores.ts";

type Body = CallOptions<"addResearchData">["body"];

let host: Host;
let ana: Client;
let view: ReturnType<typeof viewEngines>;
let token: string;

beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
  token = await host.issueToken({ sub: "ana", scope: "cubby/sessions" });
  view = viewEngines(host);
});
afterAll(() => host.close());

const add = (id: string, body: Body) => ana.call("addResearchData", { params: { session_id: id }, body });
const get = (id: string, name: string) => ana.call("getResearchData", { params: { session_id: id, name } });
const session = (id: string) => ana.call("getSession", { params: { session_id: id } });

/** Past the typed client: the bodies' own texts, and headers. */
async function send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${host.url}/v1/sessions/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, etag: answer.headers.get("etag") ?? "", text: await answer.text() };
}

describe("a research document", () => {
  test("comes back in its envelope, and is a file of the session like any other", async () => {
    const id = await newSession(ana);
    const body = {
      query: "Why is the sky blue?",
      mode: "deep",
      response: "Rayleigh scattering\n…",
      sources: [{ url: "https://example.org/1", title: "Größe" }, "a book"],
      round_number: 3,
      sources_used: 2,
      metadata: { model: "x", nested: { a: [1] } },
    };
    const stored = await add(id, body);
    expect(stored).toMatchObject({
      name: expect.stringMatching(/^research_deep_\d{8}_\d{6}\.json$/),
      path: `research_data/${stored.name}`,
      session_id: id,
      file_type: "research_data",
      query: body.query,
      mode: "deep",
      round_number: 3,
    });
    const { created_at, size_bytes } = stored;
    const envelope = { created_at, session_id: id, file_type: "research_data", size_bytes };
    expect(await get(id, stored.name)).toEqual({ ...envelope, ...body });
    const { data } = await ana.call("listFiles", { params: { session_id: id }, query: { folder: "research_data" } });
    expect(data).toMatchObject([
      { path: stored.path, size_bytes, content_type: "application/json", etag: stored.etag },
    ]);
    expect(data[0]).not.toHaveProperty("document");
    const bytes = Buffer.from(await (await ana.download(id, stored.path)).arrayBuffer());
    expect(bytes.byteLength).toBe(size_bytes);
    expect(JSON.parse(bytes.toString())).toEqual({ ...envelope, ...body });
    expect(await session(id)).toMatchObject({ file_counts: { research_data: 1 }, total_size_bytes: size_bytes });
  });

  test("may be text, null, any JSON, of either kind, under a name of its own", async () => {
    const id = await newSession(ana);
    for (const [index, data] of ["", "text", null, false, 0, [], {}, [[null]]].entries()) {
      const params = { session_id: id, name: `größe ${index}+%#?.json` };
      const { name } = await ana.call("addNamedIntermediateResult", { params, body: { data } });
      expect(name).toBe(params.name);
      const read = await ana.call("getIntermediateResult", { params });
      expect(read).toMatchObject({ data, file_type: "intermediate_results" });
      expect(Object.keys(read)).toEqual(["created_at", "session_id", "file_type", "size_bytes", "data"]);
    }
    const params = { session_id: id };
    const round = await ana.call("addIntermediateResult", { params, body: { mode: "deep", round_number: 2, data: 1 } });
    expect(round.name).toMatch(/^intermediate_deep_round2_\d{8}_\d{6}\.json$/);
    expect(await session(id)).toMatchObject({ file_counts: { intermediate_results: 9 } });
    await ana.call("deleteIntermediateResult", { params: { session_id: id, name: round.name } });
    expect(await session(id)).toMatchObject({ file_counts: { intermediate_results: 8 } });
    const gone = problemOf(ana.call("getIntermediateResult", { params: { session_id: id, name: round.name } }));
    expect(await gone).toMatchObject({ status: 404, code: "file_not_found" });
    await ana.call("deleteIntermediateResult", { params: { session_id: id, name: "größe 0+%#?.json" } });
    expect(await view.keysOf(id)).toHaveLength(7);
  });

  test.each([
    "12345678901234567890",
    "1.10",
    "-0",
    "1E+400",
    "0.1000000000000000055511151231257827021181583404541015625",
    '{"2":1,"1":2,"b":3,"a":4}',
    '{"__proto__":{"admin":true},"constructor":1,"toString":null}',
    '"\\ud800 \\u0000 \\/ é \\u00e9"',
    '{ "a" : [ 1 ,\n\t2 ] }',
    '{"a":1,"a":2}',
  ])("is kept letter by letter: %s", async (raw) => {
    const id = await newSession(ana);
    const { status } = await send("POST", `${id}/research-data/x.json`, ` {"data" : ${raw} } `);
    expect(status).toBe(201);
    const { text } = await send("GET", `${id}/research-data/x.json`);
    expect(rawMembers(text).get("data")).toBe(raw);
  });

  test("comes back exactly, whatever JSON it is", async () => {
    const id = await newSession(ana);
    let n = 0;
    const anyJson = fc.jsonValue({ depthSize: "medium", stringUnit: "binary" });
    await fc.assert(
      fc.asyncProperty(anyJson, anyJson, fc.constantFrom(undefined, 1), async (data, response, indent) => {
        const name = `${n++}.json`;
        const sent = { data: JSON.stringify(data, undefined, indent), response: JSON.stringify(response) };
        const body = `{"response":${sent.response},"data":${sent.data}}`;
        const stored = await send("POST", `${id}/research-data/${name}`, body);
        expect(stored.status).toBe(201);
        const { text } = await send("GET", `${id}/research-data/${name}`);
        const members = rawMembers(text);
        expect([members.get("data"), members.get("response")]).toEqual([sent.data, sent.response]);
        expect(JSON.parse(text)).toMatchObject({ size_bytes: Buffer.byteLength(text) });
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["{}", "holds nothing to store"],
    ['{"name":"x.json","overwrite":true}', "holds nothing to store"],
    ['{"data":1,"timestamp":"t"}', "`timestamp` is not a known field"],
    ['{"data":1,"query":7}', "`query`"],
    ['{"data":1,"round_number":1.5}', "`round_number`"],
    ['{"data":1,"metadata":[]}', "`metadata`"],
    ['{"data":1,"name":"a/b"}', "separator"],
    ['{"data":1,"name":""}', "empty"],
    [`{"data":${"[".repeat(101)}${"]".repeat(101)}}`, "levels deep"],
    ['{"data":1', "JSON"],
    ['{"data":NaN}', "JSON"],
    ["[]", "object"],
  ])("of %s is refused: %s", async (body, why) => {
    const id = await newSession(ana);
    const { status, text } = await send("POST", `${id}/research-data`, body);
    expect([status, JSON.parse(text).detail]).toEqual([400, expect.stringContaining(why)]);
    expect(await view.keysOf(id)).toEqual([]);
  });
});

test("values nest 100 levels deep and not one more", async () => {
  const id = await newSession(ana);
  const nested = (levels: number) => `{"data":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  expect((await send("POST", `${id}/research-data/x.json`, nested(100))).status).toBe(201);
  expect(rawMembers((await send("GET", `${id}/research-data/x.json`)).text).get("data")).toBe(nested(100).slice(8, -1));
  expect((await send("POST", `${id}/research-data/y.json`, nested(101))).status).toBe(400);
});

test("a document that does not fit its session's room is 507 with the numbers, and leaves nothing", async () => {
  const id = await newSession(ana);
  await view.table.update(sessionKey(id), {
    UpdateExpression: "SET claimed_bytes = :nearly, total_size_bytes = :nearly",
    ExpressionAttributeValues: { ":nearly": 10e9 - 1000 },
  });
  await add(id, { data: "x".repeat(700) });
  const full = await problemOf(add(id, { data: "x".repeat(700) }));
  expect(full).toMatchObject({ status: 507, code: "session_full" });
  expect(await view.keysOf(id)).toHaveLength(1);
});

describe("names", () => {
  test("of twenty stored at once in one second are all different, and nothing is lost", async () => {
    const id = await newSession(ana);
    const clock = createTestClock();
    const still = clientAt(host, clock, { kind: "user", userId: "ana" });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const stored = await Promise.all(
      numbers.map((n) =>
        still.call("addResearchData", { params: { session_id: id }, body: { mode: "deep", data: { n } } }),
      ),
    );
    expect(new Set(stored.map(({ name }) => name)).size).toBe(20);
    for (const [n, { name }] of stored.entries()) expect(await get(id, name)).toMatchObject({ data: { n } });
    const { file_counts, total_size_bytes } = await session(id);
    expect(file_counts.research_data).toBe(20);
    expect(total_size_bytes).toBe(stored.reduce((sum, { size_bytes }) => sum + size_bytes, 0));
    expect(await view.keysOf(id)).toHaveLength(20);
  });

  test("that are taken are refused, of two at once to one of them; what is asked for is replaced", async () => {
    const id = await newSession(ana);
    const path = `${id}/research-data/plan.json`;
    const first = await Promise.all([1, 2, 3, 4].map((data) => send("POST", path, JSON.stringify({ data }))));
    expect(first.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const winner = first.find(({ status }) => status === 201);
    const read = await send("GET", path);
    expect(read.etag).toBe(winner?.etag);
    expect(JSON.parse(read.text).data).toBe(first.findIndex(({ status }) => status === 201) + 1);
    const refused = first.find(({ status }) => status === 409);
    expect(JSON.parse(refused?.text ?? "")).toMatchObject({ code: "document_exists", path: "research_data/plan.json" });

    const stale = await send("POST", path, '{"data":5}', { "if-match": '"other"' });
    expect([stale.status, JSON.parse(stale.text).code]).toEqual([412, "precondition_failed"]);
    const races = await Promise.all(
      [6, 7].map((data) => send("POST", path, JSON.stringify({ data }), { "if-match": read.etag })),
    );
    expect(races.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await send("POST", path, '{"data":8,"overwrite":true}')).status).toBe(200);
    expect((await send("POST", path, '{"data":9}', { "if-none-match": "*" })).status).toBe(412);
    expect(JSON.parse((await send("GET", path)).text).data).toBe(8);
    const unknown = await send("POST", `${id}/research-data/new.json`, '{"data":1}', { "if-match": "*" });
    expect(unknown.status).toBe(412);
    const { file_counts, total_size_bytes } = await session(id);
    expect([file_counts.research_data, total_size_bytes]).toEqual([1, (await send("GET", path)).text.length]);
    expect((await send("POST", path, '{"data":1,"name":"other.json"}')).status).toBe(400);
  });

  test("overwritten by ten at once hold one of the ten, whole and counted once", async () => {
    const id = await newSession(ana);
    const bodies = Array.from({ length: 10 }, (_, n) => ({
      name: "x.json",
      overwrite: true,
      data: "x".repeat(n * 100),
    }));
    await Promise.all(bodies.map((body) => add(id, body)));
    const { text } = await send("GET", `${id}/research-data/x.json`);
    expect(bodies.map(({ data }) => data)).toContain(JSON.parse(text).data);
    const { file_counts, total_size_bytes } = await session(id);
    expect([file_counts.research_data, total_size_bytes]).toEqual([1, text.length]);
    const { data } = await ana.call("listResearchData", { params: { session_id: id } });
    expect(data).toMatchObject([{ size_bytes: text.length, created_at: JSON.parse(text).created_at }]);
  });

  test("are chosen once for a POST that is sent again with its Idempotency-Key", async () => {
    const id = await newSession(ana);
    const headers = { "idempotency-key": "once" };
    const first = await send("POST", `${id}/research-data`, '{"data":1}', headers);
    const again = await send("POST", `${id}/research-data`, '{"data":1}', headers);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(await view.keysOf(id)).toHaveLength(1);
  });

  test("answer 304 to who has the version, and delete only the version that was read", async () => {
    const id = await newSession(ana);
    const path = `${id}/research-data/a.json`;
    const { etag } = await send("POST", path, '{"data":1}');
    expect((await send("GET", path, undefined, { "if-none-match": etag })).status).toBe(304);
    expect((await send("DELETE", path, undefined, { "if-match": '"other"' })).status).toBe(412);
    expect((await send("DELETE", path, undefined, { "if-match": etag })).status).toBe(200);
    expect((await send("POST", path, '{"data":2}')).status).toBe(201);
  });
});

describe("lists of documents", () => {
  test("say what there is without the values, newest first, page by page, whatever the names", async () => {
    const id = await newSession(ana);
    const clock = createTestClock();
    const timed = clientAt(host, clock, { kind: "user", userId: "ana" });
    const names = ["m.json", "a.json", "z.json", "k.json", "b.json"];
    for (const [n, name] of names.entries()) {
      clock.move(n === 3 ? 0 : 1500); // two in one millisecond
      await timed.call("addResearchData", {
        params: { session_id: id },
        body: { name, query: `q${n}`, data: "secret" },
      });
    }
    await ana.call("putFile", { params: { session_id: id, path: "research_data/plain.txt" }, body: "not ours" });
    const listed = [];
    for await (const info of ana.pages("listResearchData", { params: { session_id: id }, query: { limit: 2 } })) {
      expect(info).not.toHaveProperty("data");
      listed.push(info);
    }
    const expected = ["b.json", "z.json", "k.json", "a.json", "m.json"];
    expect(listed.map(({ name }) => name).filter((name) => name !== "plain.txt")).toEqual(expected);
    expect(listed).toHaveLength(6);
    expect(listed.find(({ name }) => name === "z.json")).toMatchObject({ query: "q2", file_type: "research_data" });
    const other = await ana.call("listIntermediateResults", { params: { session_id: id } });
    expect(other).toEqual({ data: [], next_cursor: null });
  });
});

describe("a document that somebody damaged", () => {
  test.each([
    ["", "not JSON"],
    ['{"created_at":"2026', "not JSON"],
    ["null", "not the envelope"],
    ['{"data":1}', "`created_at`"],
    ['{"created_at":"t","session_id":"s","file_type":"other","size_bytes":1,"data":1}', "`file_type`"],
  ])("with %j says so, and is listed, replaced and removed like others", async (content, why) => {
    const id = await newSession(ana);
    await add(id, { name: "x.json", data: 1 });
    await view.bucket.putBytes(fileObjectKey(id, "research_data/x.json"), content, { contentType: "text/plain" });
    const problem = await problemOf(get(id, "x.json"));
    expect(problem).toMatchObject({ status: 422, code: "document_damaged", message: expect.stringContaining(why) });
    const { data } = await ana.call("listResearchData", { params: { session_id: id } });
    expect(data).toHaveLength(1);
    await add(id, { name: "x.json", data: 2, overwrite: true });
    expect(await get(id, "x.json")).toMatchObject({ data: 2 });
  });

  test("by taking its object away is not found, and why", async () => {
    const id = await newSession(ana);
    await add(id, { name: "x.json", data: 1 });
    await view.bucket.remove(fileObjectKey(id, "research_data/x.json"));
    const problem = await problemOf(get(id, "x.json"));
    expect(problem).toMatchObject({ status: 404, code: "file_not_found", message: expect.stringContaining("bucket") });
    expect(await view.table.find(fileKey(id, "research_data/x.json"))).toBeDefined();
  });

  test("is told from a plain file that lies in its folder, and from one that is too long", async () => {
    const id = await newSession(ana);
    await ana.call("putFile", { params: { session_id: id, path: "research_data/notes.md" }, body: "# notes" });
    const plain = await problemOf(get(id, "notes.md"));
    expect(plain).toMatchObject({ code: "document_damaged", message: expect.stringContaining("plain file") });
    await add(id, { name: "x.json", data: 1 });
    const key = fileObjectKey(id, "research_data/x.json");
    await view.bucket.putBytes(key, `"${"x".repeat(5_000_000)}"`, { contentType: "application/json" });
    expect(await problemOf(get(id, "x.json"))).toMatchObject({ status: 422, code: "result_too_large" });
  });
});

describe("the limit of 4 MiB", () => {
  const limit = 4 * 1024 * 1024;
  const frame = '{"data":""}'.length;

  test.each([
    { what: "letters", unit: "x", type: "application/json" },
    { what: "quotes, which grow on the way", unit: '\\"', type: "application/vnd.cubby+json" },
  ])("takes exactly that of $what, gives it back, and refuses one byte more", async ({ unit, type }) => {
    const id = await newSession(ana);
    const padding = "y".repeat((limit - frame) % unit.length);
    const body = `{"data":"${unit.repeat((limit - frame - padding.length) / unit.length)}${padding}"}`;
    const headers = { "content-type": type };
    expect((await send("POST", `${id}/research-data/big.json`, body, headers)).status).toBe(201);
    const read = await send("GET", `${id}/research-data/big.json`);
    expect(read.status).toBe(200);
    expect(rawMembers(read.text).get("data") === rawMembers(body).get("data")).toBe(true);
    const refused = await send("POST", `${id}/research-data/more.json`, `${body} `, headers);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      413,
      { code: "body_too_large", limit_bytes: limit },
    ]);
  });

  test("is no matter to the typed client, also with nothing but quotes", async () => {
    const id = await newSession(ana);
    const data = '"'.repeat((limit - 100) / 2);
    const { name } = await add(id, { data });
    expect((await get(id, name)).data === data).toBe(true);
  });
});

test("guests and services store documents in their sessions, and nobody reads another's", async () => {
  const { session_token, session_id } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
  const guest = createClient({ baseUrl: host.url, token: session_token ?? "" });
  const { name } = await guest.call("addResearchData", { params: { session_id }, body: { data: "mine" } });
  const params = { session_id, name };
  expect(await guest.call("getResearchData", { params })).toMatchObject({ data: "mine" });
  expect(await problemOf(ana.call("getResearchData", { params }))).toMatchObject({ code: "session_not_found" });
  const service = { kind: "service", clientId: "telegram-bot", userId: "telegram_1" } as const;
  const bot = clientAt(host, createTestClock(), service);
  const id = await newSession(bot);
  await bot.call("addResearchData", { params: { session_id: id }, body: { name: "x.json", data: 1 } });
  const { data } = await bot.call("listFiles", { params: { session_id: id } });
  expect(data[0]?.uploaded_by).toEqual({ kind: "service", id: "telegram-bot" });
});

test("a session that ends takes its documents along", async () => {
  const id = await newSession(ana);
  await add(id, { data: "x".repeat(1000) });
  await ana.call("addIntermediateResult", { params: { session_id: id }, body: { data: 1 } });
  await ana.call("deleteSession", { params: { session_id: id } });
  expect(await view.keysOf(id)).toEqual([]);
  expect(await view.sortKeysOf(id)).toEqual(["META"]);
  expect(await problemOf(add(id, { data: 1 }))).toMatchObject({ status: 410 });
});
