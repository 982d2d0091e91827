/**
 * Calls that fail half-way, and what whoever comes behind them finds; an index that is behind.
 *
 * A POST that fails half-way, wherever that is, and is sent again with its Idempotency-Key: what it makes is there once.
 * Of every command of it to bucket and table the answer is lost in turn.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { createStorageClients, type StorageClients } from "../../shared/aws/clients.ts";
import { idempotencyItemKey } from "../../shared/aws/item-keys.ts";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import { createStores, type Stores } from "../../shared/stores.ts";
import { failCommand, freezeIndexes, refuseKeys } from "../support/faults.ts";
import { fetchOn } from "../support/host-app.ts";
import { createTestClock, pointSdkAt, type TestClock } from "../support/own-stores.ts";
import { isEngine } from "../support/s3-under-test.ts";
import { MINUTE, startQuietHost } from "../support/sweep-on.ts";

const ana: Principal = { kind: "user", userId: "ana" };

let host: Host;
let clients: StorageClients;
let stores: Stores;
let clock: TestClock;
let call: typeof fetch;

beforeAll(async () => {
  host = await startQuietHost({ MAX_SESSIONS: "1000" });
  pointSdkAt(host);
  clients = createStorageClients(host.env);
  clock = createTestClock();
  stores = createStores(host.env, clock, clients);
  // Each fault is an error in the log.
  const log = { info() {}, warn() {}, error() {} };
  call = fetchOn(host, stores, ana, { log });
});
afterAll(() => host.close());

/** Something that is made by a POST, known again by a word of the test's. */
interface Making {
  path: string;
  body(word: string): string;
  /** How many of it there are. */
  count(sessionId: string, word: string): Promise<number>;
}

const json = (value: unknown) => JSON.stringify(value);

const makings: Record<string, Making> = {
  "a session": {
    path: "",
    body: (word) => json({ platform: "web", thread_id: word }),
    count: async (_, word) => (await stores.sessions.listAll("ana")).filter((one) => one.thread_id === word).length,
  },
  "the session of a thread": {
    path: "",
    body: (word) => json({ platform: "web", thread_id: word, reuse: true }),
    count: async (_, word) => (await stores.sessions.listAll("ana")).filter((one) => one.thread_id === word).length,
  },
  "an entry of the history": {
    path: "/history",
    body: (word) => json({ role: "user", content: word }),
    count: async (id, word) => {
      const { entries } = await stores.history.readBackward(id, { limit: 1000 });
      return entries.filter(({ content }) => content === word).length;
    },
  },
  "a document": {
    path: "/research-data",
    body: (word) => json({ query: word, data: [1] }),
    count: async (id, word) =>
      (await stores.documents.list(id, "research_data")).filter(({ document }) => document?.query === word).length,
  },
  "a document of a name": {
    path: "/research-data",
    body: (word) => json({ name: `${word}.json`, query: word, data: [1] }),
    count: async (id, word) =>
      (await stores.documents.list(id, "research_data")).filter(({ name }) => name.startsWith(word)).length,
  },
  "a piece of a log": {
    path: "/logs/run",
    body: (word) => word,
    count: async (id, word) => {
      clock.move(2 * MINUTE); // a reader waits so long for a number that nobody used
      const read = await stores.logs.read(id, "run", { since: 0, maxBytes: 1_000_000 });
      return (read?.text ?? "").split(word).length - 1;
    },
  },
  "a direct upload": {
    path: "/uploads",
    body: (word) => json({ path: `outputs/single/${word}`, size_bytes: 10 }),
    count: async (id, word) => {
      const { records } = await stores.uploads.list(id, { limit: 100 });
      return records.filter(({ path }) => path.endsWith(word)).length;
    },
  },
};

