import type { DuckDBConnection } from "@duckdb/node-api";
import type { ProfileValue } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import type { AskedColumn } from "./aggregates.ts";
import { hasBounds } from "./column-family.ts";
import { toProfileValue } from "./profile-value.ts";

/** So many of the most frequent values are told. */
export const TOP = 10;
export const MAX_TOP_LENGTH = 80;
/** What is longer is told apart by its beginning and a hash, so that no group holds a book. */
const MAX_KEY_BYTES = 256;

/** What values a column has, in the rows that were looked at. */
export interface ColumnValues {
  distinct: number;
  top: { value: ProfileValue; count: number }[];
}

/** How many values each column has and which come more than once, the most frequent first; from one statement. */
export async function readValues(
  connection: DuckDBConnection,
  source: string,
  columns: readonly AskedColumn[],
): Promise<ColumnValues[]> {
  const branches = columns.map((column, index) => valuesSql(source, column, index));
  const reader = await connection.runAndReadAll(branches.join(" UNION ALL "));
  const values: ColumnValues[] = columns.map(() => ({ distinct: 0, top: [] }));
  for (const [index, distinct, top] of reader.getRowsJson()) {
    const type = columns[Number(index)]?.type ?? "";
    const entries = (top ?? []) as { value: unknown; rows: unknown }[];
    values[Number(index)] = {
      distinct: Number(distinct),
      top: entries.map(({ value, rows }) => ({ value: fromText(String(value), type), count: Number(rows) })),
    };
  }
  return values;
}

function valuesSql(source: string, { name, family }: AskedColumn, index: number): string {
  const column = quoteName(name);
  const groups = `SELECT ${keySql(column, family)} AS value, count(*) AS n FROM ${source} WHERE ${column} IS NOT NULL GROUP BY 1`;
  const top = `[{value: left(each.value::VARCHAR, ${MAX_TOP_LENGTH + 1}), rows: each.n} FOR each IN
    list_slice(list({value: value, n: n} ORDER BY n DESC, value) FILTER (WHERE n > 1), 1, ${TOP})]`;
  // Bytes have nothing that could be shown.
  return `SELECT ${index}, count(*), ${family === "bytes" ? "[]" : top} FROM (${groups})`;
}

function keySql(column: string, family: AskedColumn["family"]): string {
  if (family !== "text" && (hasBounds(family) || family === "bytes")) return column;
  const text = family === "text" ? column : `${column}::VARCHAR`;
  const short = `left(${text}, ${MAX_TOP_LENGTH + 1}) || md5(${text})`;
  return `CASE WHEN strlen(${text}) > ${MAX_KEY_BYTES} THEN ${short} ELSE ${text} END`;
}

/** Text is what all branches of the statement have in common. */
function fromText(text: string, type: string): ProfileValue {
  if (type === "BOOLEAN") return text === "true";
  if ((type === "DOUBLE" || type === "FLOAT") && Number.isFinite(Number(text))) return Number(text);
  return toProfileValue(text, type, MAX_TOP_LENGTH);
}
