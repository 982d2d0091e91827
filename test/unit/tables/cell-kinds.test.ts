import { describe, expect, test } from "vitest";
import { writeXlsx } from "../../support/xlsx-writer.ts";
import { rowsOf } from "../xlsx/load.ts";
import { workshop } from "./build-one.ts";

const kinds = `SELECT t.rowid, t.v, coalesce(c.kind, k.rule) FROM b_s t
  JOIN cubby.columns k ON k.table_name = 'b_s' AND k.column_name = 'v'
  LEFT JOIN cubby.cells c ON c.table_name = 'b_s' AND c.column_name = 'v' AND c.row = t.rowid
  WHERE t.v IS NOT NULL ORDER BY t.rowid`;

describe("a sheet's column of several kinds", () => {
  test("keeps the kind of each cell beside its text", async () => {
    const { build, ask } = await workshop();
    const cells = [5, "5", true, null, "x", 2.5, 7];
    const data = rowsOf([["id", "v"], ...cells.map((cell, index) => [index, cell])]);
    await build({ "uploads/b.xlsx": writeXlsx([{ name: "S", data }]) });
    expect(await ask(kinds)).toEqual([
      ["0", "5", "cells of kind number"],
      ["1", "5", "text"],
      ["2", "TRUE", "boolean"],
      ["4", "x", "text"],
      ["5", "2.5", "cells of kind number"],
      ["6", "7", "cells of kind number"],
    ]);
  });

  test("keeps them where they differ far below, and after a second reading", async () => {
    const { build, ask } = await workshop();
    const data = rowsOf([
      ["id", "v", "w"],
      ...Array.from({ length: 5000 }, (_, i) => [i, i === 4321 ? 17 : `x${i}`, i === 4999 ? "late" : i]),
    ]);
    await build({ "uploads/b.xlsx": writeXlsx([{ name: "S", data }]) });
    expect(await ask("SELECT column_name, row, kind FROM cubby.cells ORDER BY column_name")).toEqual([
      ["v", "4321", "number"],
      ["w", "4999", "text"],
    ]);
    expect(await ask("SELECT column_name, rule, exceptions FROM cubby.columns WHERE rule IS NOT NULL")).toEqual([
      ["v", "cells of kind text", "1"],
      ["w", "cells of kind number", "1"],
    ]);
  });

  test("says of which kind the cells were that were asked for as text", async () => {
    const { buildWith, ask } = await workshop();
    const data = rowsOf([
      ["id", "v"],
      [1, 2.5],
      [2, 3],
    ]);
    await buildWith("uploads/b.xlsx", writeXlsx([{ name: "S", data }]), { all_text: true });
    expect(await ask("SELECT column_name, rule, exceptions FROM cubby.columns")).toEqual([
      ["id", "cells of kind number", "0"],
      ["v", "cells of kind number", "0"],
    ]);
  });
});
