import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledChildName } from "../../../functions/query/child-entry.ts";
import type { QueryRequest, QueryResponse } from "../../../shared/contract/functions.ts";
import { openQueryHouse, type QueryHouse } from "./harness.ts";

type Handler = (event: QueryRequest) => Promise<QueryResponse>;

let house: QueryHouse;
let event: QueryRequest;
beforeAll(async () => {
  house = await openQueryHouse();
  event = {
    sql: "SELECT name FROM people ORDER BY born LIMIT $1",
    params: [1],
    limit: 10,
    offset: 0,
    format: "json",
    output: "inline",
    database_url: house.databaseUrl,
    database_key: "handler",
    timeout_seconds: 20,
  };
});
afterAll(() => house[Symbol.asyncDispose]());

const expected = {
  ok: true,
  columns: [{ name: "name", type: "VARCHAR" }],
  rows: [["Ada"]],
  row_count: 1,
  more: false,
};

describe("handler()", () => {
  test("answers an event from the sources", async () => {
    const { handler }: { handler: Handler } = await import("../../../functions/query/handler.ts");
    expect(await handler(event)).toEqual(expected);
    expect(await handler({ ...event, sql: "DROP TABLE people" })).toMatchObject({
      ok: false,
      problem: { code: "statement_refused" },
    });
  });

  describe("bundled as on Lambda", () => {
    const folder = mkdtempSync(join(tmpdir(), "cubby-bundle-test-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("finds its child beside it", async () => {
      await bundle("functions/query/handler.ts", join(folder, "index.mjs"));
      await bundle("functions/query/child.ts", join(folder, bundledChildName));
      const duckDb = dirname(dirname(createRequire(import.meta.url).resolve("@duckdb/node-api/package.json")));
      symlinkSync(dirname(duckDb), join(folder, "node_modules"));
      const { handler }: { handler: Handler } = await import(pathToFileURL(join(folder, "index.mjs")).href);
      expect(await handler(event)).toEqual(expected);
    });
  });
});

function bundle(entry: string, outfile: string): Promise<unknown> {
  return build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: ["@duckdb/*"],
    logLevel: "error",
  });
}
