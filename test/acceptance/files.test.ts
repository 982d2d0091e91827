import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { toForm } from "../../shared/client/file-methods.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, noise, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { writeZip, type ZipWriterEntry } from "../support/zip-writer.ts";

const MIB = 1024 * 1024;

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

function zip(entries: ZipWriterEntry[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(writeZip(entries));
}

async function workbook(): Promise<Uint8Array<ArrayBuffer>> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet("Parameters").addRows([
    ["name", "value"],
    ["rate", 0.25],
    ["years", 3],
  ]);
  book.addWorksheet("Settings").addRows([
    ["key", "on"],
    ["debug", true],
  ]);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

describe("POST /upload", () => {
  test("makes a session with tables, in the documented shape", async () => {
    const files = [
      { name: "test_data.csv", content: "region,amount\nNorth,12\nSouth,30\n" },
      { name: "parameters.xlsx", content: await workbook() },
      { name: "notes.md", content: "# Notes\n\nNothing to see.\n" },
    ];
    const answer = await createClient({ baseUrl: host.url }).call("upload", { body: toForm(files) });
    expect(answer).toMatchObject({
      message: "Stored 3 files, made 3 tables",
      session_id: expect.stringMatching(/^session_/),
      session_token: expect.stringMatching(/^cubby_guest\./),
      temp_dir: expect.stringMatching(new RegExp(`^s3://.+/sessions/${answer.session_id}/$`)),
      files: ["test_data.csv", "parameters.xlsx", "notes.md"],
      sql_conversion: {
        total_tables: 3,
        converted_tables: [
          { table_name: "parameters_parameters", source_file: "uploads/parameters.xlsx", row_count: 2 },
          { table_name: "parameters_settings", source_file: "uploads/parameters.xlsx", row_count: 1 },
          { table_name: "test_data", source_file: "uploads/test_data.csv", row_count: 2 },
        ],
        python_transformations: [],
        csv_files_removed: [],
        excel_files_removed: [],
        python_files_updated: [],
        database_info: { tables: ["parameters_parameters", "parameters_settings", "test_data"] },
      },
    });
  });

  test("makes no session when nothing could be stored, and says why", async () => {
    const bob = await clientOf(host, "bob");
    const slip = zip([{ name: "../evil.csv", data: "x\n1\n" }]);
    expect(await problemOf(bob.call("upload", { body: toForm([{ name: "bad.zip", content: slip }]) }))).toMatchObject({
      status: 400,
      code: "archive_refused",
      message: expect.stringContaining("evil.csv"),
    });
    expect((await bob.call("listSessions", {})).data).toEqual([]);
  });

  test.each([
    { what: "no form at all", type: "application/json", body: "{}", status: 415 },
    { what: "a form cut short", type: "multipart/form-data; boundary=x", body: "--x\r\n", status: 400 },
    { what: "a form without a file", type: "multipart/form-data; boundary=x", body: "--x--\r\n", status: 400 },
    { what: "a form without a boundary", type: "multipart/form-data", body: "--x--\r\n", status: 400 },
  ])("answers $what with $status", async ({ type, body, status }) => {
    const answer = await fetch(`${host.url}/upload`, { method: "POST", headers: { "content-type": type }, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("POST /v1/sessions/{session_id}/files", () => {
  test("answers for each file by itself; a bad one harms no other", async () => {
    const id = await newSession(ana);
    const answer = await ana.uploadFiles(id, [
      { name: "good.csv", content: "a,b\n1,2\n" },
      { name: "broken.xlsx", content: "PK\u0003\u0004 this is no workbook" },
      { name: "slip.zip", content: zip([{ name: "/etc/passwd", data: "x" }]) },
      {
        name: "data.zip",
        content: zip([
          { name: "in/one.csv", data: "x\n1\n" },
          { name: "two.tsv", data: "x\ty\n1\t2\n" },
        ]),
      },
      { name: "good.csv", content: "a\n9\n" },
    ]);
    const results = answer.files.map((file) => [
      file.path,
      file.status,
      file.file?.conversion.state ?? file.problem?.code,
    ]);
    expect(results).toEqual([
      ["uploads/good.csv", "stored", "converted"],
      ["uploads/broken.xlsx", "stored", "failed"],
      ["uploads/slip.zip", "refused", "archive_refused"],
      ["uploads/one.csv", "stored", "converted"],
      ["uploads/two.tsv", "stored", "converted"],
      ["uploads/data.zip", "stored", "none"],
      ["uploads/good.csv", "refused", "conflict"],
    ]);
    expect(answer.tables).toEqual(["good", "one", "two"]);
    const session = await ana.call("getSession", { params: { session_id: id } });
    expect(session.file_counts).toEqual({ uploads: 5, workspace: 1 });
    const { data } = await ana.call("listConversions", { params: { session_id: id } });
    expect(data.find((report) => report.path === "uploads/broken.xlsx")).toMatchObject({
      state: "failed",
      reason: { code: expect.any(String), detail: expect.any(String) },
    });
  });

  test("takes exactly 4 MiB and names the limit beyond it", async () => {
    const id = await newSession(ana);
    const params = { session_id: id, path: "outputs/single/blob.bin" };
    const stored = await ana.call("putFile", { params, body: noise(4 * MIB) });
    expect(stored.file).toMatchObject({ size_bytes: 4 * MIB, content_type: "application/octet-stream" });
    expect(await problemOf(ana.call("putFile", { params, body: noise(4 * MIB + 1) }))).toMatchObject({
      status: 413,
      code: "body_too_large",
      message: expect.stringContaining(String(4 * MIB)),
    });
    const back = await ana.download(id, params.path);
    expect(Buffer.compare(Buffer.from(await back.arrayBuffer()), Buffer.from(noise(4 * MIB)))).toBe(0);
  });

  test.each(["déjà vu.csv", "a b+c%20d#e.csv", "日本語 🎉.csv", "semi;colon'quote.csv"])(
    "keeps the name %j through upload, listing, download and deletion",
    async (name) => {
      const id = await newSession(ana);
      const params = { session_id: id, path: `uploads/${name}` };
      await ana.uploadFiles(id, [{ name, content: "x\n1\n" }]);
      const listed = await ana.call("listFiles", { params, query: { folder: "uploads" } });
      expect(listed.data.map((file) => file.name)).toEqual([name]);
      const answer = await ana.download(id, params.path);
      expect(await answer.text()).toBe("x\n1\n");
      expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename/);
      expect(await ana.call("deleteFile", { params })).toEqual({ path: params.path, status: "deleted" });
      expect(await problemOf(ana.download(id, params.path))).toMatchObject({ status: 404, code: "file_not_found" });
      expect((await ana.call("listTables", { params })).data).toEqual([]);
    },
  );

  test.each(["uploads/../x", "nowhere/x.csv", "uploads/", "uploads/a/b"])("refuses the path %j", async (path) => {
    const id = await newSession(ana);
    const token = await host.issueToken({ sub: "ana" });
    const answer = await fetch(`${host.url}/v1/sessions/${id}/files/${encodeURIComponent(path)}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
      body: "x",
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "path_not_allowed" });
  });

  test("keeps Latin-1 byte for byte, and refuses it where the gateway would have broken it", async () => {
    const id = await newSession(ana);
    const url = `${host.url}/v1/sessions/${id}/files/uploads/latin.csv`;
    const body = new Uint8Array(Buffer.from("name\nJos\xe9\n", "latin1"));
    const authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
    const put = (type: string) => fetch(url, { method: "PUT", body, headers: { authorization, "content-type": type } });
    const refused = await put("text/csv");
    expect([refused.status, await refused.json()]).toMatchObject([415, { code: "media_type_not_supported" }]);
    expect((await put("application/octet-stream")).status).toBe(201);
    const stored = Buffer.from(await (await ana.download(id, "uploads/latin.csv")).arrayBuffer());
    expect(stored.toString("latin1")).toBe("name\nJos\xe9\n");
    const { rows } = await ana.call("query", { params: { session_id: id }, body: { sql: "SELECT name FROM latin" } });
    expect(rows).toEqual([["José"]]);
  });

  test("replaces a file's table when the file comes again", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x,y\n1,2\n3,4\n" }]);
    expect((await ana.call("listTables", { params })).data).toMatchObject([{ name: "a", row_count: 2 }]);
    const session = await ana.call("getSession", { params });
    expect(session.file_counts.uploads).toBe(1);
  });

  test("loses nothing when many uploads come at once", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((n) => ana.uploadFiles(id, [{ name: `part${n}.csv`, content: `n\n${n}\n` }])),
    );
    for (const { files } of answers) expect(files[0]?.file?.conversion.state).toBe("converted");
    const names = numbers.map((n) => `part${n}`);
    expect((await ana.call("listTables", { params })).data.map((table) => table.name)).toEqual(names);
    const sql = `SELECT sum(n) FROM (${names.map((name) => `SELECT n FROM ${name}`).join(" UNION ALL ")})`;
    expect((await ana.call("query", { params, body: { sql } })).rows).toEqual([["28"]]);
    const session = await ana.call("getSession", { params });
    expect(session).toMatchObject({ file_counts: { uploads: 8 }, database: { tables: 8 } });
    // The published version and the one before it, nothing else.
    const databases = (await viewEngines(host).keysOf(id)).filter((key) => key.includes("/database/"));
    expect(databases.length).toBeLessThanOrEqual(2);
  });

  test("settles two writers of one name on one file", async () => {
    const id = await newSession(ana);
    const params = { session_id: id, path: "outputs/single/same.txt" };
    const bodies = Array.from({ length: 6 }, (_, index) => `writer ${index} ${"x".repeat(index)}`);
    await Promise.all(bodies.map((body) => ana.call("putFile", { params, body })));
    const stored = await (await ana.download(id, params.path)).text();
    expect(bodies).toContain(stored);
    const { data } = await ana.call("listFiles", { params, query: { folder: "outputs/single" } });
    expect(data).toMatchObject([{ size_bytes: stored.length }]);
    const session = await ana.call("getSession", { params });
    expect(session).toMatchObject({ file_counts: { "outputs/single": 1 }, total_size_bytes: stored.length });
  });
});

describe("PUT with a condition, by six at once", () => {
  const path = "outputs/single/one.txt";
  const put = (session_id: string, word: string, condition: { ifMatch?: string; ifNoneMatch?: string }) =>
    ana.call("putFile", { params: { session_id, path }, body: word, ...condition });

  test.each(["creates a file once", "replaces the version that all saw once"])("%s", async (what) => {
    const session_id = await newSession(ana);
    const isNew = what.startsWith("creates");
    const before = isNew ? undefined : (await put(session_id, "before", {})).file?.etag;
    const condition = isNew ? { ifNoneMatch: "*" } : { ifMatch: `"${before}"` };
    const words = ["a", "b", "c", "d", "e", "f"];
    const ends = await Promise.allSettled(words.map((word) => put(session_id, word, condition)));
    const winners = words.filter((_, index) => ends[index]?.status === "fulfilled");
    expect(winners).toHaveLength(1);
    for (const end of ends) {
      if (end.status === "rejected") expect(end.reason).toMatchObject({ status: 412, code: "precondition_failed" });
    }
    expect(await (await ana.download(session_id, path)).text()).toBe(winners[0]);
    const told = await ana.call("getSession", { params: { session_id } });
    expect(told).toMatchObject({ file_counts: { "outputs/single": 1 }, total_size_bytes: 1 });
  });
});

describe("asking and taking out", () => {
  let id = "";
  const people = 'id,name,joined,score\n1,Ana,2026-01-31,1.50\n2,"Bo, Jr.",2026-02-01,2.25\n3,,2026-03-01,\n';

  beforeAll(async () => {
    id = await newSession(ana);
    await ana.uploadFiles(id, [
      { name: "people.csv", content: people },
      { name: "teams.tsv", content: "id\tteam\n1\tred\n2\tblue\n" },
    ]);
  });

  test("GET …/tables tells columns and types; …/{name} a sample too", async () => {
    const table = await ana.call("getTable", { params: { session_id: id, name: "people" } });
    expect(table).toMatchObject({
      name: "people",
      source_path: "uploads/people.csv",
      row_count: 3,
      columns: [
        { name: "id", type: "BIGINT", nulls: 0, distinct: 3 },
        { name: "name", type: "VARCHAR", nulls: 1 },
        { name: "joined", type: "DATE" },
        { name: "score", nulls: 1 },
      ],
    });
    expect(table.sample_rows).toHaveLength(3);
  });

  test("GET …/tables/{name} tells how each column's values lie; the list does not", async () => {
    const params = { session_id: id };
    const { columns } = await ana.call("getTable", { params: { ...params, name: "people" } });
    expect(columns[0]).toMatchObject({ mean: 2, quartiles: { p50: 2 }, histogram: { counts: [1, 1, 1] } });
    expect(columns[1]).toMatchObject({ lengths: { min: 3, max: 7, mean: 5 } });
    expect(columns[2]).toMatchObject({ min: "2026-01-31", max: "2026-03-01" });
    const listed = await ana.call("listTables", { params });
    expect(listed.data[0]?.columns[0]).toMatchObject({ name: "id", distinct: 3, min: 1, max: 3 });
    expect(listed.data[0]?.columns[0]).not.toHaveProperty("histogram");
  });

  test("POST …/query joins across files, with bound parameters and pages", async () => {
    const params = { session_id: id };
    const sql = "SELECT p.name, t.team FROM people p JOIN teams t USING (id) WHERE p.id >= $1 ORDER BY p.id";
    const answer = await ana.call("query", { params, body: { sql, params: [1], limit: 1 } });
    expect(answer).toMatchObject({
      columns: [
        { name: "name", type: "VARCHAR" },
        { name: "team", type: "VARCHAR" },
      ],
      rows: [["Ana", "red"]],
      row_count: 1,
    });
    const next = await ana.call("query", {
      params,
      body: { sql, params: [1], limit: 1, cursor: answer.next_cursor ?? "" },
    });
    expect(next).toMatchObject({ rows: [["Bo, Jr.", "blue"]], next_cursor: null });
    const other = { sql: "SELECT 1", limit: 1, cursor: answer.next_cursor ?? "" };
    expect(await problemOf(ana.call("query", { params, body: other }))).toMatchObject({ code: "invalid_cursor" });
  });

  test("POST …/query answers CSV", async () => {
    const csv = await ana.queryCsv(id, { sql: "SELECT id, name FROM people ORDER BY id" });
    expect(csv.replaceAll("\r\n", "\n")).toBe('id,name\n1,Ana\n2,"Bo, Jr."\n3,\n');
  });

  test.each([
    { sql: "DROP TABLE people", code: "statement_refused" },
    { sql: "SELECT 1; SELECT 2", code: "statement_refused" },
    { sql: "SELECT * FROM read_csv('/etc/passwd')", code: "statement_refused" },
    { sql: "SELECT nope FROM people", code: "statement_failed" },
    { sql: "SELEC 1", code: "statement_failed" },
  ])("POST …/query answers $code to $sql", async ({ sql, code }) => {
    const problem = await problemOf(ana.call("query", { params: { session_id: id }, body: { sql } }));
    expect(problem).toMatchObject({ status: 400 });
    expect(["statement_refused", "statement_failed"]).toContain(problem.code);
    if (code === "statement_refused") expect(problem.code).toBe(code);
  });

  test("POST …/query answers although the query function's process died", async () => {
    const params = { session_id: id };
    await ana.call("query", { params, body: { sql: "SELECT 1" } });
    for (const pid of host.pids.workers("query")) process.kill(pid, "SIGKILL");
    const answer = await ana.call("query", { params, body: { sql: "SELECT count(*) FROM people" } });
    expect(answer.rows).toEqual([[3]]);
  });

  test("the database opens in any DuckDB, and the summary names every table", async () => {
    const summary = await (await ana.download(id, "workspace/DATABASE_SUMMARY.md")).text();
    for (const word of ["people", "teams", "uploads/people.csv", "Bo, Jr."]) expect(summary).toContain(word);
    const folder = await mkdtemp(join(tmpdir(), "cubby-test-"));
    const path = join(folder, "project_data.db");
    const download = await ana.download(id, "workspace/project_data.db");
    expect(download.headers.get("content-disposition")).toContain("project_data.db");
    await writeFile(path, new Uint8Array(await download.arrayBuffer()));
    const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM people JOIN teams USING (id)");
    expect(rows.getRows()).toEqual([[2]]);
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  });

  test("what came in goes out byte for byte, by redirect, HEAD and range", async () => {
    const token = await host.issueToken({ sub: "ana" });
    const url = `${host.url}/v1/sessions/${id}/files/uploads/people.csv`;
    const headers = { authorization: `Bearer ${token}` };
    const redirect = await fetch(url, { headers, redirect: "manual" });
    expect(redirect.status).toBe(302);
    const location = redirect.headers.get("location") ?? "";
    expect(await (await fetch(location)).text()).toBe(people);
    const range = await fetch(location, { headers: { range: "bytes=0-6" } });
    expect([range.status, await range.text()]).toEqual([206, "id,name"]);
    const head = await fetch(url, { method: "HEAD", headers });
    expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(people)));
    const etag = redirect.headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { ...headers, "if-none-match": etag }, redirect: "manual" })).status).toBe(304);
  });
});
