import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { writeXlsx } from "../support/xlsx-writer.ts";
import { rowsOf } from "../unit/xlsx/load.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;
let client: Client;

beforeAll(async () => {
  host = await startAcceptanceHost();
  client = await clientOf(host, "ana");
});
afterAll(() => host.close());

/** A session with this one file in it, converted as looking at it suggests. */
async function sessionWith(path: string, content: string): Promise<{ session_id: string }> {
  const session_id = await newSession(client);
  await client.call("putFile", { params: { session_id, path }, body: content });
  return { session_id };
}

describe("POST …/conversions", () => {
  test("reads the file again and answers its report, with the settings that stay with it", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    const again = await client.call("convertAgain", {
      params,
      body: { path: "uploads/a.csv", delimiter: "," },
    });
    const settings = [{ delimiter: "," }];
    expect(again).toMatchObject({ path: "uploads/a.csv", state: "converted", tables: ["a"], rows: 1, settings });
    const { data } = await client.call("listConversions", { params });
    expect(data).toMatchObject([{ path: "uploads/a.csv", state: "converted", settings }]);
  });

  test("keeps the tables and names the setting that the file does not bear", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    const again = await client.call("convertAgain", { params, body: { path: "uploads/a.csv", range: "A1:B2" } });
    expect(again).toMatchObject({
      state: "failed",
      tables: ["a"],
      reason: {
        code: "setting_not_possible",
        setting: "range",
        detail: "Cannot use `range`: the file is delimited text",
      },
    });
    const answer = await client.call("query", { params, body: { sql: "SELECT x, y FROM a" } });
    expect(answer.rows).toEqual([[1, 2]]);
  });

  test.each([
    { body: { path: "uploads/none.csv" }, status: 404, code: "file_not_found" },
    { body: { path: "workspace/DATABASE_SUMMARY.md" }, status: 400, code: "path_not_allowed" },
    { body: { path: "uploads/a.csv", encoding: "klingon" }, status: 400, code: "invalid_request" },
    { body: { path: "uploads/a.csv", range: "nowhere" }, status: 400, code: "invalid_request" },
  ])("refuses $body", async ({ body, status, code }) => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    expect(await problemOf(client.call("convertAgain", { params, body }))).toMatchObject({ status, code });
  });
});

describe("POST …/conversions with preview", () => {
  test("answers report and first rows, and changes nothing", async () => {
    const params = await sessionWith("uploads/a.csv", "x;y\n1,5;2\n2,5;3\n");
    const before = await client.call("getSession", { params });
    const body = { path: "uploads/a.csv", decimal: ".", preview: true } as const;
    expect(await client.call("convertAgain", { params, body })).toMatchObject({
      path: "uploads/a.csv",
      state: "converted",
      rows: 2,
      preview: {
        complete: true,
        tables: [
          {
            name: "a",
            columns: [
              { name: "x", type: "VARCHAR" },
              { name: "y", type: "BIGINT" },
            ],
            rows: [
              ["1,5", 2],
              ["2,5", 3],
            ],
          },
        ],
      },
    });
    const after = await client.call("getSession", { params });
    expect(after.database).toEqual(before.database);
    const { data } = await client.call("listConversions", { params });
    expect(data).toMatchObject([{ settings: [], columns: [{ type: "DOUBLE" }, { type: "BIGINT" }] }]);
  });

  test("says that it looked at the beginning of a large file only", async () => {
    const session_id = await newSession(client);
    const path = "uploads/large.csv.gz";
    const lines = Array.from({ length: 600_000 }, (_, index) => `${index},word${index % 10}`).join("\n");
    await client.call("putFile", { params: { session_id, path }, body: gzipSync(`n,w\n${lines}\n`) });
    const answer = await client.call("convertAgain", { params: { session_id }, body: { path, preview: true } });
    expect(answer.preview?.complete).toBe(false);
    expect(answer.preview?.tables[0]?.rows).toHaveLength(100);
    expect(answer.rows).toBeLessThan(600_000);
  });

  test("names the setting that does not fit", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    const body = { path: "uploads/a.csv", header_row: 7, preview: true };
    expect(await client.call("convertAgain", { params, body })).toMatchObject({
      state: "failed",
      reason: { code: "setting_not_possible", setting: "header_row" },
      preview: { tables: [] },
    });
  });
});

