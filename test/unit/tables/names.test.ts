import { describe, expect, test } from "vitest";
import { toColumnNames } from "../../../shared/tables/column-names.ts";
import { TableNames, toTableName } from "../../../shared/tables/names.ts";
import { readableName } from "../../../shared/tables/sql-text.ts";

describe("toTableName()", () => {
  test.each([
    ["uploads/test_data.csv", undefined, "test_data"],
    ["uploads/parameters.xlsx", "Parameters", "parameters_parameters"],
    ["uploads/parameters.xlsx", "Settings", "parameters_settings"],
    ["uploads/Sales Report (Q1) - final.CSV", undefined, "sales_report_q1_final"],
    ["uploads/sales.v2.csv", undefined, "sales_v2"],
    ["uploads/sales.csv.gz", undefined, "sales"],
    ["uploads/sales.tsv.zst", undefined, "sales"],
    ["uploads/2024_sales.csv", undefined, "2024_sales"],
    ["uploads/order.csv", undefined, "order"],
    ["uploads/Größen Übersicht.csv", undefined, "größen_übersicht"],
    ["uploads/Gro\u0308ße.csv", undefined, "größe"],
    ["uploads/売上データ.csv", undefined, "売上データ"],
    ["uploads/हिन्दी.csv", undefined, "हिन्दी"],
    ["uploads/---.csv", undefined, "table"],
    ["uploads/.csv", undefined, "csv"],
    ["uploads/README", undefined, "readme"],
    ["uploads/a.b/c.csv", undefined, "c"],
    ['uploads/x"; DROP TABLE y; --.csv', undefined, "x_drop_table_y"],
    ["uploads/book.xlsx", "!!!", "book"],
  ])("%s, sheet %s is %s", (path, sheet, name) => {
    expect(toTableName(path, sheet)).toBe(name);
  });
});

describe("TableNames", () => {
  test("numbers clashes without regard to case, and gives a source its name again", () => {
    const names = new TableNames();
    expect(names.nameFor({ path: "uploads/a.csv" })).toBe("a");
    expect(names.nameFor({ path: "uploads/A.CSV" })).toBe("a_2");
    expect(names.nameFor({ path: "workspace/a.tsv" })).toBe("a_3");
    expect(names.nameFor({ path: "uploads/A.CSV" })).toBe("a_2");
  });

  test("keeps clear of tables that exist", () => {
    const names = new TableNames();
    names.reserve({ path: "uploads/old.xlsx", sheet: "x" }, "sales");
    expect(names.nameFor({ path: "uploads/sales.csv" })).toBe("sales_2");
    expect(names.nameFor({ path: "uploads/old.xlsx", sheet: "x" })).toBe("sales");
  });
});

describe("toColumnNames()", () => {
  test.each([
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [
      ["a", "A", "a"],
      ["a", "A_2", "a_3"],
    ],
    [
      ["a", "a_2", "a"],
      ["a", "a_2", "a_3"],
    ],
    [
      ["", "x", null],
      ["column_1", "x", "column_3"],
    ],
    [
      ["  padded ", "two\nlines"],
      ["padded", "two lines"],
    ],
    [
      ["column_2", ""],
      ["column_2", "column_2_2"],
    ],
    [
      ["Umsatz (€)", "order"],
      ["Umsatz (€)", "order"],
    ],
    [["e\u0301"], ["é"]],
  ])("%j become %j", (headers, names) => {
    const columns = toColumnNames(headers);
    expect(columns.map(({ name }) => name)).toEqual(names);
    expect(columns.map(({ original_name }) => original_name)).toEqual(headers);
  });
});

describe("readableName()", () => {
  test.each([
    ["sales", "sales"],
    ["Sales_2", "Sales_2"],
    ["2024", '"2024"'],
    ["order", '"order"'],
    ["left", '"left"'],
    ['a"b', '"a""b"'],
    ["größe", '"größe"'],
  ])("%s is typed %s", (name, typed) => {
    expect(readableName(name)).toBe(typed);
  });
});
