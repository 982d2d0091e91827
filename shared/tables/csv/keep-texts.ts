/**
 * How each column was written, so that every cell's text can be given back: SQL that makes the text of a value, and
 * beside the table the cells whose text is another. Most columns are written in one way and have no such cells.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnName } from "../column-names.ts";
import type { ColumnText } from "../original-text.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import type { ColumnPlan } from "../types/column-plan.ts";
import type { RecordCount } from "./count-records.ts";

/** A column of the table with what was decided about it. */
export interface WrittenColumn {
  column: ColumnName;
  plan: ColumnPlan;
  /** Its place in the file, from 0. */
  index: number;
}

/** True where cells may have been written otherwise than the column: then its texts are needed beside its values. */
export function isWrittenUnevenly({ plan, index }: WrittenColumn, count: RecordCount): boolean {
  if (plan.rule !== undefined && (!plan.rule.isExact || plan.isPadded)) return true;
  if (plan.nullSpellings.length === 0) return false;
  const hasEmpty = (count.filled[index] ?? 0) < count.records;
  return hasEmpty || plan.nullSpellings.length > 1 || plan.nullSpellings[0] === "";
}

/** Under which name the text of a column stands beside its value while that is needed. */
export function textBeside(index: number): string {
  // No column of a file has a name that begins with a space.
  return ` text ${index}`;
}

/** What the catalogue says of how the columns were written; exceptions are counted by `keepExceptions()`. */
export function describeText({ column, plan, index }: WrittenColumn, count: RecordCount): ColumnText {
  const hasEmpty = (count.filled[index] ?? 0) < count.records;
  const nullText = hasEmpty ? "" : (plan.nullSpellings[0] ?? "");
  const value = quoteName(column.name);
  const text = plan.rule === undefined ? value : plan.rule.text(value);
  return {
    rule: plan.rule?.id ?? "text",
    null_text: nullText,
    text_sql: `coalesce(${text}, ${quoteText(nullText)})`,
    exceptions: 0,
  };
}

/** Moves the texts that the catalogue's SQL does not make out of the table; answers how many there are. */
export async function keepExceptions(
  connection: DuckDBConnection,
  table: string,
  { column, index }: WrittenColumn,
  { text_sql }: ColumnText,
): Promise<number> {
  const own = `coalesce(${quoteName(textBeside(index))}, '')`;
  const kept = await connection.run(
    `INSERT INTO cubby.cells SELECT ${quoteText(table)}, ${quoteText(column.name)}, rowid, ${own}, NULL
     FROM ${quoteName(table)} WHERE ${own} <> ${text_sql}`,
  );
  await connection.run(`ALTER TABLE ${quoteName(table)} DROP COLUMN ${quoteName(textBeside(index))}`);
  return kept.rowsChanged;
}
