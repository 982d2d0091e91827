import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { CallOptions, Client, UploadFolder } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { impossibleNames, nastyNames } from "../support/nasty-names.ts";
import { isEngine } from "../support/s3-under-test.ts";
import { readZip } from "../support/zip-readers.ts";
import { writeZip } from "../support/zip-writer.ts";

let host: Host;
let ana: Client;
let authorization = "";

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
  authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
});
afterAll(() => host.close());

const bytesOf = (name: string) => `content of ${name}`;

type Folder = NonNullable<CallOptions<"listFiles">["query"]>["folder"];

async function listAll(session_id: string, folder: Folder) {
  const found = [];
  for await (const file of ana.pages("listFiles", { params: { session_id }, query: { folder } })) found.push(file);
  return found;
}

/** The whole way of one name: listed, asked for by client and by href, read, packed, deleted. */
async function followName(session_id: string, folder: string, names: readonly string[]): Promise<void> {
  const listed = await listAll(session_id, folder as Folder);
  expect(listed.map((file) => file.name).toSorted()).toEqual([...names].toSorted());
  for (const file of listed) {
    expect(await (await ana.download(session_id, file.path)).text()).toBe(bytesOf(file.name));
    const head = await fetch(`${host.url}${file.href}`, { method: "HEAD", headers: { authorization } });
    expect([file.name, head.status, head.headers.get("etag")]).toEqual([file.name, 200, `"${file.etag}"`]);
  }
}

describe("names kept as given", () => {
  test("by a form: stored, listed, read, packed and deleted under their own names", async () => {
    const session_id = await newSession(ana);
    const files = nastyNames.map((name) => ({ name, content: bytesOf(name) }));
    const { files: results } = await ana.uploadFiles(session_id, files, "outputs/bulk");
    expect(results.filter((result) => result.status !== "stored")).toEqual([]);
    await followName(session_id, "outputs/bulk", nastyNames);

    const zip = await ana.downloadArchive(session_id, { folder: "outputs/bulk" });
    const entries = await readZip(Buffer.from(await zip.arrayBuffer()));
    const wanted = nastyNames.map((name) => [`outputs/bulk/${name}`, bytesOf(name)] as const);
    expect(new Map([...entries].map(([name, bytes]) => [name, bytes.toString()]))).toEqual(new Map(wanted));

    for (const name of nastyNames) {
      const params = { session_id, path: `outputs/bulk/${name}` };
      expect(await ana.call("deleteFile", { params })).toEqual({ path: params.path, status: "deleted" });
    }
    const left = (await viewEngines(host).keysOf(session_id)).filter((key) => !key.includes("/archives/"));
    expect(left).toEqual([]);
  });

  test("by PUT: created, replaced, read and deleted under their own names", async () => {
    const session_id = await newSession(ana);
    // That engine keeps objects as files and gives one that it replaces a longer name for a moment.
    const longest = isEngine("versitygw") ? 200 : 255;
    const names = nastyNames.filter((name) => Buffer.byteLength(name) <= longest);
    for (const name of names) {
      const params = { session_id, path: `outputs/single/${name}` };
      await ana.call("putFile", { params, body: "first" });
      const { file } = await ana.call("putFile", { params, body: bytesOf(name) });
      expect(file?.name).toBe(name);
    }
    await followName(session_id, "outputs/single", names);
    const session = await ana.call("getSession", { params: { session_id } });
    expect(session.file_counts).toEqual({ "outputs/single": names.length });
  });

  test("out of a ZIP that comes in", async () => {
    const session_id = await newSession(ana);
    const content = new Uint8Array(writeZip(nastyNames.map((name) => ({ name, data: bytesOf(name) }))));
    const { files: results } = await ana.uploadFiles(session_id, [{ name: "names.zip", content }]);
    expect(results.filter((result) => result.status !== "stored")).toEqual([]);
    const listed = await listAll(session_id, "uploads");
    expect(listed.map((file) => file.name).toSorted()).toEqual([...nastyNames, "names.zip"].toSorted());
  });
});

