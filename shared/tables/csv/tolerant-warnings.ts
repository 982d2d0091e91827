import type { OddRecords, TolerantReading } from "./read-tolerantly.ts";
import type { RecordSurvey } from "./survey-records.ts";
import type { TableSpan } from "./table-spans.ts";

/** Says in sentences what was odd about a file, with lines where to look. */
export function tolerantWarnings(
  { odd, rejectedRows }: TolerantReading,
  { layout: { width }, others }: RecordSurvey,
  why: string,
): string[] {
  const warnings = [`Read by the tolerant reader: ${why}`, ...others.map(otherTable)];
  if (odd.short.count > 0) warnings.push(`${rows(odd.short)} short of ${width} cells, padded with NULL`);
  if (odd.long.count > 0) warnings.push(`${rows(odd.long)} longer than ${width} cells, kept in extra columns`);
  if (odd.quote.count > 0) warnings.push(`${rows(odd.quote)} with a quote out of place, kept as text`);
  if (odd.header.count > 0) warnings.push(`${rows(odd.header)} left out: the header again`);
  if (rejectedRows > 0) warnings.push(`${rejectedRows} ${rejectedRows === 1 ? "row" : "rows"} rejected`);
  return warnings;
}

function rows({ count, lines }: OddRecords): string {
  const more = count > lines.length ? ", …" : "";
  return `${count} ${count === 1 ? "row" : "rows"} (line ${lines.join(", ")}${more})`;
}

function otherTable({ line, records, label }: TableSpan): string {
  const cells = label.slice(0, 5).map((cell) => cell.trim().slice(0, 40));
  const more = label.length > cells.length ? ", …" : "";
  return `Another table of ${records} records begins in line ${line} and is not read: ${cells.join(", ")}${more}`;
}
