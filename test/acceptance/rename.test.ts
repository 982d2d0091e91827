import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let ana: Client;
beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

async function sessionWith(...names: string[]) {
  const params = { session_id: await newSession(ana) };
  const files = names.map((name) => ({ name, content: "a,b\n1,2\n" }));
  await ana.uploadFiles(params.session_id, files);
  return params;
}

const rename = (params: { session_id: string }, path: string, name: string) =>
  ana.call("renameFile", { params, body: { path, name } });

const tablesOf = async (params: { session_id: string }) =>
  (await ana.call("listTables", { params })).data.map(({ name, source_path }) => [name, source_path]);

describe("renameFile", () => {
  test.each(["sales 2025.csv", "ü ☃ #1%.csv", "what?.csv"])("moves the content and its tables to %s", async (name) => {
    const params = await sessionWith("sales.csv");
    const { file } = await rename(params, "uploads/sales.csv", name);
    expect(file).toMatchObject({ path: `uploads/${name}`, name, size_bytes: 8, conversion: { state: "converted" } });
    const path = `uploads/${name}`;
    expect(await (await ana.download(params.session_id, path)).text()).toBe("a,b\n1,2\n");
    expect(await tablesOf(params)).toEqual([[expect.any(String), path]]);
    const objects = (await viewEngines(host).keysOf(params.session_id)).filter((key) => key.includes("/uploads/"));
    expect(objects).toEqual([`sessions/${params.session_id}/${path}`]);
    expect(await ana.call("getSession", { params })).toMatchObject({ file_counts: { uploads: 1 } });
  });

  test("keeps how the file is to be read", async () => {
    const params = await sessionWith("sales.csv");
    await ana.call("convertAgain", { params, body: { path: "uploads/sales.csv", all_text: true } });
    await rename(params, "uploads/sales.csv", "texts.csv");
    const { data } = await ana.call("listTables", { params });
    expect(data[0]?.columns.map(({ type }) => type)).toEqual(["VARCHAR", "VARCHAR"]);
  });

  test("to its own name changes nothing", async () => {
    const params = await sessionWith("sales.csv");
    expect(await rename(params, "uploads/sales.csv", "sales.csv")).toMatchObject({ status: "stored" });
  });

  test.each([
    { path: "uploads/sales.csv", name: "taken.csv", status: 409, code: "conflict" },
    { path: "uploads/none.csv", name: "new.csv", status: 404, code: "file_not_found" },
    { path: "uploads/sales.csv", name: "a/b.csv", status: 400, code: "path_not_allowed" },
    { path: "workspace/project_data.db", name: "mine.db", status: 400, code: "path_not_allowed" },
    { path: "workspace/DATABASE_SUMMARY.md", name: "mine.md", status: 400, code: "path_not_allowed" },
  ])("of $path to $name answers $status, and changes nothing", async ({ path, name, status, code }) => {
    const params = await sessionWith("sales.csv", "taken.csv");
    const before = await viewEngines(host).keysOf(params.session_id);
    expect(await problemOf(rename(params, path, name))).toMatchObject({ status, code });
    expect(await viewEngines(host).keysOf(params.session_id)).toEqual(before);
  });
});
