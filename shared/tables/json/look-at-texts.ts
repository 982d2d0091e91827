import type { DuckDBConnection } from "@duckdb/node-api";
import { copyColumns } from "../copy-columns.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { NUMBER_MARK } from "./quote-numbers.ts";

/** A column of text, and two of its texts: its least and its greatest, where it has any, without the marks of numbers. */
export interface TextLook {
  name: string;
  seen: string[];
}

/** Columns by what their texts are: marked numbers and nothing else, numbers among others, or no numbers. */
export interface TextLooks {
  numbers: TextLook[];
  mixed: TextLook[];
  others: TextLook[];
}

/** DuckDB plans thousands of aggregates slowly, and takes memory for each. */
const COLUMNS_PER_PASS = 250;
/** With fewer columns the file is read again sooner than its rows are stored. */
const MANY_COLUMNS = 100;
/** As much of a text as any rule needs to see that it is not of its kind. */
const SEEN_LENGTH = 100;

/** SQL for rows that are read often. */
export interface SettledRows extends AsyncDisposable {
  sql: string;
}

/** The same rows, of these columns, from a table: each look at a part of many columns would parse all of the file. */
export async function settleRows(
  connection: DuckDBConnection,
  sql: string,
  names: readonly string[],
): Promise<SettledRows> {
  if (names.length <= MANY_COLUMNS) return { sql, async [Symbol.asyncDispose]() {} };
  const table = "cubby_json_rows";
  return { sql: `temp.${table}`, ...(await copyColumns(connection, { table, columns: names, from: sql })) };
}

/** Looks once at every text of these columns; `isMarked` says that numbers are marked strings. */
export async function lookAtTexts(
  connection: DuckDBConnection,
  sql: string,
  names: readonly string[],
  isMarked: boolean,
): Promise<TextLooks> {
  const looks: TextLooks = { numbers: [], mixed: [], others: [] };
  for (let start = 0; start < names.length; start += COLUMNS_PER_PASS) {
    const some = names.slice(start, start + COLUMNS_PER_PASS);
    const asked = some.map((name) => lookSql(quoteName(name), isMarked));
    const reader = await connection.runAndReadAll(`SELECT ${asked.join(", ")} FROM ${sql}`);
    const [row = []] = reader.getRowsJson();
    for (const [index, name] of some.entries()) {
      const [marked, filled, least, greatest] = row[index] as (string | null)[];
      const isNumbers = marked !== "0" && marked === filled;
      const texts = [least, greatest].filter((text) => typeof text === "string");
      const seen = isNumbers ? texts.map((text) => text.slice(NUMBER_MARK.length)) : texts;
      looks[isNumbers ? "numbers" : marked === "0" ? "others" : "mixed"].push({ name, seen });
    }
  }
  return looks;
}

function lookSql(column: string, isMarked: boolean): string {
  const marked = isMarked ? `count(*) FILTER (starts_with(${column}, ${quoteText(NUMBER_MARK)}))` : "0";
  const ends = ["min", "max"].map((end) => `left(${end}(${column}), ${SEEN_LENGTH})`);
  return `[${marked}::VARCHAR, count(${column})::VARCHAR, ${ends.join(", ")}]`;
}
