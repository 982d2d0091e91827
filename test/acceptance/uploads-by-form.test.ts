import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, noise, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { beginForm, bytesOf, postForm, sha256Of } from "../support/direct-upload.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { isEngine } from "../support/s3-under-test.ts";

/** Uploads of up to 100 MB, which go to the bucket as one form. */
let host: Host;
let ana: Client;
let engines: ReturnType<typeof viewEngines>;
beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100", MAX_FILE_SIZE_MB: "2" });
  ana = await clientOf(host, "ana");
  engines = viewEngines(host);
});
afterAll(() => host.close());

const CSV = new TextEncoder().encode("region,amount\nNorth,12\nSouth,30\n");

async function claimsOf(sessionId: string) {
  const item = await engines.table.find(sessionKey(sessionId));
  return { bytes: item?.claimed_bytes, files: item?.claimed_files, stored: item?.total_size_bytes };
}

const complete = (client: Client, session_id: string, upload_id: string) =>
  client.call("completeUpload", { params: { session_id, upload_id }, body: {} });

const paths = async (client: Client, session_id: string) => {
  const { data } = await client.call("listFiles", { params: { session_id } });
  return data.map(({ path }) => path);
};

/** Not every engine tells of objects that were created; where none does, the sweep's alarm comes, much later. */
const withEvents = test.skipIf(isEngine("versitygw"));

