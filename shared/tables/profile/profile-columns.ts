/**
 * A column's profile comes from up to three places. Small tables are looked at as a whole. Of large ones a sample says
 * which columns have few values: of those every value is counted, and the rest follows from the counts, which costs
 * least. Columns of many values have their bounds, mean, lengths and number of distinct values from a pass over all
 * rows, and how they lie from the sample.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnSpread } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { type AskedColumn, type ColumnAggregates, readAggregates } from "./aggregates.ts";
import { countValues, findingsOf } from "./count-values.ts";
import { hashBits } from "./hashed-distinct.ts";
import type { Sample } from "./sample.ts";
import { readSpreads } from "./spread.ts";
import { type ColumnValues, readValues } from "./values.ts";

/** All that was found of a column. */
export interface ColumnFindings {
  aggregates: ColumnAggregates;
  values: ColumnValues;
  spread: ColumnSpread;
  /** The number of distinct values is an estimate, and stands among the aggregates. */
  isEstimated: boolean;
  /** The sample's rows, where values and spread come from it. */
  sampledRows?: number;
}

/** A column with no more values than this in the sample has all of them counted. */
const FEW_VALUES = 500;

/** Looks at every row. */
export async function lookAtAll(
  connection: DuckDBConnection,
  table: string,
  columns: readonly AskedColumn[],
): Promise<ColumnFindings[]> {
  const aggregates = await readAggregates(connection, table, columns);
  const values = await readValues(connection, quoteName(table), columns);
  const spreads = await readSpreads(connection, quoteName(table), join(columns, aggregates));
  return join(columns, aggregates).map((column, index) => ({
    aggregates: column.aggregates,
    values: values[index] ?? { distinct: 0, top: [] },
    spread: spreads[index] ?? {},
    isEstimated: false,
  }));
}

/** Bounds and lengths, and roughly how many values there are. */
export async function lookAtBounds(
  connection: DuckDBConnection,
  table: string,
  columns: readonly AskedColumn[],
): Promise<ColumnFindings[]> {
  const found = await readAggregates(connection, table, columns, { distinct: "roughly" });
  const values = { distinct: 0, top: [] };
  return found.map((aggregates) => ({ aggregates, values, spread: {}, isEstimated: true }));
}

/** Looks at every row only for what cannot be had otherwise. */
export async function lookAtSample(
  connection: DuckDBConnection,
  table: { name: string; rows: number },
  columns: readonly AskedColumn[],
  sample: Sample,
): Promise<ColumnFindings[]> {
  const sampled = await readValues(connection, sample.table, columns);
  const findings = new Map<AskedColumn, ColumnFindings>();
  for (const [index, column] of columns.entries()) {
    if ((sampled[index]?.distinct ?? 0) > FEW_VALUES) continue;
    const counted = await countValues(connection, table.name, column);
    if (counted !== undefined) findings.set(column, findingsOf(column, counted));
  }
  const many = columns.filter((column) => !findings.has(column));
  const aggregates = await readAggregates(connection, table.name, many, {
    distinct: hashBits(table.rows),
    sample: sample.table,
  });
  const spreads = await readSpreads(connection, sample.table, join(many, aggregates));
  for (const [place, column] of join(many, aggregates).entries()) {
    findings.set(many[place] as AskedColumn, {
      aggregates: column.aggregates,
      values: sampled[columns.indexOf(many[place] as AskedColumn)] ?? { distinct: 0, top: [] },
      spread: spreads[place] ?? {},
      isEstimated: true,
      sampledRows: sample.rows,
    });
  }
  return columns.map((column) => findings.get(column) as ColumnFindings);
}

function join(columns: readonly AskedColumn[], aggregates: readonly ColumnAggregates[]) {
  return columns.map((column, index) => ({ ...column, aggregates: aggregates[index] as ColumnAggregates }));
}
