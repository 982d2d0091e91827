import { describe, expect, test } from "vitest";
import { loadSheetData, rowsOf } from "./load.ts";

type Cell = string | number | boolean | null;

/** Column names and rows of the table that a sheet of these cells becomes. */
async function tableOf(rows: Cell[][]) {
  const { columns, cells, warnings } = await loadSheetData(rowsOf(rows));
  return { names: columns.map(({ name }) => name), rows: cells.length, warnings };
}

describe("findLayout()", () => {
  test.each<[string, Cell[][], string[], number]>([
    [
      "a header in the first row",
      [
        ["a", "b"],
        [1, 2],
      ],
      ["a", "b"],
      1,
    ],
    [
      "a header over text only",
      [
        ["a", "b"],
        ["x", "y"],
        ["x", "z"],
      ],
      ["a", "b"],
      2,
    ],
    ["a header alone", [["a", "b"]], ["a", "b"], 0],
    ["one column", [["a"], [1], [2]], ["a"], 2],
    [
      "the same label twice over numbers",
      [
        ["a", "a"],
        [1, 2],
      ],
      ["a", "a_2"],
      1,
    ],
    ["titles above", [["Annual report"], [], ["in EUR", null, null], ["a", "b", "c"], [1, 2, 3]], ["a", "b", "c"], 1],
    ["a title right above", [["Annual report"], ["a", "b", "c"], [1, 2, 3], [4, 5, 6]], ["a", "b", "c"], 2],
    ["blank rows and columns first", [[], [], [null, null, "a", "b"], [null, null, 1, 2]], ["a", "b"], 1],
    [
      "a blank column between",
      [
        ["a", null, "b"],
        [1, null, 2],
      ],
      ["a", "b"],
      1,
    ],
    [
      "years",
      [
        ["Country", 2019, 2020, 2021],
        ["x", 1, 2, 3],
        ["y", 1, 2, 3],
      ],
      ["Country", "2019", "2020", "2021"],
      2,
    ],
    [
      "a column without a label",
      [
        [null, "a", "b"],
        ["x", 1, 2],
        ["y", 1, 2],
      ],
      ["column_1", "a", "b"],
      2,
    ],
    [
      "a label without cells",
      [
        ["a", "b", "c"],
        [1, 2, null],
        [1, 2, null],
      ],
      ["a", "b", "c"],
      2,
    ],
    [
      "groups over the header",
      [
        ["Country", "2019", null, "2020", null],
        [null, "in", "out", "in", "out"],
        ["x", 1, 2, 3, 4],
      ],
      ["Country", "2019 in", "2019 out", "2020 in", "2020 out"],
      1,
    ],
    [
      "no header: numbers",
      [
        [1, 2],
        [3, 4],
      ],
      ["column_1", "column_2"],
      2,
    ],
    [
      "no header: text beside numbers",
      [
        ["x", 1],
        ["y", 2],
      ],
      ["column_1", "column_2"],
      2,
    ],
    [
      "no header: the same text twice",
      [
        ["x", "x"],
        ["x", "y"],
      ],
      ["column_1", "column_2"],
      2,
    ],
    ["no header, but a title", [["Title"], [1, 2, 3], [4, 5, 6]], ["column_1", "column_2", "column_3"], 2],
    [
      "no header: numbers out of order",
      [
        ["x", 2020, 2019, 2021],
        ["y", 1, 2, 3],
      ],
      ["column_1", "column_2", "column_3", "column_4"],
      2,
    ],
  ])("%s", async (_title, rows, names, count) => {
    expect(await tableOf(rows)).toMatchObject({ names, rows: count });
  });

  test("names the rows that were left out above and below", async () => {
    const rows: Cell[][] = [
      ["Sales", null, "2024"],
      ["a", "b", "c", "d", "e", "f"],
      [1, 2, 3, 4, 5, 6],
      [],
      ["Source: us"],
      ["Revised"],
    ];
    expect(await tableOf(rows)).toEqual({
      names: ["a", "b", "c", "d", "e", "f"],
      rows: 1,
      warnings: [
        'Rows above the table were left out: "Sales | 2024"',
        'Notes below the table were left out: "Source: us", "Revised"',
      ],
    });
  });

  test("keeps totals and rows after a gap", async () => {
    const { rows, warnings } = await tableOf([["a", "b"], ["x", 1], [], ["y", 2], ["z"], [], ["Total", 3]]);
    expect({ rows, warnings }).toEqual({ rows: 4, warnings: [] });
  });

  test("leaves out the header where it comes again, and says in which rows", async () => {
    const page: Cell[][] = [
      ["id", "year", 2019],
      ["x", 1, 2],
      ["y", 3, 4],
    ];
    const { rows, warnings } = await tableOf([...page, ...page, [], ...page]);
    expect(rows).toBe(6);
    expect(warnings).toEqual(["The header comes again in rows 4, 8, which were left out"]);
  });
});
