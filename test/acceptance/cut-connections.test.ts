/**
 * Uploads and downloads over connections that are cut after a random number of bytes, on the way there or back. Who
 * tries again ends with whole files; nothing half is ever listed; and what the session says of itself is what is there.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import { type Client, CubbyError, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { type CuttingProxy, type Fate, startCuttingProxy } from "../support/cutting-proxy.ts";
import { bytesOf, sha256Of } from "../support/direct-upload.ts";
import { viewEngines } from "../support/engines-view.ts";
import { fetchThrough } from "../support/fetch-through.ts";
import { eventually } from "../support/local-host.ts";
import { bucketFigures, toldFigures } from "../support/session-figures.ts";
import { readZip } from "../support/zip-readers.ts";

/** `CUT_SEEDS=7,8` asks for others. A seed draws the cuts; which request meets which is up to the machine. */
const seeds = (process.env.CUT_SEEDS ?? "1,2,3").split(",").map(Number);
const MIB = 1024 * 1024;

let host: Host;
let ana: Client;
let token = "";

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100", MAX_FILE_SIZE_MB: "120" });
  ana = await clientOf(host, "ana");
  token = await host.issueToken({ sub: "ana", scope: "cubby/sessions" });
});
afterAll(() => host.close());

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function drawnFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Half of all connections are cut; in a head, in a body or just before the end are equally likely. */
function fates(seed: number, maxBytes: number): () => Fate {
  const draw = drawnFrom(seed);
  return () => {
    const [isCut, isUp, isReset] = [draw() < 0.5, draw() < 0.5, draw() < 0.5];
    const afterBytes = Math.floor(Math.exp(draw() * Math.log(maxBytes)));
    return isCut ? { cut: isUp ? "up" : "down", afterBytes, how: isReset ? "reset" : "end" } : { cut: "none" };
  };
}

/** A client all of whose connections, to the API and to the storage, go through proxies that cut. */
async function shakyClient(seed: number, maxBytes: number) {
  const ports = [host.url, host.endpoints.s3].map((address) => Number(new URL(address).port));
  const drawFate = fates(seed, maxBytes);
  const proxies = new Map<number, CuttingProxy>();
  for (const port of ports) proxies.set(port, await startCuttingProxy(port, drawFate));
  const connect = (url: URL) => {
    const proxy = proxies.get(Number(url.port));
    if (proxy === undefined) throw new Error(`No proxy to ${url.host}`);
    return proxy.connect();
  };
  const all = [...proxies.values()];
  const through = fetchThrough(connect);
  return {
    client: createClient({ baseUrl: host.url, token, fetch: through }),
    fetch: through,
    cuts: () => all.reduce((sum, proxy) => sum + proxy.cuts(), 0),
    [Symbol.asyncDispose]: async () => void (await Promise.all(all.map((proxy) => proxy.close()))),
  };
}

/** Tries again until it is done. A refusal is none of the wire's doing, but for what the call before left under way. */
function insist<Value>(act: () => Promise<Value>): Promise<Value> {
  return eventually(async () => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof CubbyError && error.status !== 409) throw error;
      return undefined;
    }
  }, 120);
}

/** Every listed file is one of the contents that were sent to its path, whole. */
async function expectWhole(session_id: string, sent: ReadonlyMap<string, readonly Uint8Array[]>): Promise<void> {
  const { data } = await ana.call("listFiles", { params: { session_id } });
  for (const { path } of data) {
    const hashes = (sent.get(path) ?? []).map(sha256Of);
    expect(hashes).toContain(sha256Of(await bytesOf(ana, session_id, path)));
  }
}

/** In the end each path has what was sent last, and figures, claims and bucket agree. */
async function expectSettled(session_id: string, sent: ReadonlyMap<string, readonly Uint8Array[]>): Promise<void> {
  // An upload whose id got lost on its way back waits for a day; here nobody does.
  for await (const { upload_id } of ana.pages("listUploads", { params: { session_id } })) {
    await ana.call("abortUpload", { params: { session_id, upload_id } });
  }
  const { data } = await ana.call("listFiles", { params: { session_id } });
  expect(data.map(({ path }) => path).sort()).toEqual([...sent.keys()].sort());
  for (const [path, contents] of sent) {
    expect([path, sha256Of(await bytesOf(ana, session_id, path))]).toEqual([
      path,
      sha256Of(contents.at(-1) ?? new Uint8Array()),
    ]);
  }
  // A request whose answer nobody waited for may still be on its way.
  const { told } = await eventually(async () => {
    const figures = { told: await toldFigures(ana, session_id), held: await bucketFigures(host, session_id) };
    return isDeepStrictEqual(figures.told, figures.held) ? figures : undefined;
  });
  const files = Object.values(told.file_counts).reduce((sum, count) => sum + count, 0);
  const claims = { claimed_bytes: told.total_size_bytes, claimed_files: files };
  expect(await viewEngines(host).table.find(sessionKey(session_id))).toMatchObject(claims);
}

