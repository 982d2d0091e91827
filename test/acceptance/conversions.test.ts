import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
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