describe("an upload by form", () => {
  test("is listed when it is verified, byte for byte, and its table is there", async () => {
    const id = await newSession(ana);
    const sha256 = sha256Of(CSV);
    const { upload_id, post } = await beginForm(ana, id, "uploads/sales.csv", CSV, { sha256 });
    expect(await paths(ana, id)).toEqual([]);
    expect((await claimsOf(id)).bytes).toBe(CSV.byteLength);
    const { data } = await ana.call("listUploads", { params: { session_id: id } });
    expect(data).toMatchObject([{ upload_id, state: "open", path: "uploads/sales.csv", kind: "post" }]);
    expect((await postForm(post, CSV)).status).toBe(201);
    const result = await complete(ana, id, upload_id);
    expect(result).toMatchObject({
      ...{ path: "uploads/sales.csv", status: "stored" },
      file: { size_bytes: CSV.byteLength, sha256, content_type: "text/csv" },
    });
    expect(await complete(ana, id, upload_id)).toMatchObject({ file: { etag: result.file?.etag } });
    expect(Buffer.from(CSV).equals(await bytesOf(ana, id, "uploads/sales.csv"))).toBe(true);
    await eventually(async () => {
      const { data: tables } = await ana.call("listTables", { params: { session_id: id } });
      return tables.length === 1 ? true : undefined;
    });
    const { data: history } = await ana.call("listHistory", { params: { session_id: id }, query: { order: "asc" } });
    const uploads = history.filter(({ metadata }) => metadata.type === "file_upload");
    expect(uploads).toMatchObject([{ content: "Uploaded uploads/sales.csv", actor: { kind: "user", id: "ana" } }]);
    expect((await ana.call("listUploads", { params: { session_id: id } })).data).toEqual([]);
    expect((await engines.keysOf(id)).filter((key) => key.includes("/uploading/"))).toEqual([]);
    const session = await ana.call("getSession", { params: { session_id: id } });
    expect(session.file_counts).toMatchObject({ uploads: 1 });
    const claims = await claimsOf(id);
    expect(claims.bytes).toBe(claims.stored);
  });

  test("is called what its content shows, whatever its name and its sender say", async () => {
    const id = await newSession(ana);
    const page = new TextEncoder().encode("<!DOCTYPE html><script>alert(1)</script>");
    const { upload_id, post } = await beginForm(ana, id, "uploads/notes.txt", page, {});
    expect((await postForm(post, page)).status).toBe(201);
    expect(await complete(ana, id, upload_id)).toMatchObject({ file: { content_type: "text/html" } });
  });

  test("takes no bytes, as a file may have", async () => {
    const id = await newSession(ana);
    const empty = new Uint8Array(0);
    const { upload_id, post } = await beginForm(ana, id, "workspace/empty", empty, { sha256: sha256Of(empty) });
    expect((await postForm(post, empty)).status).toBe(201);
    expect(await complete(ana, id, upload_id)).toMatchObject({ file: { size_bytes: 0 } });
  });

  withEvents("that nobody completes is finished when its object is there, once, with its history", async () => {
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "uploads/left.csv", CSV);
    await postForm(post, CSV);
    const file = await eventually(async () => {
      const { data } = await ana.call("listFiles", { params: { session_id: id }, query: { folder: "uploads" } });
      return data.find(({ conversion }) => conversion.state === "converted");
    });
    expect(file.path).toBe("uploads/left.csv");
    expect(await complete(ana, id, upload_id)).toMatchObject({ status: "stored", file: { path: "uploads/left.csv" } });
    const { data } = await ana.call("listHistory", { params: { session_id: id } });
    expect(data.filter(({ metadata }) => metadata.type === "file_upload")).toHaveLength(1);
  });

  withEvents("sent again when it is done changes nothing, and leaves nothing", async () => {
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "workspace/mine.bin", noise(1000));
    await postForm(post, noise(1000));
    const { file } = await complete(ana, id, upload_id);
    expect((await postForm(post, new Uint8Array(1000))).status).toBe(201);
    await eventually(async () => ((await engines.keysOf(id)).length === 1 ? true : undefined));
    expect(await complete(ana, id, upload_id)).toMatchObject({ file: { etag: file?.etag } });
    expect((await bytesOf(ana, id, "workspace/mine.bin")).equals(Buffer.from(noise(1000)))).toBe(true);
    expect(await claimsOf(id)).toEqual({ bytes: 1000, files: 1, stored: 1000 });
  });

  test.each([
    { what: "a byte more", bytes: noise(1001), changes: {} },
    { what: "a byte less", bytes: noise(999), changes: {} },
    { what: "other bytes", bytes: new Uint8Array(1000), changes: {} },
    { what: "another key", bytes: noise(1000), changes: { key: "sessions/x/uploads/evil" } },
    { what: "another type", bytes: noise(1000), changes: { "Content-Type": "text/html" } },
  ])("is refused by the storage with $what", async ({ bytes, changes }) => {
    const id = await newSession(ana);
    const sha256 = sha256Of(noise(1000));
    const { upload_id, post } = await beginForm(ana, id, "workspace/a.bin", noise(1000), { sha256 });
    const answer = await postForm(post, bytes, { changes });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await problemOf(complete(ana, id, upload_id))).toMatchObject({ status: 409, code: "upload_incomplete" });
    expect(await paths(ana, id)).toEqual([]);
    await postForm(post, noise(1000)); // and it is open still
    expect(await complete(ana, id, upload_id)).toMatchObject({ status: "stored" });
  });

  withEvents("gives everything back when it is given up, before its bytes came or after", async () => {
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "workspace/a.bin", noise(1000));
    const params = { session_id: id, upload_id };
    expect(await ana.call("abortUpload", { params })).toEqual({ upload_id, status: "aborted" });
    expect(await claimsOf(id)).toEqual({ bytes: 0, files: 0, stored: 0 });
    expect(await problemOf(ana.call("abortUpload", { params }))).toMatchObject({ code: "upload_not_found" });
    await postForm(post, noise(1000)); // the form is good for some minutes still
    await eventually(async () => ((await engines.keysOf(id)).length === 0 ? true : undefined));
    expect(await problemOf(complete(ana, id, upload_id))).toMatchObject({ status: 404, code: "upload_not_found" });
    expect(await engines.sortKeysOf(id)).toEqual(["META"]);
  });

  test("that is done cannot be given up", async () => {
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "workspace/a.bin", noise(10));
    await postForm(post, noise(10));
    await complete(ana, id, upload_id);
    const params = { session_id: id, upload_id };
    expect(await problemOf(ana.call("abortUpload", { params }))).toMatchObject({ code: "upload_completed" });
    expect(await problemOf(ana.call("signParts", { params, body: {} }))).toMatchObject({ code: "upload_completed" });
    expect(await ana.call("getUpload", { params })).toMatchObject({ state: "done", file: { path: "workspace/a.bin" } });
  });

  withEvents("completed or given up by many at once ends one way, and the counts are right", async () => {
    for (let round = 0; round < 20; round++) {
      const id = await newSession(ana);
      const { upload_id, post } = await beginForm(ana, id, "outputs/bulk/a.bin", noise(500));
      await postForm(post, noise(500));
      const params = { session_id: id, upload_id };
      const calls = Array.from({ length: 8 }, (_, n) =>
        n % 2 === 0 ? complete(ana, id, upload_id) : ana.call("abortUpload", { params }),
      );
      const settled = await Promise.allSettled(calls);
      const listed = await paths(ana, id);
      const wasStored = settled.some((one) => one.status === "fulfilled" && one.value.status === "stored");
      const wasAborted = settled.some((one) => one.status === "fulfilled" && one.value.status === "aborted");
      expect(wasStored && wasAborted).toBe(false);
      await eventually(async () => {
        const claims = await claimsOf(id);
        const files = (await paths(ana, id)).length;
        return claims.files === files && claims.bytes === files * 500 && claims.stored === files * 500
          ? true
          : undefined;
      });
      if (wasStored) expect(listed).toEqual(["outputs/bulk/a.bin"]);
    }
  });
});

