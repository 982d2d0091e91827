import { quoteName, quoteText } from "./sql-text.ts";

/** How a column was written in its file, as the catalogue keeps it in `cubby.columns`. */
export interface ColumnText {
  /** Which rule made the values; `text` where they are the text itself. */
  rule: string;
  /** What stood for NULL: mostly nothing. */
  null_text: string;
  /** SQL for the text of a cell, over the column. */
  text_sql: string;
  /** How many cells were written otherwise; they stand in `cubby.cells`, by the row's `rowid`. */
  exceptions: number;
}

/** Which of a column's cells stood in quotes. */
export interface ColumnQuotes {
  /** `needed`: those with a separator, a quote or a line break in them. */
  quotes: "none" | "needed" | "all";
  /** Where all had them: the one text that stood without, mostly nothing or `NA`. */
  bare_text: string | null;
}

/** A column of a table and how it was written. */
export interface WrittenColumnText extends ColumnText {
  name: string;
}

/** SQL for the table as it was written: every cell its original text, every row in its place. */
export function originalTextSql(table: string, columns: readonly WrittenColumnText[]): string {
  const uneven = columns.filter(({ exceptions }) => exceptions > 0);
  const values = columns.map((column) => {
    const at = uneven.indexOf(column);
    const text = at < 0 ? column.text_sql : `coalesce(e.e${at}, ${column.text_sql})`;
    return `${text} AS ${quoteName(column.name)}`;
  });
  const join = uneven.length === 0 ? "" : exceptionsSql(table, uneven);
  return `SELECT ${values.join(", ")} FROM ${quoteName(table)} AS t${join} ORDER BY t.rowid`;
}

/** One join for all columns: DuckDB needs gigabytes to plan one for each of forty. */
function exceptionsSql(table: string, columns: readonly WrittenColumnText[]): string {
  const texts = columns.map(
    ({ name }, index) => `max(text) FILTER (WHERE column_name = ${quoteText(name)}) AS e${index}`,
  );
  return `
    LEFT JOIN (SELECT row, ${texts.join(", ")} FROM cubby.cells WHERE table_name = ${quoteText(table)} GROUP BY row)
    AS e ON e.row = t.rowid`;
}
