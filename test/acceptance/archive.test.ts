import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import pMap from "p-map";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { CubbyError } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { createFileStore } from "../../shared/files/file-store.ts";
import { archivePlanKey } from "../../shared/aws/object-keys.ts";
import { type ArchiveEntry, archiveIdOf, planArchive } from "../../shared/files/archive/archive-plan.ts";
import { createArchiveStore } from "../../shared/files/archive/archive-store.ts";
import { createLog } from "../../shared/log.ts";
import { buildArchive } from "../../functions/archive/build-archive.ts";
import { archiveKey } from "../../shared/aws/item-keys.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import { sha256Hex } from "../../shared/ids.ts";
import { clientOf, newSession, noise, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { readFromFront } from "../support/zip-front-reader.ts";
import { readWithPython, readZip } from "../support/zip-readers.ts";

const MIB = 1024 * 1024;

let host: Host;
let ana: Client;
let view: ReturnType<typeof viewEngines>;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
  view = viewEngines(host);
});
afterAll(() => host.close());

/** Bytes that no compression makes smaller, so that an archive of them is uploaded in parts. */
function random(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(size));
}

function put(session_id: string, path: string, body: string | Uint8Array<ArrayBuffer>) {
  return ana.call("putFile", { params: { session_id, path }, body });
}

/** A session with so many files of 4 MiB that do not get smaller: about 0.2 s of work each. */
async function largeSession(count: number): Promise<string> {
  const id = await newSession(ana);
  for (let n = 0; n < count; n++) await put(id, `outputs/bulk/${n}.bin`, random(4 * MIB));
  return id;
}

/** Stores files past the API, as many at once as the engines take. */
async function fill(id: string, contents: readonly (readonly [path: string, content: string])[]): Promise<void> {
  const files = createFileStore(view.bucket, view.table, systemClock);
  const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy: systemActor };
  const store = ([path, content]: readonly [string, string]) =>
    files.put(id, parseFilePath(path), Readable.from([Buffer.from(content)]), about);
  await pMap(contents, store, { concurrency: 32 });
}

async function bytesOf(response: Promise<Response>): Promise<Buffer> {
  return Buffer.from(await (await response).arrayBuffer());
}

/** What archives have left in the bucket: finished ones, plans, and uploads that nobody completed. */
async function tracesOf(id: string): Promise<string[]> {
  const keys = (await view.keysOf(id)).filter((key) => key.includes("/archives/"));
  const { uploads } = await view.bucket.listUploadPage(`sessions/${id}/`);
  return [...keys, ...uploads.map(({ key }) => `upload of ${key}`)];
}

