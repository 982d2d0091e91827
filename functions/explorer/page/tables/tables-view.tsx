import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { remoteRows } from "../grid/row-source.ts";
import { RowGrid } from "../grid/row-grid.tsx";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { plural } from "../rules/words.ts";
import { go, place, placeHref } from "../state/place.ts";
import { quoteName, readRows, type Sorting, type TableSummary, tables, tablesState } from "../state/tables.ts";
import { draft } from "../state/asking.ts";
import { ColumnList } from "./column-list.tsx";
import { TableDownloads } from "./table-downloads.tsx";

/** The tables, and one of them with its rows or its columns. */
export function TablesView() {
  const all = tables.value;
  const chosen = all.find(({ name }) => name === place.value.item) ?? all[0];
  if (chosen === undefined) {
    return (
      <section class="view" aria-label="Tables">
        <header class="view-header">
          <h1>Tables</h1>
        </header>
        {tablesState.value === "loading" ? (
          <p class="starting">Reading your tables…</p>
        ) : (
          <Empty icon="table" title="No tables yet">
            <p>A spreadsheet, CSV, JSON or Parquet file becomes a table a moment after you upload it.</p>
            <Button look="primary" icon="folder" onClick={() => go("files")}>
              Go to the files
            </Button>
          </Empty>
        )}
      </section>
    );
  }
  return (
    <section class="view tables-view" aria-label="Tables">
      <TableChoice all={all} chosen={chosen} />
      <TableView key={chosen.name} table={chosen} />
    </section>
  );
}

function TableChoice({ all, chosen }: { all: readonly TableSummary[]; chosen: TableSummary }) {
  return (
    <nav class="table-choice" aria-label="Choose a table">
      <ul class="plain-list">
        {all.map(({ name, row_count }) => (
          <li key={name}>
            <a href={placeHref("tables", name)} aria-current={name === chosen.name ? "true" : undefined}>
              <Icon name="table" size={16} />
              <span class="name">{name}</span>
              <span class="quiet small">{plural(row_count, "row")}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const tabs = [
  { name: "rows", label: "Rows" },
  { name: "columns", label: "Columns" },
] as const;

function TableView({ table }: { table: TableSummary }) {
  const { name, columns, row_count, source_path, sheet, rejected_rows } = table;
  const tab = useSignal<"rows" | "columns">("rows");
  const sorting = useSignal<Sorting | undefined>(undefined);
  const sortBy = (column: string) => {
    const present = sorting.value;
    // Up, down, and as it was.
    if (present?.column !== column) sorting.value = { column, isDescending: false };
    else sorting.value = present.isDescending ? undefined : { column, isDescending: true };
  };
  const ask = () => {
    draft.value = `SELECT *\nFROM ${quoteName(name)}\nLIMIT 100`;
    go("ask");
  };
  return (
    <div class="table-view">
      <header class="view-header">
        <div>
          <h1>{name}</h1>
          <p class="quiet small">
            {plural(row_count, "row")}, {plural(columns.length, "column")}, from {source_path.replace(/^uploads\//, "")}
            {sheet !== undefined && `, sheet “${sheet}”`}
            {rejected_rows > 0 && ` — ${plural(rejected_rows, "row")} left out`}
          </p>
        </div>
        <div class="row">
          <Button icon="ask" onClick={ask}>
            Ask
          </Button>
          <TableDownloads what={{ table: name }} />
        </div>
      </header>
      <Tabs
        label="What to see of the table"
        tabs={tabs}
        chosen={tab.value}
        onChoose={(name) => {
          tab.value = name;
        }}
      />
      {tab.value === "rows" ? (
        <Rows table={table} sorting={sorting.value} onSort={sortBy} />
      ) : (
        <ColumnList table={table} />
      )}
    </div>
  );
}

interface RowsProps {
  table: TableSummary;
  sorting: Sorting | undefined;
  onSort(column: string): void;
}

const SAMPLE_ROWS = 30;

function Rows({ table, sorting, onSort }: RowsProps) {
  const { name, row_count, columns } = table;
  const sample = useSignal<readonly (readonly unknown[])[] | undefined>(undefined);
  const source = useMemo(
    () => remoteRows(row_count, (range, signal) => readRows(name, { ...range, sorting }, signal)),
    [name, row_count, columns, sorting],
  );
  useEffect(() => {
    const controller = new AbortController();
    const use = (rows: readonly (readonly unknown[])[]) => {
      if (!controller.signal.aborted) sample.value = rows;
    };
    readRows(name, { offset: 0, limit: SAMPLE_ROWS }, controller.signal).then(use, () => use([]));
    return () => controller.abort();
  }, [name, columns]);
  if (sample.value === undefined) return <p class="starting">Reading the first rows…</p>;
  return (
    <RowGrid
      label={`Rows of ${name}`}
      columns={columns}
      source={source}
      sample={sample.value}
      sorting={sorting}
      onSort={onSort}
    />
  );
}
