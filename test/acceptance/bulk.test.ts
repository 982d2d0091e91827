import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { createStorageClients, type StorageClients } from "../../shared/aws/clients.ts";
import type { Client } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { createFileStore, type FileStore } from "../../shared/files/file-store.ts";
import { createStores } from "../../shared/stores.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { afterCommand, type Fault, refuseKeys } from "../support/faults.ts";
import { clientOn } from "../support/host-app.ts";
import { pointSdkAt } from "../support/own-stores.ts";
import { isEngine } from "../support/s3-under-test.ts";

let host: Host;
let ana: Client;
let clients: StorageClients;
/** The API in this process, on clients that a test can break. */
let faulty: Client;
let files: FileStore;
let faults: Fault[] = [];

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
  pointSdkAt(host);
  clients = createStorageClients(host.env);
  const stores = createStores(host.env, systemClock, clients);
  files = createFileStore(stores.bucket, stores.table, systemClock);
  faulty = clientOn(host, stores, { kind: "user", userId: "ana" });
});
afterEach(() => {
  for (const fault of faults) fault.stop();
  faults = [];
});
afterAll(() => host.close());

async function sessionWith(paths: readonly string[]): Promise<string> {
  const session_id = await newSession(ana);
  await Promise.all(paths.map((path) => ana.call("putFile", { params: { session_id, path }, body: path })));
  return session_id;
}

const remove = (session_id: string, paths: string[], by = ana) =>
  by.call("deleteFiles", { params: { session_id }, body: { paths } });
const statuses = (answer: Awaited<ReturnType<typeof remove>>) => answer.files.map(({ path, status }) => [path, status]);
const countsOf = async (session_id: string) => {
  const { file_counts, total_size_bytes } = await ana.call("getSession", { params: { session_id } });
  return { file_counts, total_size_bytes };
};

