import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnProfile, ProfileValue, TableProfile } from "./report.ts";
import { quoteName } from "./sql-text.ts";

const SAMPLE_ROWS = 5;
/** Longer values are shortened: a profile has to fit into a database item and a context window. */
const MAX_VALUE_LENGTH = 200;
/** Budget of all sample rows together; a table of a thousand columns shows fewer of them. */
const MAX_SAMPLE_LENGTH = 32_000;
/** Up to so many rows distinct values are counted, beyond it they are estimated (within about 2 %). */
const EXACT_DISTINCT_ROWS = 50_000;
/** So many columns per statement: DuckDB plans thousands of aggregates slowly. */
const COLUMNS_PER_PASS = 200;

/** What is already known of the table from its load. */
export interface ProfileSource {
  name: string;
  source_path: string;
  sheet?: string;
  row_count: number;
  columns: readonly { name: string; original_name: string | null; type: string }[];
  rejected_rows: number;
  rejects_table?: string;
  warnings: readonly string[];
}

/** Looks at a finished table once: nulls, distinct values, smallest and largest per column, and its first rows. */
export async function profileTable(connection: DuckDBConnection, source: ProfileSource): Promise<TableProfile> {
  const columns: ColumnProfile[] = [];
  for (let start = 0; start < source.columns.length; start += COLUMNS_PER_PASS) {
    columns.push(...(await profileColumns(connection, source, start)));
  }
  const { name, source_path, sheet, row_count, rejected_rows, rejects_table, warnings } = source;
  return {
    name,
    source_path,
    ...(sheet !== undefined && { sheet }),
    row_count,
    columns,
    sample_rows: await sampleRows(connection, source),
    rejected_rows,
    ...(rejects_table !== undefined && { rejects_table }),
    warnings: [...warnings],
  };
}

async function profileColumns(
  connection: DuckDBConnection,
  source: ProfileSource,
  start: number,
): Promise<ColumnProfile[]> {
  const columns = source.columns.slice(start, start + COLUMNS_PER_PASS);
  const isExact = source.row_count <= EXACT_DISTINCT_ROWS;
  const aggregates = columns.map(({ name, type }) => aggregateSql(quoteName(name), type, isExact));
  const reader = await connection.runAndReadAll(`SELECT ${aggregates.join(", ")} FROM ${quoteName(source.name)}`);
  const values = reader.getRowsJson()[0] ?? [];
  return columns.map(({ name, original_name, type }, index) => {
    const [filled, distinct, min, max] = values.slice(index * 4, index * 4 + 4);
    return {
      name,
      original_name,
      type,
      nulls: source.row_count - Number(filled),
      // An estimate may exceed what is possible.
      distinct: Math.min(Number(distinct), Number(filled)),
      min: toProfileValue(min, type),
      max: toProfileValue(max, type),
    };
  });
}

function aggregateSql(column: string, type: string, isExact: boolean): string {
  const distinct = isExact ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`;
  // Text is cut after it was compared: a cell can hold a book.
  const shown = (aggregate: string) => (isShown(type) ? aggregate : `left(${aggregate}::VARCHAR, ${MAX_VALUE_LENGTH})`);
  return `count(${column}), ${distinct}, ${shown(`min(${column})`)}, ${shown(`max(${column})`)}`;
}

async function sampleRows(connection: DuckDBConnection, source: ProfileSource): Promise<ProfileValue[][]> {
  const shown = source.columns.map(({ name, type }) =>
    isShown(type) ? quoteName(name) : `left(${quoteName(name)}::VARCHAR, ${MAX_VALUE_LENGTH + 1})`,
  );
  const reader = await connection.runAndReadAll(
    `SELECT ${shown.join(", ")} FROM ${quoteName(source.name)} LIMIT ${SAMPLE_ROWS}`,
  );
  const rows: ProfileValue[][] = [];
  let length = 0;
  for (const row of reader.getRowsJson()) {
    const values = row.map((value, index) => toProfileValue(value, source.columns[index]?.type ?? ""));
    length += JSON.stringify(values).length;
    if (length > MAX_SAMPLE_LENGTH && rows.length > 0) break;
    rows.push(values);
  }
  return rows;
}

/** Types whose values are taken as they are; all others are shown as text. */
function isShown(type: string): boolean {
  return type === "BIGINT" || type === "INTEGER" || type === "DOUBLE" || type === "BOOLEAN";
}

function toProfileValue(value: unknown, type: string): ProfileValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number") return value;
  const text = String(value);
  if (type === "BIGINT" && Number.isSafeInteger(Number(text))) return Number(text);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 1)}…` : text;
}
