import type { Answer } from "../../../../shared/client/index.ts";
import { CellTable } from "../parts/cell-table.tsx";
import { cellText, typeWord } from "../rules/columns.ts";
import { plural } from "../rules/words.ts";
import { ReportView } from "./report-view.tsx";

export type Previewed = Answer<"convertAgain">;
type TablePreview = NonNullable<Previewed["preview"]>["tables"][number];

/** What a conversion with these settings would make: each table with its first rows, and what would be left out. */
export function ConversionPreview({ previewed }: { previewed: Previewed }) {
  const { preview } = previewed;
  if (preview === undefined) return null;
  const { tables, complete } = preview;
  return (
    <section class="conversion-preview" aria-label="What it would become">
      <p role="status">
        <strong>It would become {plural(tables.length, "table")}.</strong> Nothing is changed yet.
        {!complete && " This is the beginning of a large file."}
      </p>
      {tables.map((table) => (
        <PreviewedTable key={table.name} table={table} />
      ))}
      <ReportView report={previewed} />
    </section>
  );
}

/** More columns than this are no picture of a table. */
const MAX_COLUMNS = 60;

function PreviewedTable({ table: { name, columns, rows } }: { table: TablePreview }) {
  const shown = columns.slice(0, MAX_COLUMNS);
  return (
    <>
      <h4>{name}</h4>
      <CellTable
        label={`First rows of ${name}`}
        header={shown.map((column) => ({ name: column.name, about: typeWord(column.type) }))}
        rows={rows.map((row) => row.slice(0, MAX_COLUMNS).map((value) => cellText(value) ?? ""))}
      />
      <p class="quiet small">
        {plural(rows.length, "first row")}
        {columns.length > MAX_COLUMNS && `, and ${MAX_COLUMNS} of ${columns.length} columns`}
      </p>
    </>
  );
}