describe("a POST that fails half-way and is sent again with its key", () => {
  test.each(Object.entries(makings))("makes %s once", async (_, { path, body, count }) => {
    const session_id = await newSession();
    const url = path === "" ? "" : `/${session_id}${path}`;
    for (let nth = 1; ; nth++) {
      const word = `w${randomUUID()}`;
      const key = randomUUID();
      const fault = failCommand(clients, nth, "after");
      const first = await post(url, key, body(word));
      fault.stop();
      if (fault.count === 0) return; // all of its commands had their turn
      if (first.status !== 503) expect(first.ok, `${first.status} at command ${nth}`).toBe(true);
      // Where nothing could be noted any more, the claim is void after a minute.
      const again = await post(url, key, body(word));
      if (again.status === 409) clock.move(2 * MINUTE);
      const last = again.status === 409 ? await post(url, key, body(word)) : again;
      expect(last.ok, `${last.status} at command ${nth}`).toBe(true);
      expect(await count(session_id, word), `command ${nth} failed`).toBe(1);
    }
  });

  test("renames a file once, under whichever names it was left", async () => {
    const sessionId = await newSession();
    for (let nth = 1; ; nth++) {
      const [old, now, key] = [`${randomUUID()}.txt`, `${randomUUID()}.txt`, randomUUID()];
      await putFile(sessionId, old);
      const rename = () => post(`/${sessionId}/files/rename`, key, json({ path: `outputs/single/${old}`, name: now }));
      const fault = failCommand(clients, nth, "after");
      await rename();
      fault.stop();
      if (fault.count === 0) return;
      const again = await rename();
      if (again.status === 409) clock.move(2 * MINUTE);
      const last = again.status === 409 ? await rename() : again;
      expect(last.ok, `${last.status} at command ${nth}`).toBe(true);
      expect(await namesIn(sessionId), `command ${nth} failed`).toEqual([now]);
      await call(fileUrl(sessionId, now), { method: "DELETE" });
    }
  });

  test("is told where the storage keeps a file's old name, and then goes on", async () => {
    const sessionId = await newSession();
    await putFile(sessionId, "old.txt");
    const key = randomUUID();
    const rename = () =>
      post(`/${sessionId}/files/rename`, key, json({ path: "outputs/single/old.txt", name: "new.txt" }));
    const fault = refuseKeys(clients, (name) => name.endsWith("/old.txt"));
    expect((await rename()).status).toBe(503);
    fault.stop();
    expect(await namesIn(sessionId)).toEqual(["new.txt", "old.txt"]);
    expect((await rename()).status).toBe(200);
    expect(await namesIn(sessionId)).toEqual(["new.txt"]);
  });

  test("answers with what was made when only the answer could not be kept", async () => {
    const key = randomUUID();
    // The claim, the session, the listing behind it, then what ties the answer to the session.
    const fault = failCommand(clients, 4, "before");
    const first = await post("", key, json({ platform: "web" }));
    fault.stop();
    expect(fault.count).toBe(1);
    const again = await post("", key, json({ platform: "web" }));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotent-replayed")).toBeNull();
    expect(await idOf(again)).toBe(await idOf(first));
  });

  test("makes another session when the one that was made has ended meanwhile", async () => {
    const key = randomUUID();
    const fault = failCommand(clients, 3, "before");
    await post("", key, json({ platform: "web", thread_id: key }));
    fault.stop();
    const made = (await stores.sessions.listAll("ana")).find(({ thread_id }) => thread_id === key);
    if (made === undefined) throw new Error("There is no session");
    await call(`http://cubby.test/v1/sessions/${made.session_id}`, { method: "DELETE" });
    const again = await post("", key, json({ platform: "web", thread_id: key }));
    expect(again.status).toBe(201);
    expect(await idOf(again)).not.toBe(made.session_id);
  });

  test("is another request with another body, also while the first one has no answer", async () => {
    const key = randomUUID();
    const fault = failCommand(clients, 3, "before");
    await post("", key, json({ platform: "web" }));
    fault.stop();
    expect((await post("", key, json({ platform: "api" }))).status).toBe(422);
  });

  test("goes on with a claim of an older version, which has no id", async () => {
    const key = randomUUID();
    const fault = failCommand(clients, 3, "before");
    await post("", key, json({ platform: "web" }));
    fault.stop();
    const itemKey = idempotencyItemKey({ name: "user:ana", userId: "ana" }, key, undefined);
    await stores.table.update(itemKey, {
      UpdateExpression: "REMOVE call_id, first_at",
      ConditionExpression: "attribute_exists(call_id)",
    });
    expect((await post("", key, json({ platform: "web" }))).status).toBe(201);
  });
});

