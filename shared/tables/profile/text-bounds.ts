import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "../sql-text.ts";
import { shownSql } from "./profile-value.ts";

/** Longer texts are not sent into a statement to compare with. */
const MAX_KNOWN_LENGTH = 1000;

/** The least and the greatest of some rows' texts: none of the table's bounds lies between them. */
export interface KnownBounds {
  least: string;
  greatest: string;
}

/** By column the bounds of its texts in a sample; undefined where it has none there, or none that help. */
export async function readKnownBounds(
  connection: DuckDBConnection,
  sample: string,
  columns: readonly string[],
): Promise<(KnownBounds | undefined)[]> {
  if (columns.length === 0) return [];
  const fields = columns.flatMap((name) => ["min", "max"].map((end) => `${end}(${quoteName(name)})`));
  const short = fields.map((end) => `CASE WHEN length(${end}) <= ${MAX_KNOWN_LENGTH} THEN ${end} END`);
  const reader = await connection.runAndReadAll(`SELECT ${short.join(", ")} FROM ${sample}`);
  const ends = reader.getRowsJson()[0] ?? [];
  return columns.map((_, index) => {
    const [least, greatest] = [ends[2 * index], ends[2 * index + 1]];
    return typeof least === "string" && typeof greatest === "string" ? { least, greatest } : undefined;
  });
}

/**
 * Fields `min` and `max` of a column of texts over all rows. Only the few rows that are not between what a sample knows
 * get as far as `min` and `max`, for which each text would have to be kept: that halves the cost. Each end by a pass of
 * its own, as one comparison is made while reading and two with OR are not: that halves it once more.
 */
export async function readTextBounds(
  connection: DuckDBConnection,
  table: string,
  name: string,
  { least, greatest }: KnownBounds,
): Promise<{ min: unknown; max: unknown }> {
  const value = quoteName(name);
  const endSql = (end: "min" | "max", beyond: string) =>
    `(SELECT ${shownSql(`${end}(${value})`, "VARCHAR")} FROM ${quoteName(table)} WHERE ${value} ${beyond})`;
  const reader = await connection.runAndReadAll(`SELECT ${endSql("min", "<= $1")}, ${endSql("max", ">= $2")}`, [
    least,
    greatest,
  ]);
  const [min, max] = reader.getRowsJson()[0] ?? [];
  return { min, max };
}
