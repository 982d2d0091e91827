import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromTableItem, toTableItem } from "../../../shared/sessions/table-item.ts";
import type { ColumnProfile, TableProfile } from "../../../shared/tables/report.ts";

function tableOf(columns: number, nameOf: (index: number) => string = (index) => `column_${index}`): TableProfile {
  return {
    name: "wide",
    source_path: "uploads/wide.csv",
    row_count: 1000,
    columns: Array.from({ length: columns }, (_, index) => columnOf(nameOf(index), index)),
    sample_rows: [Array.from({ length: columns }, () => "a value")],
    rejected_rows: 0,
    warnings: ["a note"],
  };
}

function columnOf(name: string, index: number): ColumnProfile {
  const values = Array.from({ length: 10 }, (_, place) => ({ value: `value ${index * place}`, count: 100 - place }));
  const histogram = {
    edges: Array.from({ length: 21 }, (_, edge) => edge * index),
    counts: Array(20).fill(50 + index),
  };
  return {
    name,
    original_name: name,
    type: "VARCHAR",
    nulls: 3,
    distinct: 40,
    min: "a",
    max: "z",
    top_values: values,
    histogram,
  };
}

const sizeOf = ({ profile, ...listed }: ReturnType<typeof toTableItem>) =>
  profile.length + Buffer.byteLength(JSON.stringify(listed));

describe("a table's item", () => {
  test("gives the whole profile back, and lists columns without how their values lie", () => {
    const table = tableOf(3);
    const item = toTableItem(table);
    expect(fromTableItem({ pk: "p", sk: "s", ...item })).toEqual(table);
    expect(item.columns[0]).toEqual({
      name: "column_0",
      original_name: "column_0",
      type: "VARCHAR",
      nulls: 3,
      distinct: 40,
      min: "a",
      max: "z",
    });
    expect(item).not.toHaveProperty("sample_rows");
    expect(item).not.toHaveProperty("column_count");
  });

  test("holds a thousand columns whole, and lists what fits", () => {
    const table = tableOf(1500);
    const item = toTableItem(table);
    expect(fromTableItem({ ...item })).toEqual(table);
    expect(item.column_count).toBe(1500);
    expect(item.columns.length).toBeLessThan(1500);
    expect(sizeOf(item)).toBeLessThan(390_000);
  });

  test.each([
    { what: "many columns", columns: 16_384, nameOf: (index: number) => `c${index}`, all: true },
    {
      what: "long names that nothing compresses",
      columns: 5000,
      nameOf: () => randomBytes(100).toString("hex"),
      all: false,
    },
  ])("of $what keeps what an item can hold, and says how many there are", ({ columns, nameOf, all }) => {
    const item = toTableItem(tableOf(columns, nameOf));
    expect(sizeOf(item)).toBeLessThan(390_000);
    const found = fromTableItem({ ...item }) as TableProfile & { column_count?: number };
    expect(found.columns.length === columns).toBe(all);
    expect(item.column_count).toBe(columns);
    if (!all) expect(found.column_count).toBe(columns);
  });

  test("holds bounds that DynamoDB takes for no numbers", () => {
    const table = tableOf(4);
    const bounds = [
      [-1.7976931348623157e308, 1e126],
      [4.9e-324, 1e-131],
      [-9.9e125, 1e-130],
      [0, 7],
    ] as const;
    for (const [index, [min, max]] of bounds.entries()) Object.assign(table.columns[index] ?? {}, { min, max });
    const item = toTableItem(table);
    expect(item.columns.map(({ min, max }) => [min, max])).toEqual([
      ["-1.7976931348623157e+308", "1e+126"],
      ["5e-324", "1e-131"],
      [-9.9e125, 1e-130],
      [0, 7],
    ]);
    expect(fromTableItem({ ...item })).toEqual(table);
  });

  test("of an older version is taken as it is", () => {
    const { sample_rows: _, ...old } = tableOf(1);
    expect(fromTableItem({ ...old })).toMatchObject({ name: "wide", sample_rows: [] });
  });
});
