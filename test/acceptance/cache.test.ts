import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import pMap from "p-map";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { cacheKey, cacheUseKey } from "../../shared/aws/item-keys.ts";
import type { CacheEntry } from "../../shared/cache/cache-entry.ts";
import { cacheHash } from "../../shared/cache/cache-key.ts";
import { MAX_CLEARED, MAX_ITEM_BYTES } from "../../shared/cache/cache-store.ts";
import { MAX_DAILY_BYTES, MAX_DAILY_ENTRIES } from "../../shared/cache/cache-use.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { createStorageClients } from "../../shared/aws/clients.ts";
import { createStores } from "../../shared/stores.ts";
import { rawMembers } from "../../shared/json-text.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { clientAt } from "../support/host-app.ts";
import { ownStores, createTestClock } from "../support/own-stores.ts";

const HOUR = 3600_000;

let host: Host;
let ana: Client;
let token: string;
let view: ReturnType<typeof viewEngines>;

beforeAll(async () => {
  host = await startAcceptanceHost({ SESSION_TIMEOUT_HOURS: "160" }); // longer than what is cached
  ana = await clientOf(host, "ana");
  token = await host.issueToken({ sub: "ana", scope: "cubby/sessions" });
  view = viewEngines(host);
});
afterAll(() => host.close());

const lookup = (id: string, query: string, mode: string, client = ana) =>
  client.call("lookupCache", { params: { session_id: id }, body: { query, mode } });
const put = (id: string, query: string, mode: string, result: unknown, client = ana) =>
  client.call("putCache", { params: { session_id: id }, body: { query, mode, result } });
const clear = (id: string, body: { query?: string; mode?: string } = {}) =>
  ana.call("clearCache", { params: { session_id: id }, body });
const large = () => randomBytes(150_000).toString("base64");
const miss = { hit: false, state: "miss" };