describe("POST …/archive", () => {
  test("packs every file of a session, the database included, byte for byte", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x,y\n1,2\n" }]);
    await put(id, "outputs/bulk/noise.bin", noise(700_000));
    await put(id, "outputs/bulk/empty.txt", "");
    const answer = await ana.prepareArchive(id);
    expect(answer).toMatchObject({ files: 5, archive_id: expect.stringMatching(/^archive_[0-9a-f]{32}$/) });
    const response = await fetch(answer.url);
    expect(response.headers.get("content-type")).toBe("application/zip");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename=${id}.zip`);
    const zip = Buffer.from(await response.arrayBuffer());
    expect(zip.length).toBe(answer.size_bytes);
    const files = await readZip(zip);
    expect([...files.keys()]).toEqual([
      "outputs/bulk/empty.txt",
      "outputs/bulk/noise.bin",
      "uploads/a.csv",
      "workspace/DATABASE_SUMMARY.md",
      "workspace/project_data.db",
    ]);
    for (const [path, bytes] of files) {
      expect([path, sha256Hex(bytes)]).toEqual([path, sha256Hex(await bytesOf(ana.download(id, path)))]);
    }
    const whileItCame = await ana.downloadArchive(id);
    const read = await readFromFront(whileItCame.body ?? (async function* () {})());
    expect(read.map(({ name, plainBytes }) => [name, plainBytes])).toEqual(
      [...files].map(([path, bytes]) => [path, bytes.length]),
    );
    const python = await readWithPython(zip);
    if (python !== undefined) expect(python).toEqual([...files].map(([path, bytes]) => [path, sha256Hex(bytes)]));
    expect(await tracesOf(id)).toEqual([`sessions/${id}/archives/${answer.archive_id}.zip`]);
  });

  test("packs a folder or chosen paths, each under its whole path; archives are no files", async () => {
    const id = await newSession(ana);
    for (const path of ["outputs/bulk/1.txt", "outputs/bulk/2.txt", "outputs/single/1.txt"]) await put(id, path, path);
    const before = await ana.call("getSession", { params: { session_id: id } });
    const namesIn = async (selection: Parameters<Client["downloadArchive"]>[1]) => [
      ...(await readZip(await bytesOf(ana.downloadArchive(id, selection)))).keys(),
    ];
    expect(await namesIn({ folder: "outputs/bulk" })).toEqual(["outputs/bulk/1.txt", "outputs/bulk/2.txt"]);
    expect(await namesIn({ paths: ["outputs/single/1.txt", "outputs/bulk/2.txt", "outputs/bulk/2.txt"] })).toEqual([
      "outputs/bulk/2.txt",
      "outputs/single/1.txt",
    ]);
    const after = await ana.call("getSession", { params: { session_id: id } });
    expect([after.file_counts, after.total_size_bytes]).toEqual([before.file_counts, before.total_size_bytes]);
    const { data } = await ana.call("listFiles", { params: { session_id: id } });
    expect(data.length).toBe(3);
  });

  test("refuses what cannot be packed, by name", async () => {
    const id = await newSession(ana);
    await put(id, "outputs/single/a.txt", "a");
    const ask = (body: object) => problemOf(ana.call("createArchive", { params: { session_id: id }, body }));
    const missing = await ask({ paths: ["outputs/single/a.txt", "outputs/single/b.txt", "uploads/c.txt"] });
    expect(missing).toMatchObject({ status: 404, code: "file_not_found" });
    expect(missing.message).toBe('Cannot archive "outputs/single/b.txt", "uploads/c.txt": not in this session');
    expect(await ask({ paths: ["uploads/../x"] })).toMatchObject({ status: 400, code: "path_not_allowed" });
    expect(await ask({ folder: "uploads" })).toMatchObject({ status: 404, code: "file_not_found" });
    expect(await ask({ folder: "uploads", paths: ["uploads/a"] })).toMatchObject({ status: 400 });
    expect(await ask({ folder: "archives" })).toMatchObject({ status: 400 });
    const params = { session_id: id, archive_id: "archive_0" };
    expect(await problemOf(ana.call("getArchive", { params }))).toMatchObject({ code: "archive_not_found" });
    expect(await tracesOf(id)).toEqual([]);
  });

  test("keeps nasty names", async () => {
    const id = await newSession(ana);
    const names = [
      "C:drive.txt",
      "déjà vu.txt",
      "日本語 🎉.txt",
      "a b+c%20d#e.txt",
      "quote\"'`.txt",
      "-rf *.txt",
      "CON",
      ".hidden",
      "…".repeat(80),
      "A.txt",
      "a.txt",
    ];
    for (const name of names) await put(id, `outputs/bulk/${name}`, `bytes of ${name}`);
    const zip = await bytesOf(ana.downloadArchive(id, { folder: "outputs/bulk" }));
    const files = await readZip(zip);
    expect([...files].map(([path, bytes]) => [path, String(bytes)]).sort()).toEqual(
      names.map((name) => [`outputs/bulk/${name}`, `bytes of ${name}`]).sort(),
    );
    const python = await readWithPython(zip);
    expect(python?.length ?? names.length).toBe(names.length);
  });

  test("answers an identical archive at once, whatever way it was chosen, and another one once a file changed", async () => {
    const id = await newSession(ana);
    await put(id, "outputs/bulk/a.txt", "one");
    const first = await ana.prepareArchive(id);
    const key = `sessions/${id}/archives/${first.archive_id}.zip`;
    const built = await view.bucket.find(key);
    for (const selection of [{}, { folder: "outputs/bulk" as const }, { paths: ["outputs/bulk/a.txt"] }]) {
      const again = await ana.call("createArchive", { params: { session_id: id }, body: selection });
      expect(again).toMatchObject({ archive_id: first.archive_id, state: "ready" });
    }
    expect(await view.bucket.find(key)).toEqual(built);
    await put(id, "outputs/bulk/a.txt", "two");
    const second = await ana.prepareArchive(id);
    expect(second.archive_id).not.toBe(first.archive_id);
    expect(await readZip(await bytesOf(fetch(second.url)))).toEqual(
      new Map([["outputs/bulk/a.txt", Buffer.from("two")]]),
    );
  });

  test("builds one that was removed again, to the same bytes", async () => {
    const id = await newSession(ana);
    await put(id, "outputs/bulk/a.bin", noise(700_000));
    const first = await ana.prepareArchive(id);
    const key = `sessions/${id}/archives/${first.archive_id}.zip`;
    const etag = (await view.bucket.find(key))?.etag;
    await view.bucket.remove(key);
    const params = { session_id: id, archive_id: first.archive_id };
    expect(await problemOf(ana.call("getArchive", { params }))).toMatchObject({ code: "archive_not_found" });
    expect((await ana.prepareArchive(id)).archive_id).toBe(first.archive_id);
    expect((await view.bucket.find(key))?.etag).toBe(etag);
  });

  test("two at once build one", async () => {
    const id = await largeSession(2);
    const answers = await Promise.all(Array.from({ length: 6 }, () => ana.prepareArchive(id)));
    expect(new Set(answers.map(({ archive_id }) => archive_id)).size).toBe(1);
    const log = await view.table.find(archiveKey(id, answers[0]?.archive_id ?? ""));
    expect(log).toMatchObject({ state: "ready", files_done: 2, bytes_done: 8 * MIB });
    expect(await tracesOf(id)).toEqual([`sessions/${id}/archives/${answers[0]?.archive_id}.zip`]);
  });

  test("packs 2,000 small files, and tells how far it is", async () => {
    const id = await newSession(ana);
    const numbers = Array.from({ length: 2000 }, (_, index) => index);
    await fill(
      id,
      numbers.map((n) => [`outputs/bulk/${n}.txt`, `file ${n}`]),
    );
    const seen: string[] = [];
    await ana.prepareArchive(
      id,
      {},
      { onProgress: ({ files_done, files_total }) => seen.push(`${files_done}/${files_total}`) },
    );
    expect(seen.at(-1)).toBe("2000/2000");
    const zip = await bytesOf(ana.downloadArchive(id, { folder: "outputs/bulk" }));
    const files = await readZip(zip);
    expect(files.size).toBe(2000);
    for (const n of numbers) expect(String(files.get(`outputs/bulk/${n}.txt`))).toBe(`file ${n}`);
  }, 240_000);
});

