import { describe, expect, test } from "vitest";
import { loadSheetData, rowsOf } from "./load.ts";

type Cell = string | number | boolean | null;

/** Column names, rows and warnings of the table that a sheet of these cells becomes. */
async function tableOf(rows: Cell[][]) {
  const { columns, cells, warnings } = await loadSheetData(rowsOf(rows));
  return { names: columns.map(({ name }) => name), cells, warnings };
}

const orders: Cell[][] = [
  ["id", "amount"],
  [1, 10],
  [2, 20],
  [3, 30],
];

describe("loadSheet() reads the largest of several tables and names the others:", () => {
  test("one below the other", async () => {
    const { names, cells, warnings } = await tableOf([...orders, [], ["city", "people"], ["Rome", 2_800_000]]);
    expect(names).toEqual(["id", "amount"]);
    expect(cells).toHaveLength(3);
    expect(warnings).toEqual([
      'The sheet holds several tables. The largest, A1:B4, was read; left out: A6:B7 (2 rows, 4 cells, headed "city", "people")',
    ]);
  });

  test("the larger one below, under its own title", async () => {
    const rows: Cell[][] = [["city", "people"], ["Rome", 2_800_000], [], ["Orders"], [], ...orders];
    const { names, cells, warnings } = await tableOf(rows);
    expect([names, cells.length]).toEqual([["id", "amount"], 3]);
    expect(warnings).toEqual([
      'The sheet holds several tables. The largest, A4:B9, was read; left out: A1:B2 (2 rows, 4 cells, headed "city", "people")',
      'Rows above the table were left out: "Orders"',
    ]);
  });

  test("side by side", async () => {
    const rows = [
      ["id", "amount", null, "rate", "from"],
      [1, 10, null, 0.5, 2019],
      [2, 20],
      [3, 30],
      [4, 40],
    ];
    const { names, cells, warnings } = await tableOf(rows);
    expect([names, cells.length]).toEqual([["id", "amount"], 4]);
    expect(warnings).toEqual([
      'The sheet holds several tables. The largest, A1:B5, was read; left out: D1:E2 (2 rows, 4 cells, headed "rate", "from")',
    ]);
  });

  test("and quotes a few rows that are hardly one", async () => {
    const years = ["Year", 2019, 2020];
    const { names, warnings } = await tableOf([years, [], ["kind", "in", "out"], ["a", 1, 2], ["b", 3, 4]]);
    expect(names).toEqual(["kind", "in", "out"]);
    expect(warnings).toEqual([
      'The sheet holds several tables. The largest, A3:C5, was read; left out: A1:C1 ("Year | 2019 | 2020")',
    ]);
  });

  test("and counts them when there are very many", async () => {
    const many = Array.from({ length: 300 }, (_, i): Cell[][] => [[], [`a${i}`, `b${i}`], ["x", i]]).flat();
    const { cells, warnings } = await tableOf([...orders, ...many]);
    expect(cells).toHaveLength(3);
    expect(warnings[0]).toContain('A6:B7 (2 rows, 4 cells, headed "a0", "b0")');
    expect(warnings[0]).toContain(" and 290 more");
  });

  test("which begins far below the rows of the first batch", async () => {
    const long = Array.from({ length: 3_000 }, (_, i): Cell[] => [i, i]);
    const { cells, warnings } = await tableOf([["a", "b"], ...long, [], ["c", "d"], ["x", 1]]);
    expect(cells).toHaveLength(3_000);
    expect(warnings[0]).toContain("A3003:B3004");
  });
});

describe("loadSheet() takes for one table", () => {
  test.each<[string, Cell[][], number]>([
    ["sections under the same header", [...orders, [], ["id", "amount"], [4, 40]], 4],
    [
      "sections whose headers share most labels",
      [["in", 2019, 2020], ["a", 1, 2], [], ["out", 2019, 2020], ["b", 3, 4]],
      3,
    ],
    ["rows that go on after a blank one", [...orders, [], [4, 40]], 4],
    ["a total after a blank row", [...orders, [], ["Total", 60]], 4],
    ["groups of rows with a title each", [...orders, [], ["May"], [4, 40], [], ["June"], [5, 50]], 7],
    ["text after a blank row", [["name", "job"], ["Ann", "cook"], [], ["Bob", "chief"], ["Cid", "cook"]], 3],
    [
      "columns that a blank one parts",
      [
        ["a", "b", null, "c", "d"],
        [1, 2, null, 3, 4],
        [1, 2, null, 3, 4],
      ],
      2,
    ],
    [
      "a remark beside it",
      [
        ["a", "b", null, "see"],
        [1, 2, null, "x"],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
      4,
    ],
  ])("%s", async (_title, rows, count) => {
    const { cells, warnings } = await tableOf(rows);
    expect(cells).toHaveLength(count);
    expect(warnings.filter((warning) => warning.includes("several tables"))).toEqual([]);
  });

  test("what stands below a few narrow rows, which are its titles", async () => {
    const rows: Cell[][] = [["From", 2019], ["To", 2024], [], ["a", "b", "c", "d"], [1, 2, 3, 4], [1, 2, 3, 4]];
    const { names, warnings } = await tableOf(rows);
    expect(names).toEqual(["a", "b", "c", "d"]);
    expect(warnings).toEqual(['Rows above the table were left out: "From | 2019", "To | 2024"']);
  });
});