describe("POST …/files/delete", () => {
  test("answers for each path by itself, in their order; asked again, what went is not found", async () => {
    const session_id = await sessionWith([
      "workspace/a.txt",
      "workspace/é.txt",
      "outputs/bulk/why?.txt",
      "workspace/z",
    ]);
    await ana.uploadFiles(session_id, [{ name: "t.csv", content: "x\n1\n" }]);
    const paths = [
      "workspace/a.txt",
      "workspace/none.txt",
      "workspace/e\u0301.txt",
      "outputs/bulk/why?.txt",
      "nowhere/a",
      "uploads/../x",
      "workspace/a.txt",
      "workspace/project_data.db",
      "uploads/t.csv",
    ];
    const answer = await remove(session_id, paths);
    expect(statuses(answer)).toEqual([
      ["workspace/a.txt", "deleted"],
      ["workspace/none.txt", "not_found"],
      ["workspace/é.txt", "deleted"],
      ["outputs/bulk/why?.txt", "deleted"],
      ["nowhere/a", "refused"],
      ["uploads/../x", "refused"],
      ["workspace/a.txt", "deleted"],
      ["workspace/project_data.db", "refused"],
      ["uploads/t.csv", "deleted"],
    ]);
    for (const { status, problem } of answer.files) {
      expect(problem?.code).toBe(status === "refused" ? "path_not_allowed" : undefined);
    }
    expect((await ana.call("listTables", { params: { session_id } })).data).toEqual([]);
    const { file_counts } = await countsOf(session_id);
    expect(file_counts).toEqual({ workspace: 2, "outputs/bulk": 0, uploads: 0 }); // z, and the summary of the tables
    const again = await remove(session_id, ["workspace/a.txt", "workspace/é.txt", "uploads/t.csv"]);
    expect(again.files.map(({ status }) => status)).toEqual(["not_found", "not_found", "not_found"]);
    expect((await countsOf(session_id)).file_counts).toEqual(file_counts);
  });

  test("takes a thousand at once, tells the history in few entries, and refuses one more", async () => {
    const session_id = await newSession(ana);
    const names = Array.from({ length: 1000 }, (_, index) => `${index}.txt`);
    // In four forms: one of a thousand files comes close to the time that one may take, where the machine is busy.
    for (let first = 0; first < names.length; first += 250) {
      const files = names.slice(first, first + 250).map((name) => ({ name, content: "x" }));
      await ana.uploadFiles(session_id, files, "outputs/bulk");
    }
    expect(await countsOf(session_id)).toEqual({ file_counts: { "outputs/bulk": 1000 }, total_size_bytes: 1000 });
    const paths = names.map((name) => `outputs/bulk/${name}`);
    expect(await problemOf(remove(session_id, [...paths, "workspace/x"]))).toMatchObject({ code: "invalid_request" });
    const answer = await remove(session_id, paths);
    expect(answer.files.every(({ status }) => status === "deleted")).toBe(true);
    expect(await countsOf(session_id)).toEqual({ file_counts: { "outputs/bulk": 0 }, total_size_bytes: 0 });
    expect(await viewEngines(host).keysOf(session_id)).toEqual([]);
    const entries = [];
    for await (const entry of ana.pages("listHistory", { params: { session_id } })) entries.push(entry.metadata);
    const deletions = entries.filter(({ type }) => type === "file_deleted");
    expect(deletions).toHaveLength(26);
    expect(deletions).toContainEqual({ type: "file_deleted", files: 975, bytes: 975 });
  });

  test("reads what a bucket says of single keys inside a 200: those files stay, listed and counted", async () => {
    const paths = ["workspace/a.txt", "workspace/stuck.txt", "workspace/z.txt", "uploads/stuck.csv"];
    const session_id = await sessionWith(paths);
    await ana.uploadFiles(session_id, [{ name: "stuck.csv", content: "x\n1\n" }]);
    const before = await countsOf(session_id);
    const fault = refuseKeys(clients, (key) => key.includes("/stuck."));
    faults.push(fault);
    const answer = await remove(session_id, paths, faulty);
    expect(statuses(answer)).toEqual([
      ["workspace/a.txt", "deleted"],
      ["workspace/stuck.txt", "failed"],
      ["workspace/z.txt", "deleted"],
      ["uploads/stuck.csv", "failed"],
    ]);
    expect(answer.files[1]?.problem).toMatchObject({ code: "unavailable" });
    expect(await (await ana.download(session_id, "workspace/stuck.txt")).text()).toBe("workspace/stuck.txt");
    const tables = await ana.call("listTables", { params: { session_id } });
    expect(tables.data.map(({ name }) => name)).toEqual(["stuck"]);
    expect(await countsOf(session_id)).toEqual({
      file_counts: { ...before.file_counts, workspace: (before.file_counts.workspace ?? 0) - 2 },
      total_size_bytes: before.total_size_bytes - 2 * "workspace/a.txt".length,
    });
    const params = { session_id, path: "workspace/stuck.txt" };
    expect(await problemOf(faulty.call("deleteFile", { params }))).toMatchObject({ status: 503, code: "unavailable" });
    fault.stop();
    expect((await remove(session_id, paths, faulty)).files.map(({ status }) => status)).toEqual([
      "not_found",
      "deleted",
      "not_found",
      "deleted",
    ]);
    expect((await countsOf(session_id)).file_counts).toMatchObject({ uploads: 0 });
  });

  // That engine looks at no condition of a deletion.
  test.skipIf(isEngine("versitygw"))(
    "leaves alone what replaced a file while it was deleted, and counts it once",
    async () => {
      const path = "workspace/a.txt";
      const session_id = await sessionWith([path]);
      const put = () => ana.call("putFile", { params: { session_id, path }, body: "the new one" });
      const isHiding = (command: string) => command === "DeleteItemCommand";
      const fault = afterCommand(clients.dynamo, isHiding, async () => void (await put()));
      faults.push(fault);
      expect(statuses(await remove(session_id, [path], faulty))).toEqual([[path, "deleted"]]);
      expect(fault.count).toBe(1);
      expect(await (await ana.download(session_id, path)).text()).toBe("the new one");
      expect(await countsOf(session_id)).toEqual({ file_counts: { workspace: 1 }, total_size_bytes: 11 });
    },
  );

  test("fails for a file that was replaced since it was seen, and keeps the new one", async () => {
    const path = "workspace/a.txt";
    const session_id = await sessionWith([path]);
    const seen = await files.find(session_id, path);
    if (seen === undefined) throw new Error("There is no file");
    await ana.call("putFile", { params: { session_id, path }, body: randomUUID() });
    expect(await files.removeAll(session_id, [seen])).toMatchObject([{ status: "kept", why: { code: "conflict" } }]);
    expect((await ana.download(session_id, path)).status).toBe(200);
  });

  test("two at once delete each file once", async () => {
    const paths = Array.from({ length: 30 }, (_, index) => `outputs/single/${index}.txt`);
    const session_id = await sessionWith(paths);
    const answers = await Promise.all([1, 2, 3].map(() => remove(session_id, paths)));
    for (const [index, path] of paths.entries()) {
      const outcomes = answers.map(({ files: results }) => results[index]?.status);
      expect([path, outcomes.toSorted()]).toEqual([path, ["deleted", "not_found", "not_found"]]);
    }
    expect(await countsOf(session_id)).toEqual({ file_counts: { "outputs/single": 0 }, total_size_bytes: 0 });
  });
});