describe("an archive is whole or it is not there", () => {
  test.each([
    { what: "removed", change: (key: string) => view.bucket.remove(key) },
    {
      what: "changed",
      change: (key: string) => view.bucket.putBytes(key, random(4 * MIB), { contentType: "text/plain" }),
    },
    { what: "cut short", change: (key: string) => view.bucket.putBytes(key, "short", { contentType: "text/plain" }) },
  ])("when the object of one file was $what, it fails with that file's name and leaves nothing", async ({ change }) => {
    const id = await largeSession(3);
    await change(`sessions/${id}/outputs/bulk/2.bin`); // the last one: two parts are in the bucket by then
    const call = ana.call("createArchive", { params: { session_id: id }, body: {} });
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CubbyError);
    const { status, code, message, problem } = error as CubbyError;
    expect({ status, code, path: problem?.path }).toEqual({
      status: 409,
      code: "archive_failed",
      path: "outputs/bulk/2.bin",
    });
    expect(message).toBe('Cannot archive "outputs/bulk/2.bin": it was changed or removed meanwhile; ask again');
    const params = { session_id: id, archive_id: String(problem?.archive_id) };
    expect(await ana.call("getArchive", { params })).toMatchObject({
      state: "failed",
      problem: { code: "archive_failed" },
    });
    await eventually(async () => ((await tracesOf(id)).length === 0 ? true : undefined));
    await put(id, "outputs/bulk/2.bin", "whole again");
    expect((await readZip(await bytesOf(ana.downloadArchive(id)))).size).toBe(3);
  });

  test("a session that ends meanwhile keeps nothing behind", async () => {
    const id = await largeSession(6);
    const waiting = ana.call("createArchive", { params: { session_id: id }, body: {} }).catch((error) => error);
    await eventually(async () => ((await tracesOf(id)).length > 0 ? true : undefined));
    await ana.call("deleteSession", { params: { session_id: id } });
    await waiting;
    await eventually(async () => {
      const left = [...(await view.keysOf(id)), ...(await tracesOf(id))];
      return left.length === 0 ? true : undefined;
    }, 30);
    expect(await view.sortKeysOf(id)).toEqual(["META"]); // the tombstone
  });

  test("a killed worker is found dead, and whoever asks again gets the archive", async () => {
    const id = await largeSession(12);
    const waiting = ana.call("createArchive", { params: { session_id: id }, body: {} }).catch((error) => error);
    await eventually(async () => ((await tracesOf(id)).some((trace) => trace.startsWith("upload")) ? true : undefined));
    for (const pid of host.pids.workers("archive")) process.kill(pid, "SIGKILL");
    const first = await waiting;
    expect(first).toMatchObject({ state: "building", files_total: 12, bytes_total: 48 * MIB });
    const params = { session_id: id, archive_id: first.archive_id };
    const dead = await eventually(async () => {
      const archive = await ana.call("getArchive", { params });
      return archive.state === "failed" ? archive : undefined;
    }, 60);
    expect(dead.problem?.detail).toBe(`Cannot finish "${first.archive_id}": its worker stopped; ask for it again`);
    const zip = await bytesOf(ana.downloadArchive(id));
    expect((await readZip(zip)).size).toBe(12);
    expect(await tracesOf(id)).toEqual([`sessions/${id}/archives/${first.archive_id}.zip`]);
  });
});

