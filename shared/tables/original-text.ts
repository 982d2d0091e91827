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
  const cells = columns.map(({ name, text_sql, exceptions }, index) => ({
    value: exceptions > 0 ? `coalesce(e${index}.text, ${text_sql})` : text_sql,
    join: exceptions > 0 ? exceptionsSql(table, name, `e${index}`) : "",
  }));
  const values = cells.map(({ value }, index) => `${value} AS ${quoteName(columns[index]?.name ?? "")}`);
  const joins = cells.map(({ join }) => join).join("");
  return `SELECT ${values.join(", ")} FROM ${quoteName(table)} AS t${joins} ORDER BY t.rowid`;
}

function exceptionsSql(table: string, column: string, alias: string): string {
  return `
    LEFT JOIN (SELECT row, text FROM cubby.cells WHERE table_name = ${quoteText(table)} AND column_name = ${quoteText(column)})
    AS ${alias} ON ${alias}.row = t.rowid`;
}