/** Files of their own to send, remembered in the order in which they are sent to each path. */
function outbox() {
  const sent = new Map<string, Uint8Array<ArrayBuffer>[]>();
  return {
    sent,
    next(path: string, size: number): Uint8Array<ArrayBuffer> {
      const content = new Uint8Array(randomBytes(size));
      sent.set(path, [...(sent.get(path) ?? []), content]);
      return content;
    },
  };
}

describe.each(seeds)("over connections that are cut at random, seed %i,", { timeout: 180_000 }, (seed) => {
  test("files in request bodies and in forms to the API are whole", async () => {
    await using shaky = await shakyClient(seed, MIB);
    const session_id = await newSession(ana);
    const { sent, next } = outbox();
    for (let round = 0; round < 8; round++) {
      const path = `workspace/${round % 3}.bin`;
      const body = next(path, 1 + round * 100_000);
      await insist(() => shaky.client.call("putFile", { params: { session_id, path }, body }));
      await expectWhole(session_id, sent);
      const names = ["a.bin", "b.bin"];
      const form = new FormData();
      for (const name of names) form.append("f", new Blob([next(`outputs/bulk/${name}`, 50_000 + round)]), name);
      const options = {
        params: { session_id },
        query: { folder: "outputs/bulk" as const },
        idempotencyKey: randomUUID(),
      };
      await insist(() => shaky.client.call("uploadFiles", { ...options, body: form }));
      await expectWhole(session_id, sent);
    }
    await expectSettled(session_id, sent);
    expect(shaky.cuts()).toBeGreaterThan(0);
  });

  test("files in forms to the storage are whole", async () => {
    await using shaky = await shakyClient(seed, MIB);
    const session_id = await newSession(ana);
    const { sent, next } = outbox();
    for (let round = 0; round < 8; round++) {
      const path = `workspace/${round % 3}.bin`;
      const content = new Blob([next(path, 1 + round * 100_000)]);
      await insist(uploading(shaky.client, session_id, path, content));
      await expectWhole(session_id, sent);
    }
    await expectSettled(session_id, sent);
    expect(shaky.cuts()).toBeGreaterThan(0);
  });

  test("a file in parts is whole", async () => {
    await using shaky = await shakyClient(seed, 16 * MIB);
    const session_id = await newSession(ana);
    const { sent, next } = outbox();
    const content = new Blob([next("workspace/large.bin", 104 * MIB + 17)]);
    await insist(uploading(shaky.client, session_id, "workspace/large.bin", content));
    await expectSettled(session_id, sent);
    expect(shaky.cuts()).toBeGreaterThan(0);
  });

  test("a download is whole or an error, and goes on where it broke off", async () => {
    await using shaky = await shakyClient(seed, MIB);
    const session_id = await newSession(ana);
    const { sent, next } = outbox();
    const content = next("outputs/single/a.bin", 3 * MIB);
    await ana.uploadLarge(session_id, "outputs/single/a.bin", new Blob([content]));
    for (let round = 0; round < 5; round++) {
      const whole = await insist(() => bytesOf(shaky.client, session_id, "outputs/single/a.bin"));
      expect(whole.equals(content)).toBe(true);
    }
    const params = { session_id, path: "outputs/single/a.bin" };
    const { url } = await ana.call("getFile", { params, query: { redirect: "false" } });
    expect((await inRanges(shaky.fetch, url, content.length)).equals(content)).toBe(true);
    const zip = await insist(async () => {
      const response = await shaky.client.downloadArchive(session_id, { folder: "outputs/single" });
      return Buffer.from(await response.arrayBuffer());
    });
    expect((await readZip(zip)).get("outputs/single/a.bin")?.equals(content)).toBe(true);
    await expectSettled(session_id, sent);
    expect(shaky.cuts()).toBeGreaterThan(0);
  });
});

/** An upload that goes on with its id, once it has one. */
function uploading(client: Client, sessionId: string, path: string, content: Blob) {
  let uploadId: string | undefined;
  return () =>
    client.uploadLarge(sessionId, path, content, {
      ...(uploadId === undefined ? {} : { uploadId }),
      onUpload: (given) => {
        uploadId = given;
      },
    });
}

/** Asks for what is missing until nothing is; what came before a cut is kept. */
async function inRanges(
  get: (url: string, init: RequestInit) => Promise<Response>,
  url: string,
  size: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  await insist(async () => {
    const response = await get(url, { headers: { range: `bytes=${length}-` } });
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      length += piece.byteLength;
    }
    if (length < size) throw new Error(`${length} of ${size} bytes came`);
    return true;
  });
  return Buffer.concat(pieces);
}