/** The worker's own code against the host's engines, with times and attempts that no request could bring about. */
describe("buildArchive()", () => {
  async function prepare(id: string) {
    const archives = createArchiveStore(view.table, systemClock);
    const deps = { bucket: view.bucket, table: view.table, archives, log: createLog("test") };
    const entries: ArchiveEntry[] = [];
    for await (const object of view.bucket.list(`sessions/${id}/outputs/`)) {
      const path = object.key.slice(`sessions/${id}/`.length);
      const { key, etag, sizeBytes, modifiedAt } = object;
      entries.push({
        path,
        key,
        etag,
        size_bytes: sizeBytes,
        content_type: "x/y",
        modified_at: modifiedAt.toISOString(),
      });
    }
    const plan = planArchive(entries);
    const archiveId = archiveIdOf(plan);
    const claim = async () => {
      const attempt = await archives.claim(id, archiveId, plan, await archives.find(id, archiveId));
      if (attempt === undefined) throw new Error("Somebody else was faster");
      const key = archivePlanKey(id, archiveId, attempt.attempt);
      await view.bucket.putBytes(key, JSON.stringify(plan), { contentType: "application/json" });
      return attempt;
    };
    return { deps, claim, archiveId, find: () => archives.find(id, archiveId) };
  }

  test("says which limit it met when the time is not enough, and leaves nothing", async () => {
    const id = await largeSession(2);
    const { deps, claim, find } = await prepare(id);
    await buildArchive(deps, await claim(), 20_000); // all of it is kept for tidying up
    const record = await find();
    expect(record).toMatchObject({
      state: "failed",
      problem: { code: "archive_failed", limit_seconds: 20, bytes_total: 8 * MIB },
    });
    expect(record?.problem?.detail).toMatch(
      /^Cannot archive 2 files of 8388608 bytes in one: \d+ bytes were packed in the 20 seconds/,
    );
    expect(await tracesOf(id)).toEqual([]);
  });

  test("leaves an attempt alone that is not its own any more", async () => {
    const id = await largeSession(1);
    const { deps, claim, find, archiveId } = await prepare(id);
    const first = await claim();
    const second = await claim();
    await buildArchive(deps, first, 900_000);
    expect(await find()).toMatchObject({ state: "building", attempt: second.attempt, files_done: 0 });
    await buildArchive(deps, second, 900_000);
    await buildArchive(deps, second, 900_000); // Lambda may deliver an event twice
    expect(await find()).toMatchObject({ state: "ready", files_done: 1, bytes_done: 4 * MIB });
    const plan = `sessions/${id}/archives/${archiveId}.${first.attempt}.json`;
    expect(await tracesOf(id)).toEqual([plan, `sessions/${id}/archives/${archiveId}.zip`]); // the sweep's, or the session's end's
  });
});

describe("downloadArchive()", () => {
  test("stops waiting when its signal says so", async () => {
    const id = await largeSession(1);
    const reason = new Error("changed my mind");
    await expect(ana.downloadArchive(id, {}, { signal: AbortSignal.abort(reason) })).rejects.toThrow();
  });
});