describe("an upload is refused at signing and again at completing", () => {
  test("in another's session", async () => {
    const bob = await clientOf(host, "bob");
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "workspace/a", noise(10));
    await postForm(post, noise(10));
    expect(await problemOf(beginForm(bob, id, "workspace/b", noise(10)))).toMatchObject({ status: 404 });
    expect(await problemOf(complete(bob, id, upload_id))).toMatchObject({ status: 404, code: "session_not_found" });
    const own = await newSession(bob);
    expect(await problemOf(complete(bob, own, upload_id))).toMatchObject({ status: 404, code: "upload_not_found" });
  });

  withEvents("in a session that is over, of which nothing stays", async () => {
    const id = await newSession(ana);
    const { upload_id, post } = await beginForm(ana, id, "workspace/a", noise(10));
    await engines.expire(id);
    expect(await problemOf(beginForm(ana, id, "workspace/b", noise(10)))).toMatchObject({ status: 410 });
    expect(await problemOf(complete(ana, id, upload_id))).toMatchObject({ status: 410, code: "session_expired" });
    const second = await newSession(ana);
    const late = await beginForm(ana, second, "workspace/a", noise(10));
    const before = await beginForm(ana, second, "workspace/b", noise(10));
    await postForm(before.post, noise(10));
    await ana.call("deleteSession", { params: { session_id: second } });
    await postForm(late.post, noise(10)); // its form outlives the session by some minutes
    await postForm(post, noise(10));
    await eventually(async () => ((await engines.keysOf(second)).length === 0 ? true : undefined));
    await eventually(async () => ((await engines.keysOf(id)).length === 0 ? true : undefined));
    expect(await engines.sortKeysOf(second)).toEqual(["META"]); // the tombstone
  });

  test("when the file was replaced meanwhile, and the good one stays", async () => {
    const id = await newSession(ana);
    const params = { session_id: id, path: "workspace/a" };
    const { file } = await ana.call("putFile", { params, body: "one" });
    const etag = `"${file?.etag}"`;
    expect(await problemOf(beginForm(ana, id, "workspace/a", CSV, { ifNoneMatch: "*" }))).toMatchObject({
      status: 412,
    });
    expect(await problemOf(beginForm(ana, id, "workspace/a", CSV, { ifMatch: '"no"' }))).toMatchObject({ status: 412 });
    const { upload_id, post } = await beginForm(ana, id, "workspace/a", CSV, { ifMatch: etag });
    const fresh = await beginForm(ana, id, "workspace/new", CSV, { ifNoneMatch: "*" });
    await ana.call("putFile", { params, body: "two" });
    await ana.call("putFile", { params: { session_id: id, path: "workspace/new" }, body: "mine" });
    await postForm(post, CSV);
    await postForm(fresh.post, CSV);
    expect(await problemOf(complete(ana, id, upload_id))).toMatchObject({ status: 412, code: "precondition_failed" });
    expect(await problemOf(complete(ana, id, fresh.upload_id))).toMatchObject({ status: 412 });
    expect((await bytesOf(ana, id, "workspace/a")).toString()).toBe("two");
    expect((await bytesOf(ana, id, "workspace/new")).toString()).toBe("mine");
    const again = await beginForm(ana, id, "workspace/a", CSV, { ifMatch: "*" });
    await postForm(again.post, CSV);
    expect(await complete(ana, id, again.upload_id)).toMatchObject({ status: "stored" });
  });

  test("when there is no room any more, and when the file whose place it was to take is gone", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.call("putFile", { params: { ...params, path: "workspace/a" }, body: noise(1000) });
    const fill = (bytes: number) =>
      engines.table.update(sessionKey(id), {
        UpdateExpression: "SET claimed_bytes = :bytes, total_size_bytes = :bytes",
        ExpressionAttributeValues: { ":bytes": bytes },
      });
    await fill(10e9);
    const { upload_id, post } = await beginForm(ana, id, "workspace/a", noise(1000)); // takes its place
    expect(await problemOf(beginForm(ana, id, "workspace/b", noise(1)))).toMatchObject({
      ...{ status: 507, code: "session_full" },
      message: expect.stringContaining("10000000000"),
    });
    await ana.call("deleteFile", { params: { ...params, path: "workspace/a" } });
    await fill(10e9);
    await postForm(post, noise(1000));
    expect(await problemOf(complete(ana, id, upload_id))).toMatchObject({ status: 507, code: "session_full" });
    await fill(10e9 - 1000);
    expect(await complete(ana, id, upload_id)).toMatchObject({ status: "stored" });
    expect(await claimsOf(id)).toEqual({ bytes: 10e9, files: 1, stored: 10e9 });
  });

  test.each([
    [{ path: "cache/a", size_bytes: 1 }, 400, "path_not_allowed"],
    [{ path: "workspace/project_data.db", size_bytes: 1 }, 400, "path_not_allowed"],
    [{ path: "uploads/../a", size_bytes: 1 }, 400, "path_not_allowed"],
    [{ path: "uploads/a", size_bytes: 2 * 1024 * 1024 + 1 }, 413, "file_too_large"],
    [{ path: "uploads/a", size_bytes: -1 }, 400, "invalid_request"],
    [{ path: "uploads/a", size_bytes: 1.5 }, 400, "invalid_request"],
    [{ path: "uploads/a", size_bytes: 1, sha256: "abc" }, 400, "invalid_request"],
    [{ path: "uploads/a", size_bytes: 1, content_type: "text/csv\n" }, 400, "invalid_request"],
    [{ path: "uploads/a", size_bytes: 1, checksum_algorithm: "crc32" as const }, 400, "invalid_request"],
  ])("%j is %i %s", async (body, status, code) => {
    const params = { session_id: await newSession(ana) };
    expect(await problemOf(ana.call("createUpload", { params, body }))).toMatchObject({ status, code });
    expect(await engines.sortKeysOf(params.session_id)).toEqual(["META"]);
  });
});

