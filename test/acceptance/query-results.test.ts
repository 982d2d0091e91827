import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { eventually, isRunning } from "../support/local-host.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;
let ana: Client;
let id = "";
const rows = 2_000;
const csv = `id,name,joined\n${Array.from({ length: rows }, (_, n) => `${n},name ${n},2026-01-${10 + (n % 20)}\n`).join("")}`;

beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
  id = await newSession(ana);
  await ana.uploadFiles(id, [{ name: "people.csv", content: csv }]);
});
afterAll(() => host.close());

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
  const headers = { authorization, "content-type": "application/json", ...(init.headers as Record<string, string>) };
  return fetch(`${host.url}/v1/sessions/${id}/${path}`, { redirect: "manual", ...init, headers });
}

const ask = (body: object) => send("query", { method: "POST", body: JSON.stringify(body) });

/** Larger than an answer may be. */
const large = "SELECT a.id, repeat(b.name, 20) AS names FROM people a, people b WHERE b.id < 20";

describe("POST …/query", () => {
  test.each([
    { format: "ndjson", type: "application/x-ndjson", start: '{"id":0}' },
    { format: "csv", type: "text/csv; charset=utf-8; header=present", start: "id\r\n" },
    { format: "xlsx", type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", start: "PK" },
    { format: "parquet", type: "application/vnd.apache.parquet", start: "PAR1" },
  ])("answers $format with its columns, count and cursor", async ({ format, type, start }) => {
    const response = await ask({ sql: "SELECT id FROM people ORDER BY id", format, limit: 3 });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(JSON.parse(response.headers.get("cubby-columns") ?? "")).toEqual([{ name: "id", type: "BIGINT" }]);
    expect(response.headers.get("cubby-row-count")).toBe("3");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename=query.${format}`);
    expect((await response.text()).slice(0, start.length)).toBe(start);
    const cursor = response.headers.get("x-next-cursor") ?? "";
    const next = await ask({ sql: "SELECT id FROM people ORDER BY id", cursor, limit: 1 });
    expect(await next.json()).toMatchObject({ rows: [[3]] });
  });

  test("tells the types of columns whose names are too many for a header", async () => {
    const sql = `SELECT ${Array.from({ length: 200 }, (_, n) => `id AS "a column with a long name ${n}"`)} FROM people`;
    const { headers } = await ask({ sql, format: "csv", limit: 1 });
    expect([headers.get("cubby-columns"), headers.get("cubby-column-types")]).toEqual([null, '["BIGINT",200]']);
  });

  test("walks through a result in pages, each row once, although nothing orders it", async () => {
    const sql = "SELECT name, count(*) AS n FROM people JOIN people p USING (name) GROUP BY name";
    const seen: unknown[] = [];
    let cursor: string | null | undefined;
    do {
      const body = { sql, limit: 700, ...(cursor ? { cursor } : {}) };
      const page = await ana.call("query", { params: { session_id: id }, body });
      seen.push(...page.rows.map(([name]) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(rows);
    expect(new Set(seen).size).toBe(rows);
  });

  test("puts an answer that is too large into a file, counts it and tells of it", async () => {
    const before = await ana.call("getSession", { params: { session_id: id } });
    const response = await ask({ sql: large, format: "csv", limit: 100_000 });
    expect(response.status).toBe(201);
    const answer = (await response.json()) as {
      file: { path: string; size_bytes: number; sha256: string };
      url: string;
    };
    expect(answer).toMatchObject({
      columns: [
        { name: "id", type: "BIGINT" },
        { name: "names", type: "VARCHAR" },
      ],
      rows: [],
      row_count: 40_000,
      next_cursor: null,
      file: { folder: "outputs/single", content_type: "text/csv; charset=utf-8; header=present" },
    });
    const { path, size_bytes } = answer.file;
    expect(response.headers.get("location")).toBe(`/v1/sessions/${id}/files/${path}`);
    expect(path).toMatch(/^outputs\/single\/query_\d{8}_\d{6}_[0-9a-f]{8}\.csv$/);
    const text = await (await fetch(answer.url)).text();
    expect([text.length, text.split("\r\n").length]).toEqual([size_bytes, 40_002]);
    expect(await (await ana.download(id, path)).text()).toBe(text);
    const after = await ana.call("getSession", { params: { session_id: id } });
    expect(after.total_size_bytes - before.total_size_bytes).toBe(size_bytes);
    expect(after.file_counts["outputs/single"]).toBe((before.file_counts["outputs/single"] ?? 0) + 1);
    const { data } = await ana.call("listHistory", { params: { session_id: id }, query: { order: "desc", limit: 1 } });
    const { sha256 } = answer.file;
    const metadata = { type: "query_result", path, file_size: size_bytes, sha256, rows: 40_000 };
    expect(data).toMatchObject([{ role: "event", origin: "cubby", metadata, actor: { kind: "user" } }]);
  });

  test("reaches the client's user either way", async () => {
    expect(await ana.queryCsv(id, { sql: "SELECT 1 AS a" })).toBe("a\r\n1\r\n");
    expect((await ana.queryCsv(id, { sql: large, limit: 100_000 })).split("\r\n")).toHaveLength(40_002);
    expect(await (await ana.downloadTable(id, "people", "csv")).text()).toBe(csv.replaceAll("\n", "\r\n"));
  });

  test("refuses it where it was to be inline, and says what to do", async () => {
    const params = { session_id: id };
    const body = { sql: large, limit: 100_000, output: "inline" } as const;
    const problem = await problemOf(ana.call("query", { params, body }));
    expect(problem).toMatchObject({ status: 422, code: "result_too_large" });
    expect(problem.message).toContain('"output"');
  });

  test.each([
    { format: "json", count: 2_000 },
    { format: "parquet", count: 2_000 },
    { format: "xlsx", count: 2_000 },
  ] as const)("makes a file of $format with every row when asked to", async ({ format, count }) => {
    const body = { sql: "FROM people", format, output: "file" } as const;
    const answer = await ana.call("query", { params: { session_id: id }, body });
    expect(answer).toMatchObject({ row_count: count, rows: [], next_cursor: null, file: { name: expect.any(String) } });
    const stored = await (await ana.download(id, answer.file?.path ?? "")).arrayBuffer();
    expect(stored.byteLength).toBe(answer.file?.size_bytes);
    if (format === "json") expect(JSON.parse(Buffer.from(stored).toString()).rows).toHaveLength(count);
  });

  test.each([
    { limit: 100_000, output: "inline", status: 200 },
    { limit: 100_001, output: "inline", status: 400 },
    { limit: 100_001, output: "auto", status: 400 },
    { limit: 100_001, output: "file", status: 201 },
    { limit: 0, output: "file", status: 400 },
  ])("answers $status to limit $limit with output $output", async ({ limit, output, status }) => {
    expect((await ask({ sql: "SELECT 1", limit, output })).status).toBe(status);
  });

  test("goes on in the version of the first page, and says when that is gone", async () => {
    const session = await newSession(ana);
    const params = { session_id: session };
    const put = (n: number) => ana.uploadFiles(session, [{ name: "t.csv", content: `x\n${n}\n${n + 1}\n` }]);
    await put(1);
    const body = { sql: "SELECT x FROM t", limit: 1 };
    const first = await ana.call("query", { params, body });
    const cursor = first.next_cursor ?? "";
    await put(11);
    expect(await ana.call("query", { params, body: { ...body, cursor } })).toMatchObject({ rows: [[2]] });
    expect(await ana.call("query", { params, body })).toMatchObject({ rows: [[11]] });
    const of = (version: string) =>
      Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(cursor, "base64url").toString()), version }));
    const gone = { ...body, cursor: of("99").toString("base64url") };
    expect(await problemOf(ana.call("query", { params, body: gone }))).toMatchObject({
      status: 400,
      code: "invalid_cursor",
    });
    const odd = { ...body, cursor: of("../1").toString("base64url") };
    expect(await problemOf(ana.call("query", { params, body: odd }))).toMatchObject({
      status: 400,
      code: "invalid_cursor",
    });
  });
});

describe.runIf(process.platform === "linux")("a client that hangs up", () => {
  /** Processes that the query function's workers have started, with the hundredths of a second they have counted. */
  function children(): Map<number, number> {
    const found = new Map<number, number>();
    const workers = host.pids.workers("query");
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(entry)?.split(") ")[1]?.split(" ") ?? [];
      if (workers.includes(Number(fields[1]))) found.set(Number(entry), Number(fields[11]) + Number(fields[12]));
    }
    return found;
  }

  function statOf(entry: string): string | undefined {
    try {
      return readFileSync(`/proc/${entry}/stat`, "utf8");
    } catch {
      return undefined; // gone between the listing and this
    }
  }

  test("ends its statement with it", async () => {
    const client = new AbortController();
    const sql = "SELECT count(*) FROM people a, people b, people c, people d";
    const answer = ana.call("query", { params: { session_id: id }, body: { sql }, signal: client.signal });
    const busy = await eventually(() => [...children()].find(([, ticks]) => ticks > 150)?.[0]);
    client.abort();
    await expect(answer).rejects.toThrow("aborted");
    await eventually(() => !isRunning(busy) || undefined, 10);
    expect((await ana.call("query", { params: { session_id: id }, body: { sql: "SELECT 1" } })).rows).toEqual([[1]]);
  });
});

describe("GET …/tables/{name}", () => {
  test.each([
    { format: "csv", starts: "id,name,joined\r\n0,name 0,2026-01-10\r\n" },
    { format: "ndjson", starts: '{"id":0,"name":"name 0","joined":"2026-01-10"}\n' },
    { format: "json", starts: '{"rows":[\n[0,"name 0","2026-01-10"],\n' },
    { format: "xlsx", starts: "PK" },
    { format: "parquet", starts: "PAR1" },
  ])("gives the whole table out as $format, once per version", async ({ format, starts }) => {
    const redirect = await send(`tables/people?format=${format}`);
    expect(redirect.status).toBe(302);
    const file = await fetch(redirect.headers.get("location") ?? "");
    expect(file.headers.get("content-disposition")).toBe(`attachment; filename=people.${format}`);
    const text = Buffer.from(await file.arrayBuffer()).toString("latin1");
    expect(text.slice(0, starts.length)).toBe(starts);
    const etag = redirect.headers.get("etag") ?? "";
    expect((await send(`tables/people?format=${format}`, { headers: { "if-none-match": etag } })).status).toBe(304);
    const link = await (await send(`tables/people?format=${format}&redirect=false`)).json();
    expect(link).toMatchObject({ size_bytes: text.length, format });
    const again = await fetch((link as { url: string }).url);
    expect(again.headers.get("etag")).toBe(file.headers.get("etag"));
    // Left unread, it trips Node's own client when a server hangs up at once.
    expect(Buffer.from(await again.arrayBuffer()).toString("latin1")).toBe(text);
  });

  test("is another file for another version, another format, or safe cells", async () => {
    const session = await newSession(ana);
    const order = async (query = "format=csv") => {
      const headers = { authorization: `Bearer ${await host.issueToken({ sub: "ana" })}` };
      const url = `${host.url}/v1/sessions/${session}/tables/t?${query}`;
      const response = await fetch(url, { headers, redirect: "manual" });
      const file = await fetch(response.headers.get("location") ?? "");
      return { etag: response.headers.get("etag"), text: await file.text() };
    };
    await ana.uploadFiles(session, [{ name: "t.csv", content: "x,y\n1,=1+1\n" }]);
    const first = await order();
    expect(first.text).toBe("x,y\r\n1,=1+1\r\n");
    expect((await order("format=csv&safe_for_spreadsheets=true")).text).toBe("x,y\r\n1,'=1+1\r\n");
    await ana.uploadFiles(session, [{ name: "t.csv", content: "x,y\n2,b\n" }]);
    const second = await order();
    expect(second.text).toBe("x,y\r\n2,b\r\n");
    expect(second.etag).not.toBe(first.etag);
  });

  test.each([
    { path: "tables/nothing?format=csv", status: 404 },
    { path: "tables/people?format=exe", status: 400 },
    { path: "tables/people?format=csv&format=json", status: 400 },
    { path: "tables/people", status: 200 },
  ])("answers $status to $path", async ({ path, status }) => {
    expect((await send(path)).status).toBe(status);
  });

  test("stands beside the whole database, which has its version as ETag", async () => {
    const path = "files/workspace/project_data.db";
    const redirect = await send(path);
    const file = await fetch(redirect.headers.get("location") ?? "");
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe("DUCK");
    const headers = { "if-none-match": redirect.headers.get("etag") ?? "" };
    expect((await send(path, { headers })).status).toBe(304);
  });

  test("takes no room of the session", async () => {
    const before = await ana.call("getSession", { params: { session_id: id } });
    await send("tables/people?format=ndjson&safe_for_spreadsheets=true");
    expect(await ana.call("getSession", { params: { session_id: id } })).toMatchObject({
      total_size_bytes: before.total_size_bytes,
    });
  });
});

// Last: where a deployment stands for every host, a second one clears the sessions of the first.
describe("a session without room", () => {
  test("gets its rows, but no file of them", async () => {
    const small = await startAcceptanceHost({ MAX_SESSION_SIZE_MB: "0.2" });
    try {
      const client = await clientOf(small, "ana");
      const params = { session_id: await newSession(client) };
      await client.uploadFiles(params.session_id, [{ name: "people.csv", content: csv }]);
      const sql = "SELECT * FROM people";
      expect(await client.call("query", { params, body: { sql, output: "auto" } })).toMatchObject({ row_count: 1000 });
      const before = await client.call("getSession", { params });
      const body = { sql: `${sql} UNION ALL ${sql} UNION ALL ${sql}`, output: "file" } as const;
      expect(await problemOf(client.call("query", { params, body }))).toMatchObject({
        status: 507,
        code: "session_full",
      });
      expect(await client.call("getSession", { params })).toMatchObject({ total_size_bytes: before.total_size_bytes });
      const { data } = await client.call("listFiles", { params, query: { folder: "outputs/single" } });
      expect(data).toEqual([]);
    } finally {
      await small.close();
    }
  });
});