async function send(method: string, path: string, body?: string) {
  const answer = await fetch(`${host.url}/v1/sessions/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/vnd.cubby+json" },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** What a session's cache has left in table and bucket. */
async function traces(id: string) {
  const items = (await view.sortKeysOf(id)).filter((key) => key.startsWith("CACHE#"));
  const objects = (await view.keysOf(id)).filter((key) => key.includes("/cache/"));
  return { items: items.length, objects: objects.length };
}

describe("a cached answer", () => {
  test("is found by exactly its query and mode, in its session", async () => {
    const id = await newSession(ana);
    const other = await newSession(ana);
    expect(await lookup(id, "a:b", "c")).toEqual(miss);
    const stored = await put(id, "a:b", "c", { answer: [1, "é", null] });
    expect(stored.size_bytes).toBe(Buffer.byteLength('{"answer":[1,"é",null]}'));
    expect(Date.parse(stored.expires_at) - Date.parse(stored.stored_at)).toBe(48 * HOUR);
    expect(await lookup(id, "a:b", "c")).toEqual({
      hit: true,
      state: "hit",
      age_seconds: expect.any(Number),
      stored_at: stored.stored_at,
      expires_at: stored.expires_at,
      result: { answer: [1, "é", null] },
    });
    for (const [query, mode] of [
      ["a", "b:c"],
      ["a:b", "C"],
      ["a:b ", "c"],
      ["", ""],
    ] as const) {
      expect(await lookup(id, query, mode)).toEqual(miss);
    }
    expect(await lookup(other, "a:b", "c")).toEqual(miss);
    const item = (await view.table.find(cacheKey(id, cacheHash("a:b", "c")))) as CacheEntry;
    expect(item.ttl).toBe(Math.ceil(Date.parse(stored.expires_at) / 1000));
    const files = await ana.call("listFiles", { params: { session_id: id } });
    expect(files.data).toEqual([]);
    expect(await ana.call("getSession", { params: { session_id: id } })).toMatchObject({ total_size_bytes: 0 });
  });

  test("comes back exactly, small or large, whatever JSON it is", async () => {
    const id = await newSession(ana);
    const anyJson = fc.jsonValue({ depthSize: "medium", stringUnit: "binary" });
    const tail = large();
    await fc.assert(
      fc.asyncProperty(anyJson, fc.boolean(), fc.string({ unit: "binary" }), async (value, isLarge, query) => {
        const raw = JSON.stringify(isLarge ? [value, tail] : value);
        const pair = `"query":${JSON.stringify(query)},"mode":"m"`;
        expect((await send("PUT", `${id}/cache`, `{"result": ${raw} ,${pair}}`)).status).toBe(200);
        const { text } = await send("POST", `${id}/cache/lookup`, `{${pair}}`);
        expect(rawMembers(text).get("result")).toBe(raw);
      }),
      { numRuns: 40 },
    );
    for (const raw of ["12345678901234567890", "1.10", "-0", '{"2":1,"1":2,"__proto__":3}', "null"]) {
      await send("PUT", `${id}/cache`, `{"query":"q","mode":"m","result":${raw}}`);
      const { text } = await send("POST", `${id}/cache/lookup`, '{"query":"q","mode":"m"}');
      expect(rawMembers(text).get("result")).toBe(raw);
    }
  });

  test("counts 48 hours to the millisecond, with its age, however late the table forgets it", async () => {
    const id = await newSession(ana);
    const clock = createTestClock();
    const timed = clientAt(host, clock, { kind: "user", userId: "ana" });
    await put(id, "q", "m", "small", timed);
    await put(id, "q", "large", large(), timed);
    clock.move(90_500);
    expect(await lookup(id, "q", "m", timed)).toMatchObject({ hit: true, age_seconds: 90 });
    clock.move(48 * HOUR - 90_501);
    for (const mode of ["m", "large"]) {
      expect(await lookup(id, "q", mode, timed)).toMatchObject({ hit: true, age_seconds: 48 * 3600 - 1 });
    }
    clock.move(1);
    for (const mode of ["m", "large"]) {
      const answer = await lookup(id, "q", mode, timed);
      expect(answer).toMatchObject({ hit: false, state: "expired", age_seconds: 48 * 3600 });
      expect(answer).not.toHaveProperty("result");
    }
    await put(id, "q", "large", "again", timed);
    expect(await lookup(id, "q", "large", timed)).toMatchObject({ hit: true, age_seconds: 0, result: "again" });
    expect(await traces(id)).toEqual({ items: 2, objects: 0 });
  });

  test("never counts beyond its session", async () => {
    const clock = createTestClock();
    const bot = clientAt(host, clock, { kind: "user", userId: "ben" });
    const { session_id, expires_at } = await bot.call("createSession", { body: { platform: "telegram" } });
    expect(await put(session_id, "q", "m", 1, bot)).toMatchObject({ expires_at });
    clock.move(HOUR);
    expect(await problemOf(lookup(session_id, "q", "m", bot))).toMatchObject({ status: 410, code: "session_expired" });
    expect(await problemOf(put(session_id, "q", "m", 2, bot))).toMatchObject({ status: 410 });
  });

  test("is forgotten one by one, or all at once", async () => {
    const id = await newSession(ana);
    await Promise.all([put(id, "a", "m", 1), put(id, "b", "m", large()), put(id, "c", "m", large())]);
    expect(await traces(id)).toEqual({ items: 3, objects: 2 });
    expect(await clear(id, { query: "b", mode: "m" })).toEqual({ removed: 1, complete: true });
    expect(await clear(id, { query: "b", mode: "m" })).toEqual({ removed: 0, complete: true });
    expect(await lookup(id, "b", "m")).toEqual(miss);
    expect(await lookup(id, "a", "m")).toMatchObject({ hit: true });
    expect((await send("DELETE", `${id}/cache`)).text).toBe('{"removed":2,"complete":true}');
    expect(await traces(id)).toEqual({ items: 0, objects: 0 });
    const half = await send("DELETE", `${id}/cache`, '{"query":"a"}');
    expect([half.status, JSON.parse(half.text).detail]).toEqual([400, expect.stringContaining("both")]);
  });

  test("is a miss where somebody changed or removed its object, and can be stored again", async () => {
    const id = await newSession(ana);
    for (const damage of ["cut", "removed"]) {
      await put(id, "q", "m", large());
      const [key = ""] = (await view.keysOf(id)).filter((each) => each.includes("/cache/"));
      if (damage === "removed") await view.bucket.remove(key);
      else await view.bucket.putBytes(key, '"half', { contentType: "application/json" });
      expect(await lookup(id, "q", "m")).toEqual(miss);
    }
    await put(id, "q", "m", "whole");
    expect(await lookup(id, "q", "m")).toMatchObject({ result: "whole" });
    expect(await traces(id)).toEqual({ items: 1, objects: 0 });
  });

  test.each([
    ['{"query":"q","mode":"m"}', 400, "`result`"],
    ['{"query":"q","result":1}', 400, "`mode`"],
    ['{"query":1,"mode":"m","result":1}', 400, "`query`"],
  ])("of %s is refused: %d, %s", async (body, status, why) => {
    const id = await newSession(ana);
    const answer = await send("PUT", `${id}/cache`, body);
    expect([answer.status, JSON.parse(answer.text).detail]).toEqual([status, expect.stringContaining(why)]);
  });
});

describe("the border between items and objects, 64 KiB when compressed", () => {
  /** Random letters, as many as compress to exactly so many bytes when they are JSON. */
  function compressedTo(bytes: number): string {
    const letters = randomBytes(bytes).toString("base64");
    const sizeOf = (length: number) => gzipSync(JSON.stringify(letters.slice(0, length))).length;
    let [low, high] = [0, letters.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (sizeOf(middle) <= bytes) low = middle;
      else high = middle;
    }
    // Now and then one letter makes two bytes more; then other letters do.
    return sizeOf(low) === bytes ? letters.slice(0, low) : compressedTo(bytes);
  }

  test.each([
    { what: "exactly so much", bytes: MAX_ITEM_BYTES, objects: 0 },
    { what: "a byte more", bytes: MAX_ITEM_BYTES + 1, objects: 1 },
  ])("$what leaves $objects objects, and comes back", { timeout: 60_000 }, async ({ bytes, objects }) => {
    const id = await newSession(ana);
    const text = compressedTo(bytes);
    await put(id, "q", "m", text);
    expect(await traces(id)).toEqual({ items: 1, objects });
    expect((await lookup(id, "q", "m")).result === text).toBe(true);
  });
});

describe("what one call clears", () => {
  test.each([
    { cached: MAX_CLEARED - 1, first: { removed: MAX_CLEARED - 1, complete: true }, left: 0 },
    { cached: MAX_CLEARED, first: { removed: MAX_CLEARED, complete: true }, left: 0 },
    { cached: MAX_CLEARED + 1, first: { removed: MAX_CLEARED, complete: false }, left: 1 },
  ])("of $cached answers leaves $left, and says so", { timeout: 60_000 }, async ({ cached, first, left }) => {
    const id = await newSession(ana);
    const { cache } = ownStores(host, systemClock);
    const hashes = Array.from({ length: cached }, (_, n) => n.toString(16).padStart(64, "0"));
    await pMap(hashes, (hash) => cache.store(id, hash, "1"), { concurrency: 16 });
    expect(await clear(id)).toEqual(first);
    expect(await traces(id)).toEqual({ items: left, objects: 0 });
    expect(await clear(id)).toEqual({ removed: left, complete: true });
  });
});

describe("limits", () => {
  const limit = 4 * 1024 * 1024;
  const frame = '{"query":"q","mode":"m","result":""}'.length;

  test("a body of 4 MiB is taken and given back, one byte more is not", async () => {
    const id = await newSession(ana);
    const body = `{"query":"q","mode":"m","result":"${"x".repeat(limit - frame)}"}`;
    expect((await send("PUT", `${id}/cache`, body)).status).toBe(200);
    const { text } = await send("POST", `${id}/cache/lookup`, '{"query":"q","mode":"m"}');
    expect(rawMembers(text).get("result") === rawMembers(body).get("result")).toBe(true);
    const refused = await send("PUT", `${id}/cache`, `${body} `);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      413,
      { code: "body_too_large", limit_bytes: limit },
    ]);
  });

  test("a day's share of one session is 1 GB and 10,000 answers; then it is 507 with the numbers", async () => {
    const id = await newSession(ana);
    await put(id, "q", "m", "x");
    const today = cacheUseKey(id, new Date().toISOString().slice(0, 10));
    const use = (bytes: number, entries: number) =>
      view.table.put({ ...today, stored_bytes: bytes, stored_entries: entries, ttl: 1e10 });
    await use(MAX_DAILY_BYTES - 3, 0);
    await put(id, "q", "m", "y");
    await use(MAX_DAILY_BYTES - 2, 0);
    const full = { status: 507, code: "session_full" };
    expect(await problemOf(put(id, "q", "m", "z"))).toMatchObject(full);
    await use(0, MAX_DAILY_ENTRIES);
    expect(await problemOf(put(id, "q", "m", "z"))).toMatchObject(full);
    expect(await lookup(id, "q", "m")).toMatchObject({ result: "y" });
    const tomorrow = createTestClock(new Date(Date.now() + 24 * HOUR));
    await put(id, "q", "m", "z", clientAt(host, tomorrow, { kind: "user", userId: "ana" }));
  });
});

describe("two at once", () => {
  test("leave one whole entry: one item, one object, twenty times", async () => {
    const id = await newSession(ana);
    for (let round = 0; round < 20; round++) {
      const [one, two] = [large(), round % 4 === 0 ? "small" : large()];
      await Promise.all([put(id, "q", "m", one), put(id, "q", "m", two)]);
      const { result } = await lookup(id, "q", "m");
      expect(result === one || result === two).toBe(true);
      expect(await traces(id)).toEqual({ items: 1, objects: result === "small" ? 0 : 1 });
    }
  });

  test("a reader finds a whole answer while writers replace it again and again", async () => {
    const id = await newSession(ana);
    const answers = [large(), large(), large()];
    await put(id, "q", "m", answers[0]);
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; n < 30; n++) await put(id, "q", "m", answers[n % 3]);
      isOver = true;
    })();
    let reads = 0;
    while (!isOver) {
      const { result } = await lookup(id, "q", "m");
      expect(answers).toContain(result);
      reads++;
    }
    await writing;
    expect(reads).toBeGreaterThan(0);
    expect(await traces(id)).toEqual({ items: 1, objects: 1 });
  });

  test("a session that ends while its answers are stored leaves nothing", async () => {
    for (let round = 0; round < 5; round++) {
      const id = await newSession(ana);
      const writes = Array.from({ length: 6 }, (_, n) => put(id, `q${n}`, "m", n % 2 === 0 ? large() : "small"));
      const ended = ana.call("deleteSession", { params: { session_id: id } });
      const settled = await Promise.allSettled(writes);
      await ended;
      for (const write of settled) {
        if (write.status === "rejected") expect(write.reason).toMatchObject({ code: "session_expired" });
      }
      expect([await view.keysOf(id), await view.sortKeysOf(id)]).toEqual([[], ["META"]]);
    }
  });
});

test("guests and services have caches in their sessions, and nobody asks another's", async () => {
  const { session_token, session_id } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
  const guest = createClient({ baseUrl: host.url, token: session_token ?? "" });
  await put(session_id, "q", "m", 1, guest);
  expect(await lookup(session_id, "q", "m", guest)).toMatchObject({ hit: true });
  expect(await problemOf(lookup(session_id, "q", "m"))).toMatchObject({ status: 404, code: "session_not_found" });
  const service = { kind: "service", clientId: "telegram-bot", userId: "telegram_1" } as const;
  const bot = clientAt(host, createTestClock(), service);
  const id = await newSession(bot);
  await put(id, "q", "m", 2, bot);
  expect(await lookup(id, "q", "m", bot)).toMatchObject({ hit: true, result: 2 });
});

describe("cached()", () => {
  test("computes once for all who ask at one time, keeps it, and answers from the cache from then on", async () => {
    const id = await newSession(ana);
    let computed = 0;
    const compute = async () => ({ n: ++computed });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ana.cached(id, "q", "deep", compute)));
    expect(computed).toBe(1);
    for (const each of answers) expect(each).toEqual({ result: { n: 1 }, hit: false, age_seconds: 0, problems: [] });
    const again = await ana.cached(id, "q", "deep", compute);
    expect(again).toEqual({ result: { n: 1 }, hit: true, age_seconds: expect.any(Number), problems: [] });
    expect(await ana.cached(id, "q", "wide", compute)).toMatchObject({ result: { n: 2 }, hit: false });
    const elsewhere = await clientOf(host, "ana");
    expect(await elsewhere.cached(id, "q", "deep", compute)).toMatchObject({ hit: true, result: { n: 1 } });
    const { data } = await ana.call("listResearchData", { params: { session_id: id } });
    expect(data.map(({ mode }) => mode).sort()).toEqual(["deep", "wide"]);
    const name = data.find(({ mode }) => mode === "deep")?.name ?? "";
    const document = await ana.call("getResearchData", { params: { session_id: id, name } });
    expect(document).toMatchObject({ query: "q", mode: "deep", response: { n: 1 } });
  });

  test("tells everyone who waits of an error, and computes again the next time", async () => {
    const id = await newSession(ana);
    let tries = 0;
    const compute = async () => {
      if (++tries === 1) throw new Error("the model is away");
      return "an answer";
    };
    const asked = await Promise.allSettled([1, 2].map(() => ana.cached(id, "q", "m", compute)));
    for (const each of asked)
      expect(each).toMatchObject({ status: "rejected", reason: { message: "the model is away" } });
    expect(await traces(id)).toEqual({ items: 0, objects: 0 });
    expect(await ana.cached(id, "q", "m", compute)).toMatchObject({ result: "an answer", hit: false });
  });

  test("answers what it computed also when it cannot be kept, and says what went wrong", async () => {
    const id = await newSession(ana);
    const tooLarge = "x".repeat(4 * 1024 * 1024);
    const answer = await ana.cached(id, "q", "m", () => tooLarge);
    expect(answer.result === tooLarge).toBe(true);
    expect(answer.problems).toMatchObject([{ code: "body_too_large" }, { code: "body_too_large" }]);
    const ended = await ana.cached(id, "q", "ends", async () => {
      await ana.call("deleteSession", { params: { session_id: id } });
      return 1;
    });
    expect(ended).toMatchObject({ result: 1, problems: [{ code: "session_expired" }, { code: "session_expired" }] });
    const before = problemOf(ana.cached(id, "q", "m", () => expect.unreachable("computed for nothing")));
    expect(await before).toMatchObject({ code: "session_expired" });
    const open = await newSession(ana);
    const nothing = await ana.cached(open, "q", "m", () => undefined);
    expect(nothing.problems).toMatchObject([{ name: "TypeError" }]);
  });

  test("computes also while the cache does not answer", async () => {
    const unreachable = createClient({ baseUrl: "http://127.0.0.1:1", token });
    const answer = await unreachable.cached("session_x", "q", "m", () => 7);
    expect([answer.result, answer.hit, answer.problems.length]).toEqual([7, false, 3]);
    const code = "connection_failed";
    expect(answer.problems).toMatchObject([{ code }, { code }, { code }]);
  });
});

test("a write that the SDK sends twice, as after a lost answer, keeps its own object", async () => {
  const { session_id } = await ana.call("createSession", { body: {} });
  ownStores(host, systemClock); // lets the SDK find the engines
  const clients = createStorageClients(host.env);
  let twice = 0;
  clients.dynamo.middlewareStack.add(
    (next) => async (args) => {
      if ("Item" in args.input) twice += await next(args).then(() => 1);
      return next(args);
    },
    { step: "initialize", name: "send-twice" },
  );
  const { cache } = createStores(host.env, systemClock, clients);
  await cache.store(session_id, "hash", JSON.stringify(large()));
  expect(twice).toBeGreaterThan(0);
  expect(await cache.find(session_id, "hash")).toMatchObject({ state: "hit" });
});