describe("settings of a file", () => {
  test("stay with it when its content is replaced, until they are taken back", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    await client.call("convertAgain", { params, body: { path: "uploads/a.csv", all_text: true } });
    await client.call("putFile", { params: { ...params, path: "uploads/a.csv" }, body: "x,y\n007,2\n8,3\n" });
    const sum = () => client.call("query", { params, body: { sql: "SELECT typeof(y) FROM a LIMIT 1" } });
    expect((await sum()).rows).toEqual([["VARCHAR"]]);
    await client.call("convertAgain", { params, body: { path: "uploads/a.csv" } });
    expect((await sum()).rows).toEqual([["BIGINT"]]);
  });

  test("go with it when it is deleted", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    await client.call("convertAgain", { params, body: { path: "uploads/a.csv", all_text: true } });
    await client.call("deleteFile", { params: { ...params, path: "uploads/a.csv" } });
    await client.call("putFile", { params: { ...params, path: "uploads/a.csv" }, body: "x,y\n1,2\n" });
    const { data } = await client.call("listConversions", { params });
    expect(data).toMatchObject([{ settings: [], columns: [{ type: "BIGINT" }, { type: "BIGINT" }] }]);
  });
});

describe("the report of a conversion", () => {
  test("stands in the list, in the history and in the summary", async () => {
    const params = await sessionWith("uploads/a.csv", `a title\nx;y\n1;NA\n2;3\n4${";z".repeat(500)}\n`);
    const facts = {
      delimiter: ";",
      quote: '"',
      encoding: "utf-8",
      header_row: 2,
      skipped_lines: 1,
      reader: "tolerant",
      rows: 2,
      rejected_rows: 1,
      rejects: [{ line: 5, reason: "it has 501 cells" }],
      rejects_tables: ["a__rejects"],
      columns: [
        { name: "x", type: "BIGINT", evidence: expect.any(String) },
        { name: "y", type: "BIGINT", null_spellings: ["NA"] },
      ],
    };
    expect((await client.call("listConversions", { params })).data).toMatchObject([facts]);
    const history = await client.call("listHistory", { params });
    const entry = history.data.find(({ metadata }) => metadata.type === "conversion");
    expect(entry?.metadata).toMatchObject({ path: "uploads/a.csv", status: "converted", report: facts });
    const rejects = await client.call("query", { params, body: { sql: "SELECT line, reason FROM a__rejects" } });
    expect(rejects.rows).toEqual([[5, "it has 501 cells"]]);
    const { data } = await client.call("listTables", { params });
    expect(data).toMatchObject([{ name: "a", rejects_table: "a__rejects" }]);
  });

  test("of a sheet says where its header is", async () => {
    const session_id = await newSession(client);
    const data = rowsOf([["A title"], ["x", "y"], [1, "p"], [2, "q"]]);
    const book = writeXlsx([{ name: "S", data }]);
    const params = { session_id };
    await client.call("putFile", { params: { session_id, path: "uploads/b.xlsx" }, body: new Uint8Array(book) });
    expect((await client.call("listConversions", { params })).data).toMatchObject([
      { sheets: [{ sheet: "S", table: "b_s", header_row: 2, skipped_rows: 1, rows: 2, seconds: expect.any(Number) }] },
    ]);
  });
});

describe("the same file twice", () => {
  test("replaces its tables; the version before stays readable until the next publication", async () => {
    const params = await sessionWith("uploads/a.csv", "x,y\n1,2\n");
    const link = { params: { ...params, path: "workspace/project_data.db" }, query: { redirect: "false" as const } };
    const first = await client.call("getFile", link);
    const replace = (body: string) => client.call("putFile", { params: { ...params, path: "uploads/a.csv" }, body });
    await replace("x,y\n3,4\n");
    expect((await fetch(first.url)).status).toBe(200);
    const answer = await client.call("query", { params, body: { sql: "SELECT x FROM a" } });
    expect(answer.rows).toEqual([[3]]);
    await replace("x,y\n5,6\n");
    expect((await fetch(first.url)).status).toBe(404);
  });
});
