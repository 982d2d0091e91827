import { describe, expect, test } from "vitest";
import { workshop } from "./build-one.ts";

/** A record that is too long for any table, with a character in it that SQL might end at. */
const absurd = `2,\0${",y".repeat(5000)}`;
const withReject = `id,name\n1,x\n${absurd}\n3,z\n`;

const tableNames = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name";

describe("rejects of a table", () => {
  test("are a table beside it, whole, that is in no list of tables", async () => {
    const { build, ask } = await workshop();
    const { reports, tables, summary } = await build({ "uploads/sales.csv": withReject });
    expect(await ask("SELECT line, raw, reason FROM sales__rejects")).toEqual([["3", absurd, "it has 5002 cells"]]);
    expect(reports).toMatchObject([
      {
        rejected_rows: 1,
        rejects_tables: ["sales__rejects"],
        rejects: [{ line: 3, raw: absurd.slice(0, 500), reason: "it has 5002 cells" }],
      },
    ]);
    expect(tables.map(({ name, rejects_table }) => [name, rejects_table])).toEqual([["sales", "sales__rejects"]]);
    expect(summary).toContain("1 row rejected, see `sales__rejects`");
    expect(summary).toContain("1 table in");
  });

  test("are kept all, however many, and told in part", async () => {
    const { build, ask } = await workshop();
    const content = `a,b\n${"1,2\n3,4\n".repeat(1500)}${`z${",z".repeat(300)}\n`.repeat(1500)}`;
    const { reports } = await build({ "uploads/t.csv": content });
    expect(reports[0]).toMatchObject({ rows: 3000, rejected_rows: 1500 });
    expect(reports[0]?.rejects).toHaveLength(20);
    expect(await ask("SELECT count(*), min(line), max(line) FROM t__rejects")).toEqual([["1500", "3002", "4501"]]);
  });

  test("go with their table: replaced, emptied, removed", async () => {
    const { build, ask } = await workshop();
    await build({ "uploads/sales.csv": withReject });
    await build({ "uploads/sales.csv": withReject.replace("3,z\n", `3,z\n${absurd}\n`) });
    expect(await ask("SELECT count(*) FROM sales__rejects")).toEqual([["2"]]);
    await build({ "uploads/sales.csv": "id,name\n1,x\n" });
    expect(await ask(tableNames)).toEqual([["sales"]]);
    await build({ "uploads/sales.csv": withReject });
    await build({}, ["uploads/sales.csv"]);
    expect(await ask(tableNames)).toEqual([]);
  });

  test("come back with their table where a setting does not fit", async () => {
    const { build, buildWith, ask } = await workshop();
    await build({ "uploads/sales.csv": withReject });
    await buildWith("uploads/sales.csv", withReject, { header_row: 99 });
    expect(await ask(tableNames)).toEqual([["sales"], ["sales__rejects"]]);
    await build({ "uploads/sales.csv": withReject });
    expect(await ask(tableNames)).toEqual([["sales"], ["sales__rejects"]]);
  });

  test("get another name where a file has theirs, and keep it from files that come later", async () => {
    const { build, ask } = await workshop();
    await build({ "uploads/a__rejects.csv": "x,y\n1,2\n", "uploads/a.csv": withReject });
    expect(await ask(tableNames)).toEqual([["a"], ["a__rejects"], ["a__rejects_2"]]);
    expect(await ask("SELECT x FROM a__rejects")).toEqual([["1"]]);
    await build({ "uploads/b.csv": withReject });
    await build({ "uploads/B__Rejects.csv": "x,y\n1,2\n" });
    expect(await ask("SELECT name, line FROM (SELECT 'b' AS name, line FROM b__rejects)")).toEqual([["b", "3"]]);
    expect(await ask("SELECT x FROM b__rejects_2")).toEqual([["1"]]);
  });
});
