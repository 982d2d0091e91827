import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { combineCrc32, crc32, toBase64 } from "../../shared/client/crc32.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { bytesOf, putPart, sha256Of } from "../support/direct-upload.ts";
import { viewEngines } from "../support/engines-view.ts";

/** A server may also hang up before it has read all of a body that it refuses. */
const turnedAway = (status: number) => new RegExp(`${status}|fetch failed`);

/** Uploads above 100 MB, which go to the bucket in parts. */
const MIB = 1024 * 1024;
const SIZE = 104 * MIB + 17;
const PART = 8 * MIB;

let host: Host;
let ana: Client;
let engines: ReturnType<typeof viewEngines>;
const content = makeContent();
beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100", MAX_FILE_SIZE_MB: "120" });
  ana = await clientOf(host, "ana");
  engines = viewEngines(host);
});
afterAll(() => host.close());

/** Every part differs from every other. */
function makeContent(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SIZE);
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(SIZE / 4));
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index, 2_654_435_761);
  return bytes;
}

const partOf = (number: number) => content.slice((number - 1) * PART, number * PART);

function begin(client: Client, session_id: string, path: string, body: object = {}) {
  return client.call("createUpload", { params: { session_id }, body: { path, size_bytes: SIZE, ...body } });
}

async function openUploads(sessionId: string): Promise<number> {
  const { uploads } = await engines.bucket.listUploadPage(`sessions/${sessionId}/`);
  return uploads.length;
}

const paths = async (session_id: string) =>
  (await ana.call("listFiles", { params: { session_id } })).data.map(({ path }) => path);

