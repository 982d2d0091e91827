import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey, usageKey } from "../../shared/aws/item-keys.ts";
import { type Client, CubbyError } from "../../shared/client/index.ts";
import { clientOf, newSession, noise, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { writeZip } from "../support/zip-writer.ts";

const MIB = 1024 * 1024;

let host: Host;
let engines: ReturnType<typeof viewEngines>;
beforeAll(async () => {
  host = await startAcceptanceHost({
    ...{ MAX_SESSIONS: "100", MAX_FILE_SIZE_MB: "1", MAX_SESSION_SIZE_MB: "2", MAX_SESSION_FILES: "12" },
    MAX_USER_SIZE_MB: "3",
  });
  engines = viewEngines(host);
});
afterAll(() => host.close());

const put = (client: Client, session_id: string, path: string, size: number) =>
  client.call("putFile", { params: { session_id, path }, body: noise(size) });

/** The figures of the session's own item, past the API. */
async function claimsOf(sessionId: string) {
  const item = await engines.table.find(sessionKey(sessionId));
  return { bytes: item?.claimed_bytes, files: item?.claimed_files, stored: item?.total_size_bytes };
}

async function outcomes(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const settled of await Promise.allSettled(calls)) {
    const failed = settled.status === "rejected" ? (settled.reason as CubbyError) : undefined;
    const outcome = failed === undefined ? "stored" : failed.code;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

describe("a session's room", () => {
  test.each([
    { room: 1, stored: 1 },
    { room: 3, stored: 3 },
  ])("of 20 uploads at once for the last $room × 100 kB, $stored are stored", async ({ room, stored }) => {
    const client = await clientOf(host, `crowd${room}`);
    const id = await newSession(client);
    await put(client, id, "workspace/first", MIB);
    await put(client, id, "workspace/second", MIB - room * 100_000);
    const all = Array.from({ length: 20 }, (_, n) => put(client, id, `workspace/file${n}`, 100_000));
    const counts = await outcomes(all);
    expect(counts).toEqual({ stored, session_full: 20 - stored });
    expect(await claimsOf(id)).toEqual({ bytes: 2 * MIB, files: 2 + stored, stored: 2 * MIB });
  });

  test("of 20 uploads at once for the last two files, two are stored", async () => {
    const client = await clientOf(host, "many");
    const id = await newSession(client);
    for (let n = 0; n < 10; n++) await put(client, id, `outputs/bulk/old${n}`, 1);
    const all = Array.from({ length: 20 }, (_, n) => put(client, id, `outputs/bulk/new${n}`, 1));
    expect(await outcomes(all)).toEqual({ stored: 2, session_full: 18 });
    expect(await claimsOf(id)).toEqual({ bytes: 12, files: 12, stored: 12 });
  });

  test("a full session takes a file in the place of another, and says the numbers when it takes no more", async () => {
    const client = await clientOf(host, "full");
    const id = await newSession(client);
    await put(client, id, "workspace/a", MIB);
    await put(client, id, "workspace/b", MIB);
    await put(client, id, "workspace/b", MIB); // as large as before
    await put(client, id, "workspace/b", MIB - 10);
    await put(client, id, "workspace/c", 10);
    const refusal = await put(client, id, "workspace/d", 1).then(
      () => undefined,
      (error: unknown) => (error instanceof CubbyError ? error : undefined),
    );
    expect(refusal?.problem).toMatchObject({
      ...{ status: 507, code: "session_full", requested_bytes: 1, bytes: 2 * MIB, limit_bytes: 2 * MIB },
      ...{ files: 3, limit_files: 12, reserved_bytes: 0 },
    });
    await client.call("deleteFile", { params: { session_id: id, path: "workspace/c" } });
    await put(client, id, "workspace/d", 10);
    expect(await claimsOf(id)).toEqual({ bytes: 2 * MIB, files: 3, stored: 2 * MIB });
  });

  test("a form and a zip store what fits, each file for itself, and claim nothing beyond", async () => {
    const client = await clientOf(host, "forms");
    const id = await newSession(client);
    await put(client, id, "workspace/a", MIB);
    await put(client, id, "workspace/b", MIB - 3000);
    const files = ["x.bin", "y.bin"].map((name) => ({ name, content: noise(2000) }));
    const { files: results } = await client.uploadFiles(id, files, "outputs/single");
    expect(results.map(({ status }) => status)).toEqual(["stored", "refused"]);
    expect(results[1]?.problem).toMatchObject({ code: "session_full", requested_bytes: 2000 });
    expect((await claimsOf(id)).bytes).toBe(2 * MIB - 1000);
    const archive = writeZip([
      { name: "one.bin", data: Buffer.from(noise(600)) },
      { name: "two.bin", data: Buffer.from(noise(600)) },
    ]);
    const zipped = await client.uploadFiles(id, [{ name: "z.zip", content: new Uint8Array(archive) }]);
    expect(zipped.files.map(({ path, status }) => [path, status])).toEqual([
      ["uploads/one.bin", "stored"],
      ["uploads/two.bin", "refused"],
      ["uploads/z.zip", "refused"],
    ]);
    const claims = await claimsOf(id);
    expect(claims).toEqual({ bytes: 2 * MIB - 400, files: 4, stored: 2 * MIB - 400 });
  });

  test("what a dead request had claimed is found before anybody is refused", async () => {
    const client = await clientOf(host, "leak");
    const id = await newSession(client);
    await put(client, id, "workspace/a", 1000);
    const stale = "2026-01-01T00:00:00.000Z";
    const leak = (until: string) =>
      engines.table.update(sessionKey(id), {
        UpdateExpression: "SET claimed_bytes = :bytes, claimed_files = :files, requests_claim_until = :until",
        ExpressionAttributeValues: { ":bytes": 2 * MIB, ":files": 12, ":until": until },
      });
    await leak(new Date(Date.now() + 60_000).toISOString()); // it may still be at work
    expect(await problemOf(put(client, id, "workspace/b", 1000))).toMatchObject({ code: "session_full" });
    await leak(stale);
    await put(client, id, "workspace/b", 1000);
    expect(await claimsOf(id)).toEqual({ bytes: 2000, files: 2, stored: 2000 });
  });
});

describe("a file's size", () => {
  test("takes exactly the limit, and one byte more is 413 with the numbers, whichever way it comes", async () => {
    const client = await clientOf(host, "size");
    const id = await newSession(client);
    await put(client, id, "workspace/max", MIB);
    expect(await problemOf(put(client, id, "workspace/more", MIB + 1))).toMatchObject({
      ...{ status: 413, code: "file_too_large" },
      message: expect.stringContaining(`${MIB + 1} bytes, the limit is ${MIB}`),
    });
    const { files } = await client.uploadFiles(id, [{ name: "more.bin", content: noise(MIB + 1) }]);
    expect(files[0]).toMatchObject({ status: "refused", problem: { code: "file_too_large", limit_bytes: MIB } });
    const { limits } = await client.call("usage", {});
    expect(limits).toMatchObject({ file_bytes: MIB, session_bytes: 2 * MIB, session_files: 12, user_bytes: 3 * MIB });
  });
});

describe("a user's room", () => {
  test("is shared by his sessions, and a deleted file and an ended session give theirs back", async () => {
    const client = await clientOf(host, "eva");
    const [first, second] = [await newSession(client), await newSession(client)];
    await put(client, first, "workspace/a", MIB);
    await put(client, first, "workspace/b", MIB);
    await put(client, second, "workspace/a", MIB - 10);
    expect(await problemOf(put(client, second, "workspace/b", 11))).toMatchObject({
      ...{ status: 507, code: "user_quota_exceeded" },
      message: expect.stringContaining(`${3 * MIB - 10} of ${3 * MIB} bytes`),
    });
    expect((await claimsOf(second)).bytes).toBe(MIB - 10);
    await put(client, second, "workspace/b", 10);
    await client.call("deleteFile", { params: { session_id: second, path: "workspace/b" } });
    await put(client, second, "workspace/c", 10);
    await client.call("deleteSession", { params: { session_id: first } });
    await put(client, second, "workspace/d", MIB);
    expect(await client.call("usage", {})).toMatchObject({ bytes: 2 * MIB, reserved: { bytes: 0, files: 0 } });
  });

  test("of 20 uploads at once into two sessions for the last 100 kB, one is stored", async () => {
    const client = await clientOf(host, "twins");
    const sessions = [await newSession(client), await newSession(client), await newSession(client)];
    const [first = "", second = "", third = ""] = sessions;
    await put(client, first, "workspace/a", MIB);
    await put(client, second, "workspace/a", MIB);
    await put(client, third, "workspace/a", MIB - 100_000);
    const all = Array.from({ length: 20 }, (_, n) =>
      put(client, n % 2 === 0 ? first : second, `outputs/bulk/f${n}`, 100_000),
    );
    const counts = await outcomes(all);
    expect(counts.stored).toBe(1);
    expect((counts.user_quota_exceeded ?? 0) + (counts.session_full ?? 0)).toBe(19);
    const claims = await Promise.all(sessions.map(claimsOf));
    expect(claims.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(3 * MIB);
  });

  test("is counted again when the figure is old, so that a limit set later holds for what was there before", async () => {
    const client = await clientOf(host, "old");
    const id = await newSession(client);
    await put(client, id, "workspace/a", MIB);
    await engines.table.update(usageKey("old"), {
      UpdateExpression: "SET claimed_bytes = :none, counted_at = :old",
      ExpressionAttributeValues: { ":none": 0, ":old": "2026-01-01T00:00:00.000Z" },
    });
    await put(client, id, "workspace/b", 10);
    expect(await engines.table.find(usageKey("old"))).toMatchObject({ claimed_bytes: MIB + 10 });
  });
});
