import { FREE_TYPING } from "../../../shared/tables/types/typing.ts";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { countRecords } from "../../../shared/tables/csv/count-records.ts";
import type { Dialect } from "../../../shared/tables/csv/dialect.ts";
import { LossError, loadTyped } from "../../../shared/tables/csv/load-typed.ts";
import { guessType } from "../../../shared/tables/types/guess-types.ts";
import { openDatabase } from "../../../shared/tables/database.ts";
import { workshop } from "./build-one.ts";

const dialect: Dialect = {
  delimiter: ",",
  quote: '"',
  escape: '"',
  skipInitialSpace: false,
  newline: "\n",
};

describe("countRecords()", () => {
  test.each([
    { text: "1,x\n2,\n", count: { records: 2, filled: [2, 1], blankLines: 0, nulBytes: 0, longest: 3 } },
    {
      text: '1,"a\nb"\r\n\r\n2,""',
      newline: "\r\n" as const,
      count: { records: 2, filled: [2, 1], blankLines: 1, longest: 8 },
    },
    { text: "1,x\n2,y\r\n", count: { records: 1, irregular: "its line breaks are mixed" } },
    { text: "1,x\r\n2,y\n", newline: "\r\n" as const, count: { irregular: "its line breaks are mixed" } },
    { text: '1,"a ""b"""\n', count: { records: 1, filled: [1, 1] } },
    { text: "1,x\0\n", count: { records: 1, nulBytes: 1 } },
    { text: '1,a"b\n', count: { records: 1, filled: [1, 1] } },
    { text: "1\n", count: { irregular: "record 1 has 1 cells instead of 2" } },
    { text: "1,2,3\n", count: { irregular: "record 1 has 3 cells instead of 2" } },
    { text: '1,"x', count: { irregular: "a quote is never closed" } },
    { text: '1,"x"y\n', count: { irregular: "a quote stands within a quoted cell" } },
    { text: "1,x\ry\n", count: { irregular: "a line ends with CR alone" } },
  ])("$text", async ({ text, newline, count }) => {
    const { directory } = await workshop();
    const path = join(directory, "x.csv");
    await writeFile(path, text);
    const spoken = newline === undefined ? dialect : { ...dialect, newline };
    expect(await countRecords(path, spoken, { width: 2, offset: 0 })).toMatchObject(count);
  });
});

describe.each([false, true])("loadTyped(), types proven: %s", (isProven) => {
  /** Loads two rows of two columns, held against a count that may be another. */
  async function load(count: { records: number; filled: number[] }) {
    const { directory, databasePath } = await workshop();
    const path = join(directory, "x.csv");
    await writeFile(path, "1,x\n2,y\n");
    const options = { readableDirectories: [directory], temporaryDirectory: directory, memoryLimitMb: 200, threads: 1 };
    const database = await openDatabase({ ...options, path: databasePath, expectedBytes: 0 });
    const columns = ["a", "b"].map((name) => ({ name, original_name: name }));
    const source = { path, dialect, width: 2, skip: 0, longest: 3 };
    const full = { ...count, blankLines: 0, nulBytes: 0, longest: 3 };
    try {
      const { connection } = database;
      return await loadTyped({
        connection,
        table: "t",
        source,
        columns,
        guesses: [guessType(["1", "2"]), guessType(["x", "y"])].map((guess) => ({ ...guess, isProven })),
        count: full,
        typing: FREE_TYPING,
        emptyAtEnd: 0,
        omitted: new Set(),
      });
    } finally {
      database.abandon();
    }
  }

  test("accepts a table that holds what was counted", async () => {
    const { plans } = await load({ records: 2, filled: [2, 2] });
    expect(plans.map(({ rule }) => rule?.type)).toEqual(["BIGINT", undefined]);
  });

  test.each([
    { what: "a row is missing", records: 3, filled: [3, 3] },
    { what: "a row too many", records: 1, filled: [1, 1] },
    { what: "a number is missing", records: 2, filled: [3, 2] },
    { what: "a text is missing", records: 2, filled: [2, 3] },
    { what: "a cell too many", records: 2, filled: [1, 2] },
  ])("refuses it when $what", async ({ records, filled }) => {
    await expect(load({ records, filled })).rejects.toThrow(LossError);
  });
});
