import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

const put = (session_id: string, path: string, body: string) =>
  ana.call("putFile", { params: { session_id, path }, body });
const remove = (session_id: string, path: string) => ana.call("deleteFile", { params: { session_id, path } });

/** Folders with something in them, or with figures that are not 0. */
async function full(session_id: string): Promise<Record<string, [number, number]>> {
  const { folders } = await ana.call("listFolders", { params: { session_id } });
  const told = folders.filter(({ files, size_bytes }) => files !== 0 || size_bytes !== 0);
  return Object.fromEntries(told.map(({ folder, files, size_bytes }) => [folder, [files, size_bytes]]));
}

/** The record as a version wrote it that did not know what each folder takes. */
async function forgetFolderBytes(session_id: string): Promise<void> {
  await viewEngines(host).table.update(sessionKey(session_id), { UpdateExpression: "REMOVE folder_bytes" });
}

async function rememberedBytes(session_id: string): Promise<unknown> {
  return (await viewEngines(host).table.find(sessionKey(session_id)))?.folder_bytes;
}

describe("GET /v1/sessions/{session_id}/folders", () => {
  test("tells of all eight folders, in the order that the contract has them", async () => {
    const session_id = await newSession(ana);
    const { folders } = await ana.call("listFolders", { params: { session_id } });
    const names = ["uploads", "workspace", "research_data", "intermediate_results", "cache", "logs"];
    const expected = [...names, "outputs/single", "outputs/bulk"];
    expect(folders).toEqual(expected.map((folder) => ({ folder, files: 0, size_bytes: 0 })));
  });

  test("counts what comes, is replaced and goes, each in its folder", async () => {
    const session_id = await newSession(ana);
    await put(session_id, "uploads/a.txt", "12345");
    await put(session_id, "uploads/b.txt", "12");
    await put(session_id, "outputs/single/a.txt", "1");
    await ana.appendLog(session_id, "run", "line\n");
    expect(await full(session_id)).toEqual({ uploads: [2, 7], "outputs/single": [1, 1], logs: [1, 5] });
    await put(session_id, "uploads/a.txt", "1");
    await remove(session_id, "outputs/single/a.txt");
    expect(await full(session_id)).toEqual({ uploads: [2, 3], logs: [1, 5] });
  });
});

describe("a session of an older version, which does not know its folders' bytes", () => {
  test("is counted when somebody asks, and keeps count from then on", async () => {
    const session_id = await newSession(ana);
    await put(session_id, "uploads/a.txt", "12345");
    await forgetFolderBytes(session_id);
    await put(session_id, "workspace/b.txt", "123");
    expect(await rememberedBytes(session_id)).toBeUndefined();
    expect(await full(session_id)).toEqual({ uploads: [1, 5], workspace: [1, 3] });
    expect(await rememberedBytes(session_id)).toEqual({ uploads: 5, workspace: 3 });
    await put(session_id, "uploads/a.txt", "1");
    expect(await full(session_id)).toEqual({ uploads: [1, 1], workspace: [1, 3] });
  });

  test("keeps nothing of what it counted while its record says something else", async () => {
    const session_id = await newSession(ana);
    await put(session_id, "uploads/a.txt", "12345");
    await forgetFolderBytes(session_id);
    // As between a file's record and its place in the counts.
    const lag = { UpdateExpression: "SET total_size_bytes = :less", ExpressionAttributeValues: { ":less": 4 } };
    await viewEngines(host).table.update(sessionKey(session_id), lag);
    expect(await full(session_id)).toEqual({ uploads: [1, 5] });
    expect(await rememberedBytes(session_id)).toBeUndefined();
  });

  test("loses nothing when it is counted while files come", async () => {
    const session_id = await newSession(ana);
    await put(session_id, "uploads/a.txt", "12345");
    await forgetFolderBytes(session_id);
    const names = Array.from({ length: 20 }, (_, n) => `workspace/${n}.txt`);
    await Promise.all(names.flatMap((path) => [put(session_id, path, "123"), full(session_id)]));
    expect(await full(session_id)).toEqual({ uploads: [1, 5], workspace: [20, 60] });
    expect(await rememberedBytes(session_id)).toEqual({ uploads: 5, workspace: 60 });
  });
});
