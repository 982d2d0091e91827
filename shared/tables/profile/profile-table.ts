import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnProfile, ProfileValue, TableProfile } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import type { AskedColumn } from "./aggregates.ts";
import { familyOf } from "./column-family.ts";
import { type ColumnFindings, lookAtAll, lookAtBounds, lookAtSample } from "./profile-columns.ts";
import { shownSql, tidy, toProfileValue } from "./profile-value.ts";
import { narrowed } from "./narrowed.ts";
import { MAX_WHOLE_ROWS, takeSample } from "./sample.ts";

const SAMPLE_ROWS = 5;
/** Budget of all sample rows together; a table of a thousand columns shows fewer of them. */
const MAX_SAMPLE_LENGTH = 32_000;
/** More of them say nothing. */
const MEAN_DIGITS = 6;
/** So many columns per statement: DuckDB plans thousands of aggregates slowly. */
const COLUMNS_PER_PASS = 100;
const COLUMNS_PER_COPY = 1000;
/** Beyond it columns have counts and bounds alone: nobody looks at thousands of histograms, and each is a statement. */
export const MAX_DETAILED_COLUMNS = 500;

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

/** Looks at a finished table once: what each column holds, how it lies, and the first rows. */
export async function profileTable(connection: DuckDBConnection, source: ProfileSource): Promise<TableProfile> {
  const { name, source_path, sheet, row_count, rejected_rows, rejects_table, warnings } = source;
  return {
    name,
    source_path,
    ...(sheet !== undefined && { sheet }),
    row_count,
    columns: await profileColumns(connection, source),
    sample_rows: await sampleRows(connection, source),
    rejected_rows,
    ...(rejects_table !== undefined && { rejects_table }),
    warnings: [...warnings],
  };
}

async function profileColumns(connection: DuckDBConnection, source: ProfileSource): Promise<ColumnProfile[]> {
  const asked = source.columns.map(({ name, type }) => ({ name, type, family: familyOf(type) }));
  const findings = [
    ...(await lookClosely(connection, source, asked.slice(0, MAX_DETAILED_COLUMNS))),
    ...(await lookBriefly(connection, source, asked.slice(MAX_DETAILED_COLUMNS))),
  ];
  return source.columns.map((column, index) => toProfile(source, column, findings[index] as ColumnFindings));
}

async function lookClosely(
  connection: DuckDBConnection,
  source: ProfileSource,
  asked: readonly AskedColumn[],
): Promise<ColumnFindings[]> {
  const { name, row_count: rows } = source;
  if (rows <= MAX_WHOLE_ROWS) {
    await using narrow = await narrowed(connection, source, asked);
    return await inPasses(asked, (columns) => lookAtAll(connection, narrow.table, columns));
  }
  const sample = await takeSample(connection, { name, rows, columns: asked.map((column) => column.name) });
  try {
    return await inPasses(asked, (columns) => lookAtSample(connection, { name, rows }, columns, sample));
  } finally {
    await sample.drop();
  }
}

/** Where a copy is cheap statements go to a narrow one: to bind any to a table of thousands of columns takes longest. */
async function lookBriefly(
  connection: DuckDBConnection,
  source: ProfileSource,
  asked: readonly AskedColumn[],
): Promise<ColumnFindings[]> {
  const look = (table: string, columns: readonly AskedColumn[]) =>
    inPasses(columns, (some) => lookAtBounds(connection, table, some));
  if (source.row_count > MAX_WHOLE_ROWS) return look(source.name, asked);
  const findings: ColumnFindings[] = [];
  for (let start = 0; start < asked.length; start += COLUMNS_PER_COPY) {
    const columns = asked.slice(start, start + COLUMNS_PER_COPY);
    await using narrow = await narrowed(connection, source, columns);
    findings.push(...(await look(narrow.table, columns)));
  }
  return findings;
}

async function inPasses(
  columns: readonly AskedColumn[],
  look: (columns: readonly AskedColumn[]) => Promise<ColumnFindings[]>,
): Promise<ColumnFindings[]> {
  const findings: ColumnFindings[] = [];
  for (let start = 0; start < columns.length; start += COLUMNS_PER_PASS) {
    findings.push(...(await look(columns.slice(start, start + COLUMNS_PER_PASS))));
  }
  return findings;
}

function toProfile(
  { row_count }: ProfileSource,
  { name, original_name, type }: ProfileSource["columns"][number],
  { aggregates, values, spread, isEstimated, sampledRows }: ColumnFindings,
): ColumnProfile {
  const { filled, min, max, nonFinite, mean, lengths } = aggregates;
  const isSampled = sampledRows !== undefined && (values.top.length > 0 || Object.keys(spread).length > 0);
  return {
    name,
    original_name,
    type,
    nulls: row_count - filled,
    distinct: Math.min(isEstimated ? (aggregates.distinct ?? 0) : values.distinct, filled),
    ...(isEstimated && { distinct_is_approximate: true as const }),
    min,
    max,
    ...(nonFinite > 0 && { non_finite: nonFinite }),
    ...(mean !== undefined && { mean: tidy(mean, MEAN_DIGITS) }),
    ...(lengths !== undefined && { lengths: { ...lengths, mean: tidy(lengths.mean, MEAN_DIGITS) } }),
    ...spread,
    ...(values.top.length > 0 && { top_values: values.top }),
    ...(isSampled && { sampled_rows: sampledRows }),
  };
}

async function sampleRows(connection: DuckDBConnection, source: ProfileSource): Promise<ProfileValue[][]> {
  const shown = source.columns.map(({ name, type }) => shownSql(quoteName(name), type));
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
