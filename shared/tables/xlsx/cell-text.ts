import { cellKind } from "./cell-kind.ts";
import type { ColumnCells } from "./row-batch.ts";
import { formatClock, formatDuration, formatInstant } from "./serial-date.ts";

/** A cell as text, the way a column keeps it that holds several kinds; undefined for blanks and errors. */
export function toCellText(cells: ColumnCells, row: number): string | undefined {
  const number = cells.numbers[row] ?? 0;
  switch (cells.kinds[row]) {
    case cellKind.text:
    case cellKind.longInteger:
      return cells.texts.get(number);
    case cellKind.number:
      return String(number);
    case cellKind.boolean:
      return number === 1 ? "TRUE" : "FALSE";
    case cellKind.instant:
      return formatInstant(number);
    case cellKind.clock:
      return formatClock(number);
    case cellKind.duration:
      return formatDuration(number);
    default:
      return undefined;
  }
}
