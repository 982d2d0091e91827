import { cellText, type Column, kindOfType } from "../rules/columns.ts";
import type { ColumnRange } from "../rules/columns-in-view.ts";
import { countText } from "../rules/words.ts";

interface GridRowProps {
  index: number;
  top: number;
  row: readonly unknown[] | undefined;
  columns: readonly Column[];
  shown: ColumnRange;
  lefts: readonly number[];
  active: number | undefined;
  onPick(column: number): void;
}

/** One row: its number, which stays in sight, and its cells in view. */
export function GridRow({ index, top, row, columns, shown, lefts, active, onPick }: GridRowProps) {
  return (
    <div role="row" class="grid-row" aria-rowindex={index + 2} style={{ transform: `translateY(${top}px)` }}>
      <div role="rowheader" class="grid-number" aria-colindex={1} style={{ width: `${lefts[0]}px` }}>
        {countText(index + 1)}
      </div>
      {columns.slice(shown.from, shown.to).map(({ type }, offset) => {
        const column = shown.from + offset;
        const text = row === undefined ? "" : cellText(row[column]);
        const [left = 0, right = 0] = [lefts[column], lefts[column + 1]];
        return (
          <div
            key={column}
            id={`cell-${index}-${column}`}
            role="gridcell"
            aria-colindex={column + 2}
            class={`grid-cell ${kindOfType(type)}${active === column ? " active" : ""}${text === undefined ? " null" : ""}`}
            style={{ left: `${left}px`, width: `${right - left}px` }}
            title={text !== undefined && text.length > 24 ? text : undefined}
            onClick={() => onPick(column)}
          >
            <span class="grid-text">{text ?? "NULL"}</span>
          </div>
        );
      })}
    </div>
  );
}
