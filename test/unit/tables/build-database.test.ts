import { access, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { openDatabase, verifyDatabase } from "../../../shared/tables/database.ts";
import { workshop } from "./build-one.ts";

describe("buildDatabase()", () => {
  test("makes a table per file and reports on each in the order given", async () => {
    const { build, ask } = await workshop();
    const { reports, tables, databaseBytes } = await build({
      "uploads/test_data.csv": "id,name\n1,x\n2,y\n",
      "uploads/notes.md": "# Notes\n\na, b\n",
      "uploads/more.tsv": "a\tb\n1\tx\n",
    });
    expect(reports.map(({ path, status, tables }) => [path, status, tables])).toEqual([
      ["uploads/test_data.csv", "converted", ["test_data"]],
      ["uploads/notes.md", "none", []],
      ["uploads/more.tsv", "converted", ["more"]],
    ]);
    expect(tables.map(({ name, source_path, row_count }) => [name, source_path, row_count])).toEqual([
      ["more", "uploads/more.tsv", 1],
      ["test_data", "uploads/test_data.csv", 2],
    ]);
    expect(await ask("SELECT sum(id) FROM test_data")).toEqual([["3"]]);
    expect(databaseBytes).toBeGreaterThan(0);
  });

  test("extends a database and lists all its tables", async () => {
    const { build, ask } = await workshop();
    await build({ "uploads/a.csv": "x,y\n1,2\n" });
    const { reports, tables } = await build({ "uploads/b.csv": "x,y\n3,4\n" });
    expect(reports).toHaveLength(1);
    expect(tables.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(await ask("SELECT a.x, b.x FROM a, b")).toEqual([["1", "3"]]);
  });

  test("replaces the tables of a file that comes again, under the same name", async () => {
    const { build, ask } = await workshop();
    await build({ "uploads/a.csv": "x,y\n1,2\n", "uploads/A.CSV": "x,y\n3,4\n" });
    const { tables } = await build({ "uploads/A.CSV": "z,y\n5,w\n" });
    expect(tables.map(({ name, source_path }) => [name, source_path])).toEqual([
      ["a_2", "uploads/A.CSV"],
      ["a", "uploads/a.csv"],
    ]);
    expect(await ask("SELECT z FROM a_2")).toEqual([["5"]]);
    expect(await ask("SELECT count(*) FROM cubby.tables")).toEqual([["2"]]);
  });

  test("removes the tables of sources that are gone, and frees their names", async () => {
    const { build } = await workshop();
    await build({ "uploads/a.csv": "x,y\n1,2\n", "uploads/b.csv": "x,y\n1,2\n" });
    const { tables } = await build({ "workspace/a.csv": "x,y\n1,2\n" }, ["uploads/a.csv"]);
    expect(tables.map(({ name, source_path }) => [name, source_path])).toEqual([
      ["b", "uploads/b.csv"],
      ["a", "workspace/a.csv"],
    ]);
  });

  test.each([
    { what: "no workbook", name: "x.xlsx", content: "PK\u0003\u0004 and no more", code: "unreadable_workbook" },
    { what: "broken JSON", name: "x.json", content: '[{"a": ', code: "unreadable_json" },
    { what: "JSON too deep", name: "x.json", content: `${"[".repeat(100_000)}`, code: "too_deep" },
    { what: "broken Parquet", name: "x.parquet", content: "PAR1 is all it has PAR1", code: "unreadable_parquet" },
    { what: "an image", name: "x.csv", content: "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10", code: "unreadable_text" },
    { what: "a web page", name: "x.csv", content: "<!DOCTYPE html><html></html>", code: "unreadable_text" },
    {
      what: "a broken gzip",
      name: "x.csv.gz",
      content: gzipSync("a,b\n1,2\n").subarray(0, 20),
      code: "unreadable_text",
    },
    { what: "nothing", name: "x.csv", content: "", code: "empty_file" },
  ])("reports $what and harms no neighbour", async ({ name, content, code }) => {
    const { build, ask, directory } = await workshop();
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    const { reports, tables } = await build({
      "uploads/a.csv": "x,y\n1,2\n",
      [`uploads/${name}`]: bytes,
      "uploads/b.csv": "x,y\n1,2\n",
    });
    expect(reports.map(({ status }) => status)).toEqual(["converted", "failed", "converted"]);
    expect(reports[1]?.reason).toMatchObject({ code, detail: expect.any(String) });
    expect(reports[1]?.reason?.detail).not.toContain(directory);
    expect(tables.map((table) => table.name)).toEqual(["a", "b"]);
    expect(await ask("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1")).toEqual([
      ["a"],
      ["b"],
    ]);
  });

  test("drops the old tables of a file whose new content cannot be read", async () => {
    const { build } = await workshop();
    await build({ "uploads/a.csv": "x,y\n1,2\n" });
    expect((await build({ "uploads/a.csv": "" })).tables).toEqual([]);
  });

  test.each([
    { name: "x.db", content: Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4096)]), kind: "database" },
    {
      name: "x.duckdb",
      content: Buffer.concat([Buffer.alloc(8), Buffer.from("DUCK"), Buffer.alloc(4096)]),
      kind: "database",
    },
    { name: "x.zip", content: Buffer.from(`PK\u0005\u0006${"\0".repeat(18)}`, "latin1"), kind: "archive" },
    { name: "model.py", content: "x = [1,2]\ny = [3,4]\nz = [5,6]\nw = [7,8]\n", kind: "text" },
    { name: "notes.txt", content: "Dear all,\n\nthis is a letter, with commas.\nYours, me\n", kind: "text" },
    { name: "config.json", content: '{"a": {"b": 1}}', kind: "json" },
    { name: "one.json", content: '[1, {"a": 2}, [3]]', kind: "json" },
    { name: "empty.txt", content: "", kind: "text" },
    { name: "image.png", content: Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0", "latin1"), kind: "other" },
  ])("$name is stored and makes no table", async ({ name, content, kind }) => {
    const { build } = await workshop();
    const { reports } = await build({ [`uploads/${name}`]: content });
    expect(reports[0]).toMatchObject({ status: "none", kind, tables: [], reason: { code: "not_tabular" } });
  });

  test.each([
    { name: "x.csv.gz", content: gzipSync("a,b\n1,x\n") },
    { name: "x.csv.zst", content: zstdCompressSync("a,b\n1,x\n") },
    { name: "x.txt", content: "a,b,c\n1,x,2\n2,y,3\n3,z,4\n" },
    { name: "x", content: "a\tb\tc\n1\tx\t2\n2\ty\t3\n" },
    { name: "x.xlsx", content: "a,b,c\n1,x,2\n2,y,3\n3,z,4\n" },
    { name: "x.json", content: '[{"a": 1, "b": "x"}]' },
    { name: "x.ndjson", content: '{"a": 1, "b": "x"}\n{"a": 2, "b": {"c": [1]}}\n' },
  ])("$name is read by its content", async ({ name, content }) => {
    const { build, ask } = await workshop();
    expect((await build({ [`uploads/${name}`]: content })).reports[0]).toMatchObject({
      status: "converted",
      tables: ["x"],
    });
    expect((await ask('SELECT a FROM "x" LIMIT 1'))[0]?.[0]).toBe("1");
  });

  test("leaves one file, and the temporary folder as it was", async () => {
    const { build, directory, databasePath } = await workshop();
    await build({ "uploads/a.csv": Buffer.from("a,b\n1,\xe9\n2\n", "latin1") });
    expect((await readdir(directory)).toSorted()).toEqual(["project_data.db", "source-0"]);
    await expect(access(`${databasePath}.wal`)).rejects.toThrow();
  });

  test("keeps the catalogue: reports, headers, evidence, rejects, comments", async () => {
    const { build, ask } = await workshop();
    await build({ "uploads/a.csv": `A b,A B\n1,x\n2${",y".repeat(5000)}\n3,z\n4,w\n` });
    expect(await ask("SELECT column_name, original_name, type FROM cubby.columns ORDER BY position")).toEqual([
      ["A b", "A b", "BIGINT"],
      ["A B_2", "A B", "VARCHAR"],
    ]);
    expect(await ask("SELECT line, length(raw), reason FROM a__rejects")).toEqual([
      ["3", "10001", "it has 5001 cells"],
    ]);
    expect(await ask("SELECT comment FROM duckdb_tables() WHERE table_name = 'a'")).toEqual([["uploads/a.csv"]]);
    expect(await ask("SELECT comment FROM duckdb_columns() WHERE table_name = 'a' ORDER BY column_index")).toEqual([
      ["A b"],
      ["A B"],
    ]);
    expect(JSON.parse(String((await ask("SELECT report FROM cubby.sources"))[0]?.[0]))).toMatchObject({
      rejected_rows: 1,
    });
  });

  test("profiles each table", async () => {
    const { build } = await workshop();
    const { tables } = await build({
      "uploads/a.csv": "n,big,word,day\n1,9007199254740993,x,2024-01-02\n2,1,,2024-01-03\n2,2,y,\n",
    });
    expect(tables[0]?.columns).toMatchObject([
      { name: "n", nulls: 0, distinct: 2, min: 1, max: 2 },
      { name: "big", min: 1, max: "9007199254740993" },
      { name: "word", nulls: 1, distinct: 2, min: "x", max: "y" },
      { name: "day", type: "DATE", min: "2024-01-02", max: "2024-01-03" },
    ]);
    expect(tables[0]?.sample_rows[0]).toEqual([1, "9007199254740993", "x", "2024-01-02"]);
  });
});

