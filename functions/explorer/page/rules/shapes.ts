import { kindOfType } from "./columns.ts";

/** One bar of a small histogram, or one frequent value. */
export interface Bar {
  label: string;
  count: number;
}

const BINS = 16;
const TOP = 5;

/** The statement that counts a column's shape: bins for numbers and times, the most frequent values for the rest. */
export function shapeSql(table: string, column: string, type: string): string {
  const kind = kindOfType(type);
  if (kind !== "number" && kind !== "time") {
    return `SELECT left(CAST(${column} AS VARCHAR), 80) AS value, count(*) AS n FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, value LIMIT ${TOP}`;
  }
  const value = kind === "time" ? `epoch(CAST(${column} AS TIMESTAMP))` : `CAST(${column} AS DOUBLE)`;
  return (
    `WITH v AS (SELECT ${value} AS x FROM ${table} WHERE ${column} IS NOT NULL), ` +
    "b AS (SELECT min(x) AS lo, max(x) AS hi FROM v WHERE isfinite(x)) " +
    `SELECT lo, hi, least(${BINS - 1}, CAST(floor((x - lo) / nullif(hi - lo, 0) * ${BINS}) AS INTEGER)) AS bin, count(*) AS n ` +
    "FROM v, b WHERE isfinite(x) GROUP BY 1, 2, 3 ORDER BY 3"
  );
}

/** The bars of a shape's rows; empty bins are bars too. */
export function barsOf(type: string, rows: readonly (readonly unknown[])[]): Bar[] {
  const kind = kindOfType(type);
  if (kind !== "number" && kind !== "time") {
    return rows.map(([value, count]) => ({ label: String(value), count: Number(count) }));
  }
  const [first] = rows;
  if (first === undefined) return [];
  const [low, high] = [Number(first[0]), Number(first[1])];
  const counts = new Map(rows.map(([, , bin, count]) => [Number(bin ?? 0), Number(count)]));
  if (low === high) return [{ label: boundText(low, kind), count: counts.get(0) ?? 0 }];
  return Array.from({ length: BINS }, (_, bin) => {
    const [from, to] = [bin, bin + 1].map((edge) => boundText(low + ((high - low) * edge) / BINS, kind));
    return { label: `${from} to ${to}`, count: counts.get(bin) ?? 0 };
  });
}

const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });

function boundText(value: number, kind: "number" | "time"): string {
  return kind === "number" ? short.format(value) : new Date(value * 1000).toISOString().slice(0, 10);
}
