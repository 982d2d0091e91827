import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { columns, orders } from "./orders.ts";
import { isSameValue } from "./same-value.ts";

/** What of the file is not in the table. */
export interface Losses {
  /** Of a count of rows that is not the file's. */
  readonly rows: number;
  readonly cells: number;
  /** Which columns have changed cells, with how many of them. */
  readonly byColumn: ReadonlyMap<string, number>;
}

/** Compares a dump, a JSON array of texts for each row, with the rows that were written. */
export async function findLosses(dump: string, count: number): Promise<Losses> {
  const lines = createInterface({ input: createReadStream(dump) })[Symbol.asyncIterator]();
  const byColumn = new Map<string, number>();
  let missing = 0;
  for (const said of orders(count)) {
    const { value, done } = await lines.next();
    if (done === true) {
      missing++;
      continue;
    }
    const kept = JSON.parse(value) as (string | null)[];
    for (const [index, name] of columns.entries()) {
      if (!isSameValue(said[index] ?? "", kept[index] ?? null)) byColumn.set(name, (byColumn.get(name) ?? 0) + 1);
    }
  }
  let extra = 0;
  while (!(await lines.next()).done) extra++;
  return { rows: missing + extra, cells: [...byColumn.values()].reduce((sum, one) => sum + one, 0), byColumn };
}

/** `nothing`, or how many and where. */
export function describeLosses({ rows, cells, byColumn }: Losses): string {
  if (rows === 0 && cells === 0) return "nothing";
  const names = [...byColumn].map(([name, count]) => `${name} ${count.toLocaleString("en")}`);
  return [...(rows > 0 ? [`${rows.toLocaleString("en")} rows`] : []), ...names].join(", ");
}
