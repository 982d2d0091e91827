import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { typeWord } from "../rules/columns.ts";
import { type Bar, barsOf } from "../rules/shapes.ts";
import { countText, plural } from "../rules/words.ts";
import { readTable, type TableProfile, type TableSummary } from "../state/tables.ts";

type TableColumn = TableProfile["columns"][number];

/** Every column with its type, what is missing in it, its bounds and its shape: what the conversion found, asked once. */
export function ColumnList({ table }: { table: TableSummary }) {
  const profile = useSignal<TableProfile | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    readTable(table.name, controller.signal).then(
      (found) => {
        profile.value = found;
      },
      // The list knows names and bounds; how values lie stays out.
      () => undefined,
    );
    return () => controller.abort();
  }, [table]);
  const columns: readonly TableColumn[] = profile.value?.columns ?? table.columns;
  return (
    <ul class="plain-list column-list" aria-label={`Columns of ${table.name}`}>
      {columns.map((column) => (
        <ColumnCard key={column.name} table={table} column={column} />
      ))}
    </ul>
  );
}

const figure = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6 });

function ColumnCard({ table, column }: { table: TableSummary; column: TableColumn }) {
  const {
    name,
    type,
    original_name,
    nulls = 0,
    distinct,
    distinct_is_approximate,
    min,
    max,
    mean,
    sampled_rows,
  } = column;
  const share = table.row_count === 0 ? 0 : Math.round((nulls / table.row_count) * 100);
  return (
    <li class="column-card">
      <h2>{name}</h2>
      <p class="quiet small">
        {typeWord(type)} <code>{type}</code>
      </p>
      {typeof original_name === "string" && original_name !== name && (
        <p class="quiet small">“{original_name}” in the file</p>
      )}
      <div class="shape">
        <Bars bars={barsOf(column)} name={name} />
      </div>
      <dl class="facts small">
        <dt>Missing</dt>
        <dd>{nulls === 0 ? "none" : `${countText(nulls)} (${share} %)`}</dd>
        {typeof distinct === "number" && (
          <>
            <dt>Different</dt>
            <dd>{distinct_is_approximate ? `about ${countText(distinct)}` : countText(distinct)}</dd>
          </>
        )}
        {min !== null && min !== undefined && (
          <>
            <dt>From</dt>
            <dd>{String(min)}</dd>
            <dt>To</dt>
            <dd>{String(max)}</dd>
          </>
        )}
        {typeof mean === "number" && (
          <>
            <dt>Mean</dt>
            <dd>{figure.format(mean)}</dd>
          </>
        )}
      </dl>
      {sampled_rows !== undefined && <p class="quiet small">The picture is of {countText(sampled_rows)} rows</p>}
    </li>
  );
}

const [WIDTH, HEIGHT] = [240, 48];

function Bars({ bars, name }: { bars: readonly Bar[]; name: string }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  if (bars.length === 0) return null;
  if (bars.length <= 5) {
    return (
      <ul class="plain-list top-values">
        {bars.map(({ label, count }) => (
          <li key={label}>
            <span class="top-bar" style={{ width: `${(count / most) * 100}%` }} />
            <span class="name">{label}</span>
            <span class="quiet">{countText(count)}</span>
          </li>
        ))}
      </ul>
    );
  }
  const step = WIDTH / bars.length;
  const peak = bars.find(({ count }) => count === most);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${name}: most values, ${plural(most, "row")}, lie at ${peak?.label ?? ""}`}
    >
      {bars.map(({ label, count }, index) => {
        const tall = count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT);
        return (
          <rect key={label} x={index * step + 0.75} y={HEIGHT - tall} width={step - 1.5} height={tall}>
            <title>
              {label}: {countText(count)}
            </title>
          </rect>
        );
      })}
    </svg>
  );
}
