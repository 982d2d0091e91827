import type { OddRecords, TolerantReading } from "./read-tolerantly.ts";

/** Says in sentences what was odd about a file, with lines where to look. */
export function tolerantWarnings({ odd, rejectedRows }: TolerantReading, expected: number, why: string): string[] {
  const warnings = [`Read by the tolerant reader: ${why}`];
  if (odd.short.count > 0) warnings.push(`${rows(odd.short)} short of ${expected} cells, padded with NULL`);
  if (odd.long.count > 0) warnings.push(`${rows(odd.long)} longer than ${expected} cells, kept in extra columns`);
  if (odd.quote.count > 0) warnings.push(`${rows(odd.quote)} with a quote out of place, kept as text`);
  if (rejectedRows > 0) warnings.push(`${rejectedRows} ${rejectedRows === 1 ? "row" : "rows"} rejected`);
  return warnings;
}

function rows({ count, lines }: OddRecords): string {
  const more = count > lines.length ? ", …" : "";
  return `${count} ${count === 1 ? "row" : "rows"} (line ${lines.join(", ")}${more})`;
}