describe("one file or two", () => {
  test("NFD is the same name as NFC; another case or another look-alike is another file", async () => {
    const session_id = await newSession(ana);
    const put = (name: string) =>
      ana.call("putFile", { params: { session_id, path: `workspace/${name}` }, body: bytesOf(name) });
    await put("Cafe\u0301.txt");
    await put("Caf\u00e9.txt");
    await put("CAF\u00c9.txt");
    await put("caf\u00e9.txt");
    await put("ﬁle.txt");
    await put("file.txt");
    const names = (await listAll(session_id, "workspace")).map((file) => file.name);
    expect(names.toSorted()).toEqual(["Café.txt", "CAFÉ.txt", "café.txt", "ﬁle.txt", "file.txt"].toSorted());
    expect(await (await ana.download(session_id, "workspace/Cafe\u0301.txt")).text()).toBe(bytesOf("Café.txt"));
  });
});

describe("names refused", () => {
  test.each(impossibleNames)("%j: %s", async (name, reason) => {
    const session_id = await newSession(ana);
    const wanted = { status: 400, code: "path_not_allowed", message: expect.stringContaining(reason) };
    // By the query, as a URL's path would swallow some of these before we see them.
    const url = `${host.url}/v1/sessions/${session_id}/files/uploads?name=${encodeURIComponent(name)}`;
    for (const method of ["PUT", "GET", "DELETE"]) {
      const answer = await fetch(url, { method, headers: { authorization }, ...(method === "PUT" && { body: "x" }) });
      const problem = (await answer.json()) as { code: string; detail: string };
      expect([method, answer.status, problem.code]).toEqual([method, wanted.status, wanted.code]);
      expect(problem.detail).toContain(reason);
    }
    expect(await viewEngines(host).keysOf(session_id)).toEqual([]);
  });

  test("a query's name goes with a folder, and with nothing else", async () => {
    const session_id = await newSession(ana);
    const ask = (path: string) =>
      fetch(`${host.url}/v1/sessions/${session_id}/files/${path}`, { headers: { authorization } });
    for (const path of ["nowhere?name=a", "uploads/b?name=a", "uploads?name=a/b"]) {
      expect([path, (await ask(path)).status]).toEqual([path, 400]);
    }
    expect((await ask("uploads?name=a")).status).toBe(404);
  });
});

describe("who may write where", () => {
  test.each([
    { folder: "uploads", put: true, form: true },
    { folder: "workspace", put: true, form: true },
    { folder: "research_data", put: true, form: true },
    { folder: "intermediate_results", put: true, form: true },
    { folder: "outputs/single", put: true, form: true },
    { folder: "outputs/bulk", put: true, form: true },
    { folder: "cache", put: false, form: false },
    { folder: "logs", put: false, form: false },
    { folder: "elsewhere", put: false, form: false },
  ])("$folder: PUT $put, POST $form", async ({ folder, put, form }) => {
    const session_id = await newSession(ana);
    const params = { session_id, path: `${folder}/a.txt` };
    const byPut = ana.call("putFile", { params, body: "x" });
    if (put) expect(await byPut).toMatchObject({ status: "stored" });
    else expect(await problemOf(byPut)).toMatchObject({ status: 400, code: "path_not_allowed" });
    const byForm = ana.uploadFiles(session_id, [{ name: "b.txt", content: "x" }], folder as UploadFolder);
    if (form) expect((await byForm).files).toMatchObject([{ status: "stored" }]);
    else expect(await problemOf(byForm)).toMatchObject({ status: 400, code: "invalid_request" });
  });

  test("Cubby's own works are not overwritten, by no way in, and the database is not deleted by itself", async () => {
    const session_id = await newSession(ana);
    await ana.uploadFiles(session_id, [{ name: "a.csv", content: "x\n1\n" }]);
    for (const name of ["project_data.db", "DATABASE_SUMMARY.md"]) {
      const params = { session_id, path: `workspace/${name}` };
      expect(await problemOf(ana.call("putFile", { params, body: "x" }))).toMatchObject({ code: "path_not_allowed" });
      const { files } = await ana.uploadFiles(session_id, [{ name, content: "x" }], "workspace");
      expect(files).toMatchObject([{ status: "refused", problem: { code: "path_not_allowed" } }]);
    }
    const params = { session_id, path: "workspace/project_data.db" };
    expect(await problemOf(ana.call("deleteFile", { params }))).toMatchObject({ code: "path_not_allowed" });
    expect((await ana.call("query", { params, body: { sql: "SELECT x FROM a" } })).rows).toEqual([[1]]);
  });
});
