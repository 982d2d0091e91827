import { Readable } from "node:stream";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { cacheKey, fileKey, sessionKey, sessionPartition } from "../../shared/aws/item-keys.ts";
import { databaseObjectKey, sessionPrefix } from "../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { hideFile } from "../../shared/files/hide-file.ts";
import { newSessionId } from "../../shared/ids.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { noise } from "../support/acceptance.ts";
import { createTestClock, type TestClock } from "../support/own-stores.ts";
import { HOUR, MINUTE, startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";

let host: Host;
let clock: TestClock;
let bench: SweepBench;

beforeAll(async () => {
  // Longer than any of the clock jumps below: these tests are about what lies beside living sessions.
  host = await startQuietHost({ SESSION_TIMEOUT_HOURS: "160" });
});
afterAll(() => host.close());
beforeEach(() => {
  clock = createTestClock(); // objects carry the engine's own time, so this one begins there too
  bench = sweepOn(host, clock);
});

const web = () => bench.newSession({ platform: "web" });
const keyIn = (session: SessionRecord, path: string) => `${sessionPrefix(session.session_id)}${path}`;
const isThere = async (key: string) => (await bench.deps.bucket.find(key)) !== undefined;
const sweepAll = () => bench.run({ full: true });

function beginUpload(key: string) {
  return bench.clients.s3.send(new CreateMultipartUploadCommand({ Bucket: host.env.SESSION_BUCKET, Key: key }));
}

describe("multipart uploads", () => {
  test("go after 25 hours, not before", async () => {
    const session = await web();
    await beginUpload(keyIn(session, "uploads/slow.bin"));
    clock.move(25 * HOUR - MINUTE);
    expect((await sweepAll()).uploads_aborted).toBe(0);
    clock.move(2 * MINUTE);
    expect((await sweepAll()).uploads_aborted).toBe(1);
    expect((await bench.census()).uploads).toEqual([]);
  });

  test("go at once where their session is gone", async () => {
    await beginUpload(`${sessionPrefix(newSessionId(clock.now()))}uploads/a.bin`);
    await beginUpload(keyIn(await web(), "uploads/living.bin"));
    expect((await sweepAll()).uploads_aborted).toBe(1);
    expect((await bench.census()).uploads).toHaveLength(1);
    clock.move(26 * HOUR);
    await sweepAll();
  });

  test("are all aborted when a session has more than a page of them", async () => {
    const session = await web();
    const prefix = sessionPrefix(session.session_id);
    const begin = Array.from({ length: 1001 }, (_, n) => n);
    for (let n = 0; n < begin.length; n += 50) {
      await Promise.all(begin.slice(n, n + 50).map((part) => beginUpload(`${prefix}uploads/${part}`)));
    }
    expect(await bench.deps.bucket.abortUploads(prefix)).toBe(1001);
    expect((await bench.census()).uploads).toEqual([]);
  });
});

describe("what has outlived its use", () => {
  test("cached values go after their hours, with their items and their place in the counts", async () => {
    const session = await web();
    await bench.putFile(session, "cache/report.json", "cached");
    const large = JSON.stringify(Buffer.from(noise(200_000)).toString("base64"));
    const { object_key = "" } = await bench.deps.cache.store(session.session_id, "0a1b", large);
    await bench.putObject(keyIn(session, "cache/0a1b-ofawriterthatdied.json"));
    clock.move(48 * HOUR - MINUTE);
    expect((await sweepAll()).cache_entries_removed).toBe(0);
    clock.move(2 * MINUTE);
    expect(await sweepAll()).toMatchObject({ cache_entries_removed: 3, errors: 0 });
    expect(await bench.deps.table.find(cacheKey(session.session_id, "0a1b"))).toBeUndefined();
    expect(await isThere(object_key)).toBe(false);
    expect(await bench.deps.table.find(fileKey(session.session_id, "cache/report.json"))).toBeUndefined();
    const now = await bench.deps.table.find(sessionKey(session.session_id));
    expect(now).toMatchObject({ file_counts: { cache: 0 }, folder_bytes: { cache: 0 }, total_size_bytes: 0 });
    expect(now?.last_activity).toBe(session.last_activity);
  });

  test("a cached value that holds stays, however old what it replaced is; what nothing names goes", async () => {
    const session = await web();
    const store = () =>
      bench.deps.cache.store(
        session.session_id,
        "0a1b",
        JSON.stringify(Buffer.from(noise(200_000)).toString("base64")),
      );
    const first = await store();
    clock.move(47 * HOUR);
    const second = await store(); // the engine's time does not jump: both objects are from now
    await bench.putObject(first.object_key ?? ""); // as if the second writer had died before it removed it
    clock.move(2 * HOUR);
    expect(await sweepAll()).toMatchObject({ cache_entries_removed: 1, errors: 0 });
    expect(await isThere(first.object_key ?? "")).toBe(false);
    expect(await bench.deps.cache.find(session.session_id, "0a1b")).toMatchObject({
      state: "hit",
      entry: { version: second.version },
    });
    clock.move(46 * HOUR);
    expect(await sweepAll()).toMatchObject({ cache_entries_removed: 1, errors: 0 });
    expect(await bench.deps.cache.find(session.session_id, "0a1b")).toEqual({ state: "miss" });
  });

  test("archives go after a day", async () => {
    const key = keyIn(await web(), "archives/one.zip");
    await bench.putObject(key);
    clock.move(24 * HOUR - MINUTE);
    expect((await sweepAll()).archives_removed).toBe(0);
    clock.move(2 * MINUTE);
    expect((await sweepAll()).archives_removed).toBe(1);
    expect(await isThere(key)).toBe(false);
  });

  test("versions of the database go an hour after another was published; the published one never does", async () => {
    const session = await web();
    const version = (n: number) => databaseObjectKey(session.session_id, n);
    for (const n of [3, 4, 5]) await bench.putObject(version(n));
    await bench.deps.table.update(session, {
      UpdateExpression: "SET #database = :published",
      ExpressionAttributeNames: { "#database": "database" },
      ExpressionAttributeValues: { ":published": { version: 4, tables: 1, size_bytes: 6 } },
    });
    clock.move(HOUR - MINUTE);
    expect((await sweepAll()).database_versions_removed).toBe(0); // 5 may be about to be published
    clock.move(2 * MINUTE);
    expect((await sweepAll()).database_versions_removed).toBe(2);
    expect([await isThere(version(3)), await isThere(version(4)), await isThere(version(5))]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("exports go after an hour", async () => {
    await bench.putObject("exports/sessions.csv");
    clock.move(HOUR - MINUTE);
    expect((await sweepAll()).exports_removed).toBe(0);
    clock.move(2 * MINUTE);
    expect((await sweepAll()).exports_removed).toBe(1);
  });
});

describe("orphans", () => {
  test("objects and items of a session without a record go at once, prefix by prefix", async () => {
    const gone = newSessionId(clock.now());
    await bench.putObject(`${sessionPrefix(gone)}uploads/a.txt`, "12345");
    await bench.putObject(`${sessionPrefix(gone)}database/000001/project_data.db`, "12345");
    await bench.deps.table.put({ pk: sessionPartition(gone), sk: "HISTORY#1", content: "left" });
    expect((await sweepAll()).orphans).toEqual({ sessions: 1, objects: 2, bytes: 10 });
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("what was written behind a tombstone goes, and the tombstone stays", async () => {
    const session = await bench.newSession({ platform: "telegram" });
    clock.move(HOUR);
    await bench.run();
    await bench.putObject(keyIn(session, "uploads/late.txt"));
    expect((await sweepAll()).orphans.sessions).toBe(1);
    expect(await bench.deps.table.find(sessionKey(session.session_id))).toMatchObject({ status: "deleted" });
    expect(await isThere(keyIn(session, "uploads/late.txt"))).toBe(false);
  });

  test("an object without a record in a living session goes after a day, unless an upload has promised it", async () => {
    const session = await web();
    await bench.putFile(session, "uploads/known.txt");
    await bench.putObject(keyIn(session, "uploads/unknown.txt"), "1234567");
    await bench.putObject(keyIn(session, "uploads/on its way.bin"));
    const promise = { pk: sessionPartition(session.session_id), sk: "UPLOAD#1" };
    await bench.deps.table.put({ ...promise, object_key: keyIn(session, "uploads/on its way.bin") });
    clock.move(24 * HOUR - MINUTE);
    expect((await sweepAll()).orphans.objects).toBe(0);
    clock.move(2 * MINUTE);
    expect((await sweepAll()).orphans).toEqual({ sessions: 0, objects: 1, bytes: 7 });
    expect(await isThere(keyIn(session, "uploads/unknown.txt"))).toBe(false);
    expect(await isThere(keyIn(session, "uploads/known.txt"))).toBe(true);
    expect(await isThere(keyIn(session, "uploads/on its way.bin"))).toBe(true);
    await bench.deps.table.remove(promise);
    expect((await sweepAll()).orphans.objects).toBe(1);
  });

  test("a record without its object is never removed, but said, by name", async () => {
    const session = await web();
    await bench.putFile(session, "uploads/lost.txt");
    await bench.deps.bucket.remove(keyIn(session, "uploads/lost.txt"));
    expect((await sweepAll()).missing_objects).toBe(1);
    expect(bench.lines).toContainEqual({
      level: "error",
      message: "Object missing",
      fields: { session_id: session.session_id, key: keyIn(session, "uploads/lost.txt") },
    });
    expect(await bench.deps.table.find(fileKey(session.session_id, "uploads/lost.txt"))).toBeDefined();
    await bench.deps.table.remove(fileKey(session.session_id, "uploads/lost.txt"));
  });

  test("are found slice by slice: the cursor goes on where the last sweep stopped, and begins anew at the end", async () => {
    const gone = [1, 2, 3].map(() => newSessionId(clock.now()));
    const keys = gone.flatMap((id) => Array.from({ length: 510 }, (_, n) => `${sessionPrefix(id)}logs/${n}`));
    for (let n = 0; n < keys.length; n += 50) {
      await Promise.all(keys.slice(n, n + 50).map((key) => bench.putObject(key)));
    }
    let sweeps = 0;
    let objects = 0;
    for (let wrapped = false; !wrapped && sweeps < 10; sweeps++) {
      const report = await bench.run({ slice_pages: 1 });
      objects += report.orphans.objects;
      wrapped = report.compared.wrapped;
    }
    expect(objects).toBe(1530);
    expect(sweeps).toBeGreaterThan(1);
    expect((await bench.census()).orphans).toEqual([]);
  });
});

describe("a record whose object was replaced by a process that died", () => {
  const read = (session: SessionRecord, path: string) => bench.deps.files.find(session.session_id, path);

  test("follows it, with size, figures and tables, once nobody can be on his way any more", async () => {
    const session = await web();
    await bench.putFile(session, "uploads/a.csv", "n\n1\n");
    await bench.putFile(session, "workspace/a.md", "text");
    await bench.putObject(keyIn(session, "uploads/a.csv"), "n\n1\n2\n");
    await bench.putObject(keyIn(session, "workspace/a.md"), "t");
    clock.move(5 * MINUTE);
    expect((await sweepAll()).records_corrected).toBe(0);
    expect(await read(session, "uploads/a.csv")).toMatchObject({ size_bytes: 4, revision: 1 });
    clock.move(2 * MINUTE);
    expect((await sweepAll()).records_corrected).toBe(2);
    const [table, text] = [await read(session, "uploads/a.csv"), await read(session, "workspace/a.md")];
    const object = await bench.deps.bucket.find(keyIn(session, "uploads/a.csv"));
    expect(table).toMatchObject({ size_bytes: 6, etag: object?.etag, conversion: { state: "pending" } });
    expect(text).toMatchObject({ size_bytes: 1, conversion: { state: "none" } });
    expect([table?.sha256, text?.sha256]).toEqual([undefined, undefined]);
    const figures = { total_size_bytes: 7, claimed_bytes: 7, folder_bytes: { uploads: 6, workspace: 1 } };
    expect(await bench.deps.table.find(sessionKey(session.session_id))).toMatchObject(figures);
    expect(bench.askedFor).toContain(session.session_id);
    expect((await sweepAll()).records_corrected).toBe(0);
  });

  test("takes nothing from a writer who comes late: his record goes over it", async () => {
    const session = await web();
    await bench.putFile(session, "workspace/a.md", "before");
    const late = { conversion: { state: "none" as const, tables: [] }, uploadedBy: session.created_by };
    const key = keyIn(session, "workspace/a.md");
    const etag = await bench.deps.bucket.putIf(key, "the late one", { contentType: "text/plain", condition: "any" });
    clock.move(7 * MINUTE);
    expect((await sweepAll()).records_corrected).toBe(1);
    const mine = { etag: etag ?? "", sizeBytes: 12, sha256: "his own", contentType: "text/markdown", ...late };
    const stored = await bench.deps.files.settle(session.session_id, parseFilePath("workspace/a.md"), mine);
    expect(stored.delta).toEqual({ folder: "workspace", files: 0, bytes: 0 });
    expect(await read(session, "workspace/a.md")).toMatchObject({ size_bytes: 12, sha256: "his own", etag });
  });
});

describe("a session's figures", () => {
  test("are set right when a dead process left them wrong, and not while they may be on their way", async () => {
    const session = await web();
    await bench.putFile(session, "uploads/a.txt", "12345");
    const figures = { file_counts: { uploads: 1 }, folder_bytes: { uploads: 5 }, total_size_bytes: 5 };
    const read = () => bench.deps.table.find(sessionKey(session.session_id));
    expect(await read()).toMatchObject(figures);
    await bench.deps.table.update(session, {
      UpdateExpression: "SET file_counts = :none, total_size_bytes = :wrong",
      ExpressionAttributeValues: { ":none": {}, ":wrong": 99 },
    });
    await sweepAll();
    clock.move(5 * MINUTE);
    await sweepAll();
    expect(await read()).toMatchObject({ file_counts: {}, total_size_bytes: 99 });
    clock.move(2 * MINUTE);
    expect((await sweepAll()).sessions_recounted).toBeGreaterThan(0);
    expect(await read()).toMatchObject({ ...figures, claimed_bytes: 5, claimed_files: 1 });
    expect((await sweepAll()).sessions_recounted).toBe(0);
  });

  test("are set right where only the folders' own bytes are wrong, and left alone where they are not known", async () => {
    const [wrong, unknown] = [await web(), await web()];
    for (const session of [wrong, unknown]) await bench.putFile(session, "uploads/a.txt", "12345");
    const values = { ExpressionAttributeValues: { ":wrong": { workspace: 5 } } };
    await bench.deps.table.update(wrong, { UpdateExpression: "SET folder_bytes = :wrong", ...values });
    await bench.deps.table.update(unknown, { UpdateExpression: "REMOVE folder_bytes" });
    await sweepAll();
    clock.move(7 * MINUTE);
    expect((await sweepAll()).sessions_recounted).toBe(1);
    const read = (session: { session_id: string }) => bench.deps.table.find(sessionKey(session.session_id));
    expect(await read(wrong)).toMatchObject({ folder_bytes: { uploads: 5 } });
    expect(await read(unknown)).not.toHaveProperty("folder_bytes");
  });
});

describe("a file whose process died before it asked for its conversion", () => {
  test("is converted after the next sweep, and a removed one's tables go", async () => {
    const [stored, removed, fine] = [await web(), await web(), await web()];
    const pending = { conversion: { state: "pending" as const, tables: [] }, uploadedBy: stored.created_by };
    const path = parseFilePath("uploads/a.csv");
    for (const { session_id } of [stored, removed]) {
      await bench.deps.files.put(session_id, path, Readable.from([Buffer.from("n\n1\n")]), pending);
    }
    await bench.putFile(fine, "uploads/a.txt");
    const record = await bench.deps.files.find(removed.session_id, path.path);
    if (record === undefined) throw new Error("There is no file");
    await hideFile(bench.deps.table, record);
    bench.askedFor.length = 0;
    await sweepAll();
    expect(bench.askedFor).toContain(stored.session_id);
    expect(bench.askedFor).toContain(removed.session_id);
    expect(bench.askedFor).not.toContain(fine.session_id);
  });
});