test("a file whose deletion failed half-way is listed only while its bytes are there", async () => {
  const sessionId = await newSession();
  for (let nth = 1; ; nth++) {
    const name = `${nth}.txt`;
    await putFile(sessionId, name);
    const fault = failCommand(clients, nth, "after");
    await call(fileUrl(sessionId, name), { method: "DELETE" });
    fault.stop();
    if (fault.count === 0) return;
    const isListed = (await namesIn(sessionId)).includes(name);
    const object = await stores.bucket.find(fileObjectKey(sessionId, `outputs/single/${name}`));
    if (isListed) expect(object, `command ${nth} failed`).toBeDefined();
  }
});

test("the current session is the newest that lives, also while the index still has one that was deleted", async () => {
  clock.move(1000);
  const older = await newSession();
  clock.move(1000);
  const newer = await newSession();
  const current = () => call("http://cubby.test/v1/sessions/current");
  const fault = freezeIndexes(clients);
  expect(await idOf(await current())).toBe(newer);
  await call(`http://cubby.test/v1/sessions/${newer}`, { method: "DELETE" });
  expect(await idOf(await current())).toBe(older);
  fault.stop();
  expect(fault.count).toBe(1);
});

describe("a name that a failed call left taken in the storage alone", () => {
  // The storage says when an object came, by its own clock.
  beforeEach(() => clock.set(new Date()));

  /** Stores the object, and hears of nothing: its record is never written. */
  async function leaveOrphan(sessionId: string, name: string): Promise<void> {
    for (let nth = 1; ; nth++) {
      const fault = failCommand(clients, nth, "after");
      await put(sessionId, name, {});
      fault.stop();
      const isThere = (await stores.bucket.find(fileObjectKey(sessionId, `outputs/single/${name}`))) !== undefined;
      if (isThere) return;
    }
  }

  test("is free for a new file when its writer cannot be on his way any more", async () => {
    const sessionId = await newSession();
    await leaveOrphan(sessionId, "a.txt");
    expect(await namesIn(sessionId)).toEqual([]);
    expect((await put(sessionId, "a.txt", { "if-none-match": "*" })).status).toBe(412);
    clock.move(10 * MINUTE);
    expect((await put(sessionId, "a.txt", { "if-none-match": "*" })).status).toBe(201);
    expect((await put(sessionId, "a.txt", { "if-none-match": "*" })).status).toBe(412);
    expect(await namesIn(sessionId)).toEqual(["a.txt"]);
  });

  // versitygw copies over what is there, whatever the condition says.
  test.skipIf(isEngine("versitygw"))("is free for a file that gets a new name", async () => {
    const sessionId = await newSession();
    await leaveOrphan(sessionId, "new.txt");
    await putFile(sessionId, "old.txt");
    const order = json({ path: "outputs/single/old.txt", name: "new.txt" });
    const rename = () => post(`/${sessionId}/files/rename`, randomUUID(), order);
    expect((await rename()).status).toBe(409);
    clock.move(10 * MINUTE);
    expect((await rename()).status).toBe(200);
    expect(await namesIn(sessionId)).toEqual(["new.txt"]);
  });
});

function post(path: string, key: string, body: string): Promise<Response> {
  const type = path.includes("/logs/") ? "text/plain" : "application/json";
  const headers = { "content-type": type, "idempotency-key": key };
  return call(`http://cubby.test/v1/sessions${path}`, { method: "POST", headers, body });
}

async function newSession(): Promise<string> {
  return idOf(await post("", randomUUID(), json({ platform: "web" })));
}

function fileUrl(sessionId: string, name: string): string {
  return `http://cubby.test/v1/sessions/${sessionId}/files/outputs/single/${name}`;
}

function put(sessionId: string, name: string, headers: Record<string, string>): Promise<Response> {
  return call(fileUrl(sessionId, name), { method: "PUT", body: name, headers });
}

async function putFile(sessionId: string, name: string): Promise<void> {
  expect((await put(sessionId, name, {})).status).toBe(201);
}

async function namesIn(sessionId: string): Promise<string[]> {
  const { records } = await stores.files.list(sessionId, { folder: "outputs/single", limit: 100 });
  return records.map(({ name }) => name);
}

async function idOf(response: Response): Promise<string> {
  return ((await response.json()) as { session_id: string }).session_id;
}
