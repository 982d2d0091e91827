import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { typeWord } from "../rules/columns.ts";
import { type Bar, barsOf, shapeSql } from "../rules/shapes.ts";
import { countText, plural } from "../rules/words.ts";
import { client, inSession } from "../state/session.ts";
import { quoteName, type TableSummary } from "../state/tables.ts";

type TableColumn = TableSummary["columns"][number];

/** Every column with its type, what is missing in it, its bounds and its shape. */
export function ColumnList({ table }: { table: TableSummary }) {
  return (
    <ul class="plain-list column-list" aria-label={`Columns of ${table.name}`}>
      {table.columns.map((column) => (
        <ColumnCard key={column.name} table={table} column={column} />
      ))}
    </ul>
  );
}

function ColumnCard({ table, column }: { table: TableSummary; column: TableColumn }) {
  const { name, type, original_name, nulls = 0, distinct, min, max } = column;
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
      <Shape table={table} column={column} />
      <dl class="facts small">
        <dt>Missing</dt>
        <dd>{nulls === 0 ? "none" : `${countText(nulls)} (${share} %)`}</dd>
        {typeof distinct === "number" && (
          <>
            <dt>Different</dt>
            <dd>{countText(distinct)}</dd>
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
      </dl>
    </li>
  );
}

/** Counted when the card comes into view, so that a table of a thousand columns asks for a screenful. */
function Shape({ table, column: { name, type } }: { table: TableSummary; column: TableColumn }) {
  const place = useRef<HTMLDivElement>(null);
  const bars = useSignal<readonly Bar[] | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      readBars(table.name, name, type, controller.signal).then(
        (found) => {
          bars.value = found;
        },
        () => {
          if (!controller.signal.aborted) bars.value = [];
        },
      );
    });
    if (place.current !== null) observer.observe(place.current);
    return () => {
      observer.disconnect();
      controller.abort();
    };
  }, [table.name, name, type]);
  return (
    <div class="shape" ref={place}>
      {bars.value !== undefined && <Bars bars={bars.value} name={name} />}
    </div>
  );
}

async function readBars(table: string, column: string, type: string, signal: AbortSignal): Promise<Bar[]> {
  const sql = shapeSql(quoteName(table), quoteName(column), type);
  const { rows } = await client.call("query", { params: inSession(), body: { sql, limit: 100 }, signal });
  return barsOf(type, rows);
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
