import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { settleArrival } from "../../functions/convert/settle-arrival.ts";
import { uploadKey } from "../../shared/aws/item-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import type { UploadRecord } from "../../shared/files/uploads/upload-record.ts";
import { createLog } from "../../shared/log.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { abortUpload } from "../../shared/uploading/abort-upload.ts";
import { attendUploads } from "../../shared/uploading/attend-uploads.ts";
import { completeUpload } from "../../shared/uploading/complete-upload.ts";
import { openUpload } from "../../shared/uploading/open-upload.ts";
import { createTestClock } from "../support/own-stores.ts";
import { HOUR, MINUTE, startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";

/** What becomes of uploads whose process died, whose client never came back, or whose events came twice. */
const clock = createTestClock();
const SETTINGS = { SESSION_TIMEOUT_HOURS: "100", MAX_FILE_SIZE_MB: "200", MAX_SESSION_SIZE_MB: "500" };
const LARGE = 150 * 1024 * 1024;

let host: Host;
let bench: SweepBench;
let session: SessionRecord;
beforeAll(async () => {
  host = await startQuietHost(SETTINGS);
  bench = sweepOn(host, clock, SETTINGS);
});
afterAll(() => host.close());
beforeEach(async () => {
  clock.set(new Date());
  bench.askedFor.length = 0;
  session = await bench.newSession({ platform: "web" });
});

type Deps = Parameters<typeof attendUploads>[0];
const deps = (): Deps => ({ ...bench.deps, log: createLog("test") });

async function begin(path: string, size: number): Promise<UploadRecord> {
  const request = { path, size_bytes: size, content_type: "application/octet-stream" };
  const order = { session, path: parseFilePath(path), request, existing: undefined, condition: {} };
  return openUpload(deps(), { ...order, actor: session.created_by });
}

/** Puts a form's bytes where the form would, without the event that S3 would send. */
function arrive(upload: UploadRecord, content = "x".repeat(upload.size_bytes)) {
  return bench.deps.bucket.putBytes(upload.object_key, content, { contentType: "text/plain" });
}

/** The session as everything that is left of its uploads says it. */
async function ledger() {
  const { session_id } = session;
  const record = (await bench.deps.sessions.current(session_id)) as SessionRecord;
  const { records } = await bench.deps.files.list(session_id, { limit: 10 });
  const { items } = await bench.deps.history.readBackward(session_id, { limit: 50 }).then((page) => ({
    items: page.entries.filter((entry) => entry.metadata.type === "file_upload"),
  }));
  const objects = (await bench.census()).objects.filter((key) => key.includes(session_id));
  return {
    ...{ bytes: record.total_size_bytes, claimed: record.claimed_bytes, files: record.claimed_files },
    ...{ listed: records.map(({ path }) => path), told: items.length, objects: objects.length },
    settled: [...(record.settled_uploads ?? [])],
  };
}

const DONE = { bytes: 10, claimed: 10, files: 1, listed: ["workspace/a"], told: 1, objects: 1, settled: [] };
const NOTHING = { bytes: 0, claimed: 0, files: 0, listed: [], told: 0, objects: 0, settled: [] };

/** The stores of a process that is killed where it calls this; what it would have done afterwards, it does not. */
function killedAt<Store extends "uploads" | "files" | "sessions" | "history" | "quota" | "bucket">(
  store: Store,
  method: keyof Deps[Store],
  when: "before" | "after",
): Deps {
  const real = deps();
  const abandon = async () => {};
  const fatal = async (...args: unknown[]) => {
    if (when === "after") await (real[store][method] as (...given: unknown[]) => Promise<unknown>)(...args);
    throw new Error("killed");
  };
  const mortal = { ...real, uploads: { ...real.uploads, abandon, reopen: abandon } };
  return { ...mortal, [store]: { ...mortal[store], [method]: fatal } };
}

describe("a process that is killed while it completes an upload", () => {
  test.each([
    ["bucket", "describe", "before"],
    ["bucket", "copy", "before"],
    ["bucket", "copy", "after"],
    ["files", "adopt", "after"],
    ["sessions", "noteFiles", "after"],
    ["history", "append", "before"],
    ["history", "append", "after"],
    ["uploads", "finish", "before"],
    ["uploads", "finish", "after"],
    ["bucket", "remove", "before"],
    ["quota", "forget", "before"],
  ] as const)("at %s.%s (%s it) leaves an upload that whoever comes next brings to its end, once", async (...place) => {
    const upload = await begin("workspace/a", 10);
    await arrive(upload);
    const mortal = killedAt(place[0] as "bucket", place[1] as "copy", place[2]);
    await expect(completeUpload(mortal, session, upload, { patienceMs: 0 })).rejects.toThrow("killed");
    const [store, method] = place;
    clock.move(2 * MINUTE); // the lease of the dead one is over
    const isDone = store === "quota" || method === "remove" || (method === "finish" && place[2] === "after");
    await attendUploads(deps(), session.session_id);
    const state = ((await bench.deps.table.find(uploadKey(session.session_id, upload.upload_id))) as UploadRecord)
      .state;
    expect(state).toBe("done");
    if (isDone) await settleArrival(deps() as never, upload.object_key); // what S3's event does
    expect(await ledger()).toEqual(DONE);
  });

  test("after S3 joined its parts leaves a file, and before it an upload that goes on", async () => {
    const upload = await begin("workspace/a", LARGE);
    const place = { key: upload.object_key, uploadId: upload.s3_upload_id ?? "" };
    await expect(
      completeUpload(killedAt("bucket", "listParts", "after"), session, upload, { patienceMs: 0 }),
    ).rejects.toThrow("killed");
    clock.move(2 * MINUTE);
    await attendUploads(deps(), session.session_id);
    const open = (await bench.deps.uploads.find(session.session_id, upload.upload_id)) as UploadRecord;
    expect(open.state).toBe("open"); // no part had come: it is as it was
    const size = 8 * 1024 * 1024;
    for (let number = 1; (number - 1) * size < LARGE; number++) {
      const sizeBytes = Math.min(size, LARGE - (number - 1) * size);
      const url = await bench.deps.bucket.presignPart(place, { partNumber: number, sizeBytes, expiresInSeconds: 60 });
      expect((await fetch(url, { method: "PUT", body: new Uint8Array(sizeBytes) })).status).toBe(200);
    }
    await expect(
      completeUpload(killedAt("bucket", "joinParts", "after"), session, open, { patienceMs: 0 }),
    ).rejects.toThrow("killed");
    clock.move(3 * MINUTE);
    await bench.run();
    expect(bench.askedFor).toContain(session.session_id); // its alarm rang
    await attendUploads(deps(), session.session_id);
    expect(await ledger()).toEqual({ ...DONE, bytes: LARGE, claimed: LARGE });
  });

  test("while it opens one leaves no claim behind", async () => {
    const request = { path: "workspace/a", size_bytes: 10, content_type: "text/plain" };
    const order = { session, path: parseFilePath("workspace/a"), request, existing: undefined, condition: {} };
    const dying = openUpload(killedAt("uploads", "open", "before"), { ...order, actor: session.created_by });
    await expect(dying).rejects.toThrow("killed");
    expect(await ledger()).toMatchObject({ claimed: 10, files: 1 });
    clock.move(26 * HOUR);
    await attendUploads(deps(), session.session_id);
    expect(await ledger()).toEqual(NOTHING);
  });
});

describe("a process that is killed while it gives an upload up", () => {
  test.each([
    ["bucket", "remove", "before"],
    ["quota", "release", "after"],
    ["uploads", "remove", "after"],
    ["quota", "forget", "before"],
  ] as const)("at %s.%s (%s it) leaves nothing to whoever attends to it next", async (...place) => {
    const upload = await begin("workspace/a", 10);
    const mortal = killedAt(place[0] as "uploads", place[1] as "remove", place[2]);
    await expect(abortUpload(mortal, session, upload)).rejects.toThrow("killed");
    clock.move(26 * HOUR);
    await attendUploads(deps(), session.session_id);
    expect(await ledger()).toEqual(NOTHING);
  });
});

describe("a process that is killed before it claims room for an upload", () => {
  test("leaves an alarm that rings for the item it wrote", async () => {
    const request = { path: "workspace/a", size_bytes: 10, content_type: "text/plain" };
    const order = { session, path: parseFilePath("workspace/a"), request, existing: undefined, condition: {} };
    const mortal = killedAt("quota", "reserve", "before");
    const dead = { ...mortal, uploads: { ...mortal.uploads, remove: async () => {} } };
    await expect(openUpload(dead, { ...order, actor: session.created_by })).rejects.toThrow("killed");
    const records: UploadRecord[] = [];
    for await (const upload of bench.deps.uploads.each(session.session_id)) records.push(upload);
    clock.move(26 * HOUR);
    await bench.run();
    expect(bench.askedFor).toContain(session.session_id);
    await attendUploads(deps(), session.session_id);
    const left = await Promise.all(records.map((upload) => bench.deps.table.find(upload)));
    expect([records.length, ...left]).toEqual([1, undefined]);
    expect(await ledger()).toEqual(NOTHING);
  });
});

describe("events that come twice, late, or at once with the client", () => {
  test("make one file", async () => {
    const upload = await begin("workspace/a", 10);
    await arrive(upload);
    const convert = deps() as Parameters<typeof settleArrival>[0];
    await Promise.all([
      settleArrival(convert, upload.object_key),
      settleArrival(convert, upload.object_key),
      completeUpload(deps(), session, upload, { patienceMs: 20_000 }),
      completeUpload(deps(), session, upload, { patienceMs: 20_000 }),
    ]);
    await settleArrival(convert, upload.object_key);
    expect(await ledger()).toEqual(DONE);
  });
});

describe("an upload without a sign of life", () => {
  test("is given up after a day, with all that came of it", async () => {
    const form = await begin("workspace/form", 10);
    const parts = await begin("workspace/parts", LARGE);
    expect(await ledger()).toMatchObject({ claimed: LARGE + 10, files: 2 });
    clock.move(24 * HOUR);
    await bench.run();
    expect(bench.askedFor).not.toContain(session.session_id);
    clock.move(2 * HOUR);
    await bench.run();
    expect(bench.askedFor).toContain(session.session_id);
    expect(await attendUploads(deps(), session.session_id)).toEqual({ completed: 0, aborted: 2 });
    expect(await ledger()).toEqual(NOTHING);
    expect((await bench.census()).uploads.filter((key) => key === parts.object_key)).toEqual([]);
    expect(await bench.deps.uploads.find(session.session_id, form.upload_id)).toBeUndefined();
    expect(await bench.deps.sessions.current(session.session_id)).not.toHaveProperty("upload_due_at");
  });

  test("is finished when it is whole, and goes on for another day when its client comes back", async () => {
    const whole = await begin("workspace/a", 10);
    await arrive(whole);
    const parts = await begin("workspace/parts", LARGE);
    clock.move(20 * HOUR);
    await bench.deps.uploads.extend(parts); // as its client asks for URLs
    clock.move(6 * HOUR);
    await bench.run();
    expect(await attendUploads(deps(), session.session_id)).toEqual({ completed: 1, aborted: 0 });
    const place = { key: parts.object_key, uploadId: parts.s3_upload_id ?? "" };
    expect(await bench.deps.bucket.listParts(place)).toEqual([]);
    expect(await ledger()).toMatchObject({ bytes: 10, claimed: LARGE + 10, files: 2, listed: ["workspace/a"] });
    const { upload_due_at } = await bench.deps.sessions.current(session.session_id);
    expect(upload_due_at).toBe((await bench.deps.uploads.find(session.session_id, parts.upload_id))?.expires_at);
  });
});
