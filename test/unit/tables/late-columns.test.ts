import { expect, test } from "vitest";
import { convertOne } from "./build-one.ts";

/** What a column holds once it holds something, and the type that it has to get. */
const late = [
  { cells: ["7", "-12"], type: "BIGINT" },
  { cells: ["1.5", "2"], type: "DOUBLE" },
  { cells: ["007", "12"], type: "VARCHAR" },
  { cells: ["31/12/1999", "01/02/2003"], type: "DATE" },
  { cells: ["2024-02-29", "1999-12-31"], type: "DATE" },
  { cells: ["2024-01-02 03:04:05", "2024-01-02 03:04:06"], type: "TIMESTAMP" },
  { cells: ["true", "false"], type: "BOOLEAN" },
  { cells: ["word", "7"], type: "VARCHAR" },
  { cells: ["", ""], type: "VARCHAR" },
];

// Asked about all at once, every rule for every column, DuckDB took 20 GB for a file of 17 kB.
test("columns that are empty in the first thousand rows get the type that their late values have", async () => {
  const columns = Array.from({ length: 45 }, (_, index) => ({ name: `c${index}`, ...late[index % late.length] }));
  const row = (id: number, at?: number) =>
    [id, ...columns.map(({ cells }) => (at === undefined ? "" : (cells?.[at] ?? "")))].join(",");
  const empty = Array.from({ length: 1200 }, (_, id) => row(id));
  const lines = [["id", ...columns.map(({ name }) => name)].join(","), ...empty, row(1200, 0), row(1201, 1)];
  const { types, report } = await convertOne(`${lines.join("\n")}\n`);
  expect(report.status).toBe("converted");
  const wanted = columns.map(({ name, type }) => [name, type]);
  expect(columns.map(({ name }) => [name, types[name]])).toEqual(wanted);
}, 60_000);