describe("openDatabase()", () => {
  const options = (path: string, temporaryDirectory: string) => ({
    path,
    readableDirectories: [],
    temporaryDirectory,
    memoryLimitMb: 200,
    threads: 1,
    expectedBytes: 0,
  });

  test("lets nothing out of the folders it was given", async () => {
    const { databasePath, directory } = await workshop();
    const inside = join(directory, "inside");
    await writeFile(join(directory, "secret.csv"), "a,b\n1,2\n");
    const database = await openDatabase(options(databasePath, inside));
    const refused = [
      `SELECT * FROM read_csv('${directory}/secret.csv')`,
      `SELECT * FROM read_csv('${inside}/../secret.csv')`,
      "ATTACH ':memory:x.db'",
      `COPY (SELECT 1) TO '${directory}/out.csv'`,
      "SET enable_external_access = true",
      "INSTALL httpfs",
    ];
    for (const sql of refused) await expect(database.connection.run(sql), sql).rejects.toThrow();
    database.abandon();
  });

  test("makes databases that every DuckDB from 1.3 on reads, and leaves an older one as it is", async () => {
    const formOf = async (path: string, directory: string) => {
      const database = await openDatabase(options(path, directory));
      const reader = await database.connection.runAndReadAll(
        "SELECT tags['storage_version'] FROM duckdb_databases() WHERE path IS NOT NULL AND NOT internal",
      );
      await database.close();
      return reader.getRowsJson();
    };
    const { databasePath, directory } = await workshop();
    expect(await formOf(databasePath, directory)).toEqual([["v1.3.0+"]]);
    const older = join(directory, "older.db");
    const instance = await DuckDBInstance.create(older, { storage_compatibility_version: "v1.0.0" });
    instance.closeSync();
    expect(await formOf(older, directory)).toEqual([["v1.0.0+"]]);
  });

  test("a table that is short of rows is not published", async () => {
    const { build, databasePath } = await workshop();
    await build({ "uploads/a.csv": "x,y\n1,2\n" });
    await expect(verifyDatabase(databasePath, new Map([["a", 2]]))).rejects.toThrow(
      'table "a" has 1 rows instead of 2',
    );
  });
});