describe("two clients on one name", () => {
  test("leave one whole file, whichever was last", async () => {
    const id = await newSession(ana);
    const contents = Array.from({ length: 6 }, (_, n) => new TextEncoder().encode(`content ${n} `.repeat(n + 1)));
    const begun = await Promise.all(contents.map((content) => beginForm(ana, id, "workspace/same.txt", content)));
    await Promise.all(begun.map(({ post }, n) => postForm(post, contents[n] ?? new Uint8Array())));
    await Promise.all(begun.map(({ upload_id }) => complete(ana, id, upload_id)));
    const text = (await bytesOf(ana, id, "workspace/same.txt")).toString();
    const winner = contents.find((content) => new TextDecoder().decode(content) === text);
    expect(winner).toBeDefined();
    const size = winner?.byteLength;
    expect(await claimsOf(id)).toEqual({ bytes: size, files: 1, stored: size });
    const { data } = await ana.call("listFiles", { params: { session_id: id } });
    expect(data).toMatchObject([{ path: "workspace/same.txt", size_bytes: size }]);
  });
});

describe("a page of another origin", () => {
  test("may send the form, and read what the storage answers", async () => {
    const id = await newSession(ana);
    const { post } = await beginForm(ana, id, "workspace/a.bin", noise(10));
    const origin = "https://app.example.com";
    const answer = await postForm(post, noise(10), { headers: { origin } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("access-control-allow-origin")).toMatch(/^(\*|https:\/\/app\.example\.com)$/);
    expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("etag");
    const preflight = await fetch(post.url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT");
  });
});