describe("an upload in parts", () => {
  test("by the client is verified by its CRC and stored byte for byte, with progress", async () => {
    const id = await newSession(ana);
    const seen: number[] = [];
    const { file } = await ana.uploadLarge(id, "workspace/large.bin", new Blob([content]), {
      onProgress: ({ sentBytes }) => seen.push(sentBytes),
    });
    expect(file).toMatchObject({ size_bytes: SIZE, path: "workspace/large.bin" });
    expect(seen).toHaveLength(14);
    expect(seen.at(-1)).toBe(SIZE);
    expect(sha256Of(await bytesOf(ana, id, "workspace/large.bin"))).toBe(sha256Of(content));
    expect(await engines.table.find(sessionKey(id))).toMatchObject({ claimed_bytes: SIZE, total_size_bytes: SIZE });
    expect(await openUploads(id)).toBe(0);
  });

  test("takes them in any order and twice, and says which are missing or wrong", async () => {
    const id = await newSession(ana);
    const crc = Array.from({ length: 14 }, (_, index) => partOf(index + 1));
    const checksum = toBase64(crc.reduce((sum, part) => combineCrc32(sum, crc32(part), part.length), 0));
    const target = await begin(ana, id, "workspace/a.bin", { checksum_algorithm: "crc32" });
    expect(target).toMatchObject({ part_size: PART, part_count: 14, parts: { length: 14 } });
    const urls = new Map(target.parts?.map(({ part_number, url }) => [part_number, url]));
    const params = { session_id: id, upload_id: target.upload_id };
    const send = (number: number, bytes = partOf(number)) => putPart(urls.get(number) ?? "", bytes);
    // The length is signed: another one never gets in.
    await expect(send(1, content.slice(0, PART - 1))).rejects.toThrow(turnedAway(403));
    for (const number of [14, 3, 1, 2, 4, 6, 5, 8, 7, 10, 9, 12]) await send(number);
    const etags = new Map([[11, await send(11)]]);
    await send(11, content.slice(0, PART)); // another content, sent later
    const wrong = [{ part_number: 11, etag: etags.get(11) ?? "" }];
    const refused = await problemOf(ana.call("completeUpload", { params, body: { parts: wrong } }));
    expect(refused).toMatchObject({ status: 409, code: "upload_incomplete" });
    const complete = (body: object) => ana.call("completeUpload", { params, body });
    await send(13);
    expect(await problemOf(complete({ checksum }))).toMatchObject({ status: 422, code: "checksum_mismatch" });
    expect(await paths(id)).toEqual([]);
    const { parts } = await ana.call("getUpload", { params });
    expect(parts).toHaveLength(14);
    await send(11);
    const [first, second] = await Promise.all([complete({ checksum }), complete({ checksum })]);
    expect(second.file?.etag).toBe(first.file?.etag);
    expect(await complete({})).toMatchObject({ file: { etag: first.file?.etag } });
    expect(sha256Of(await bytesOf(ana, id, "workspace/a.bin"))).toBe(sha256Of(content));
  });

  test("that broke off goes on in another client from the parts that are there", async () => {
    const id = await newSession(ana);
    const broken = new AbortController();
    let uploadId = "";
    const half = ana.uploadLarge(id, "workspace/half.bin", new Blob([content]), {
      signal: broken.signal,
      onUpload: (given) => {
        uploadId = given;
      },
      onProgress: ({ sentBytes }) => {
        if (sentBytes > SIZE / 2) broken.abort(new Error("the train is in a tunnel"));
      },
    });
    await expect(half).rejects.toThrow("tunnel");
    let sent = 0;
    const other = createClient({
      baseUrl: host.url,
      token: await host.issueToken({ sub: "ana", scope: "cubby/sessions" }),
      fetch: (url, init) => {
        if (init.method === "PUT") sent++;
        return fetch(url, init);
      },
    });
    const { file } = await other.uploadLarge(id, "workspace/half.bin", new Blob([content]), { uploadId });
    expect(file?.size_bytes).toBe(SIZE);
    expect(sent).toBeLessThan(9);
    expect(sha256Of(await bytesOf(ana, id, "workspace/half.bin"))).toBe(sha256Of(content));
  });

  test("never takes a good file's place unless it is good itself, and gives back everything when given up", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.call("putFile", { params: { ...params, path: "workspace/good" }, body: "good" });
    const target = await begin(ana, id, "workspace/good");
    const place = { ...params, upload_id: target.upload_id };
    for (const { part_number, url } of target.parts ?? []) {
      if (part_number !== 7) await putPart(url, partOf(part_number));
    }
    expect(await problemOf(ana.call("completeUpload", { params: place, body: {} }))).toMatchObject({
      code: "upload_incomplete",
    });
    expect((await bytesOf(ana, id, "workspace/good")).toString()).toBe("good");
    const { reserved } = await ana.call("usage", {});
    expect(reserved.bytes).toBeGreaterThanOrEqual(SIZE - 4);
    await ana.call("abortUpload", { params: place });
    expect(await openUploads(id)).toBe(0);
    expect(await engines.table.find(sessionKey(id))).toMatchObject({ claimed_bytes: 4, claimed_files: 1 });
    await expect(putPart(target.parts?.[6]?.url ?? "", partOf(7))).rejects.toThrow(turnedAway(404));
  });

  test("leaves nothing when its session ends in the middle of it", async () => {
    const id = await newSession(ana);
    const target = await begin(ana, id, "uploads/never.bin");
    const other = await begin(ana, id, "outputs/bulk/neither.bin");
    await putPart(target.parts?.[0]?.url ?? "", partOf(1));
    await putPart(other.parts?.[3]?.url ?? "", partOf(4));
    expect(await openUploads(id)).toBe(2);
    await ana.call("deleteSession", { params: { session_id: id } });
    await expect(putPart(target.parts?.[1]?.url ?? "", partOf(2))).rejects.toThrow(turnedAway(404));
    expect([await engines.keysOf(id), await engines.sortKeysOf(id), await openUploads(id)]).toEqual([[], ["META"], 0]);
  });

  test("of a SHA-256 that the storage cannot check, and of parts that there are not, is refused", async () => {
    const id = await newSession(ana);
    const sha256 = "0".repeat(64);
    expect(await problemOf(begin(ana, id, "workspace/a", { sha256 }))).toMatchObject({ code: "invalid_request" });
    const target = await begin(ana, id, "workspace/a");
    const params = { session_id: id, upload_id: target.upload_id };
    for (const part_numbers of [[15], [0], Array.from({ length: 21 }, (_, index) => index + 1)]) {
      const signing = ana.call("signParts", { params, body: { part_numbers } });
      expect(await problemOf(signing)).toMatchObject({ status: 400, code: "invalid_request" });
    }
    const fresh = await ana.call("signParts", { params, body: { part_numbers: [14, 14] } });
    expect(fresh.parts).toMatchObject([{ part_number: 14, size_bytes: SIZE - 13 * PART }]);
  });
});
