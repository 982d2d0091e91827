import { formatClock, formatDuration, formatInstant } from "../../../shared/tables/xlsx/serial-date.ts";
import { cellKind } from "../../../shared/tables/xlsx/cell-kind.ts";
import { kindAt, type RowBatch } from "../../../shared/tables/xlsx/row-batch.ts";

/** A cell that holds something, in words that both readers share. */
export interface Cell {
  kind: "text" | "number" | "boolean" | "error" | "instant" | "clock" | "duration";
  /** Numbers in decimal; milliseconds for the three kinds of time. */
  value: string | number | boolean;
}

/** The cells of one sheet as Cubby's reader gave them, found by place. */
export class SheetCells {
  /** Cells that hold something. */
  count = 0;
  readonly #rows = new Map<number, { batch: RowBatch; index: number }[]>();

  add(batch: RowBatch): void {
    batch.rowNumbers.forEach((number, index) => {
      const there = this.#rows.get(number);
      if (there === undefined) this.#rows.set(number, [{ batch, index }]);
      else there.push({ batch, index });
      this.count += batch.cellCounts[index] ?? 0;
    });
  }

  /** The cell of a row, from 1, and column, from 0. */
  find(row: number, column: number): Cell | undefined {
    for (const { batch, index } of this.#rows.get(row) ?? []) {
      const cell = toCell(batch, index, column);
      if (cell !== undefined) return cell;
    }
    return undefined;
  }

  /** Where there is something: row and column of every cell. */
  *places(): Generator<[row: number, column: number]> {
    for (const [number, parts] of this.#rows)
      for (const { batch, index } of parts)
        for (const [column, cells] of batch.columns.entries())
          if (kindAt(cells, index) !== cellKind.blank) yield [number, column];
  }
}

function toCell(batch: RowBatch, index: number, column: number): Cell | undefined {
  const cells = batch.columns[column];
  const number = cells?.numbers[index] ?? 0;
  switch (kindAt(cells, index)) {
    case cellKind.text:
      return { kind: "text", value: cells?.texts.get(number) ?? "" };
    case cellKind.number:
      return { kind: "number", value: String(number) };
    case cellKind.longInteger:
      return { kind: "number", value: cells?.texts.get(number) ?? "" };
    case cellKind.boolean:
      return { kind: "boolean", value: number === 1 };
    case cellKind.instant:
      return { kind: "instant", value: number };
    case cellKind.clock:
      return { kind: "clock", value: number };
    case cellKind.duration:
      return { kind: "duration", value: number };
    case cellKind.error:
      return { kind: "error", value: cells?.texts.get(number) ?? "" };
    default:
      return undefined;
  }
}

/** A cell for people to read. */
export function describeCell(cell: Cell | undefined): string {
  if (cell === undefined) return "nothing";
  const { kind, value } = cell;
  if (kind === "instant") return `date ${formatInstant(Number(value))}`;
  if (kind === "clock") return `time ${formatClock(Number(value))}`;
  if (kind === "duration") return `duration ${formatDuration(Number(value))}`;
  return `${kind} ${JSON.stringify(value).slice(0, 80)}`;
}
