import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "../sql-text.ts";

/**
 * Of every 2^bits values, by hash, one is counted: the same values in all rows, so that they can be told apart. About
 * 50,000 rows are enough for 1 % where most values differ; a set of all of them would cost more than all the rest.
 */
export function hashBits(rows: number): number {
  return Math.max(4, Math.ceil(Math.log2(Math.max(1, rows) / 50_000)));
}

/** What the rows say whose values were counted, of one column. */
export interface HashedDistinct {
  /** Rows whose value has such a hash. */
  hashed: unknown;
  /** Different values in them. */
  distinct: unknown;
}

/**
 * Counts the rows, and the different values, of one hash in 2^bits; each column by a pass of its own, since a filter of
 * one aggregate among others would hash every value twice.
 */
export async function readHashedDistinct(
  connection: DuckDBConnection,
  table: string,
  columns: readonly { name: string }[],
  bits: number,
): Promise<HashedDistinct[]> {
  const branches = columns.map(({ name }, index) => {
    const value = quoteName(name);
    // NULL has a hash, too.
    const hashes = `SELECT hash(${value}) AS hashed FROM ${quoteName(table)} WHERE ${value} IS NOT NULL`;
    return `SELECT ${index}, count(*), count(DISTINCT hashed) FROM (${hashes}) WHERE hashed & ${2 ** bits - 1} = 0`;
  });
  if (branches.length === 0) return [];
  const reader = await connection.runAndReadAll(branches.join(" UNION ALL "));
  const found: HashedDistinct[] = [];
  for (const [index, hashed, distinct] of reader.getRowsJson()) found[Number(index)] = { hashed, distinct };
  return found;
}
