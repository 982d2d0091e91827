import { Icon } from "../parts/icon.tsx";
import { type Column, kindOfType } from "../rules/columns.ts";
import type { ColumnRange } from "../rules/columns-in-view.ts";
import type { Sorting } from "../state/tables.ts";

interface GridHeadProps {
  columns: readonly Column[];
  shown: ColumnRange;
  lefts: readonly number[];
  sorting: Sorting | undefined;
  onSort: ((column: string) => void) | undefined;
}

/** The names of the columns in view, which stay in sight; where rows can be sorted, each is a button. */
export function GridHead({ columns, shown, lefts, sorting, onSort }: GridHeadProps) {
  return (
    <div class="grid-head" role="row" aria-rowindex={1} style={{ width: `${lefts.at(-1)}px` }}>
      <div role="columnheader" class="grid-number" style={{ width: `${lefts[0]}px` }} aria-colindex={1}>
        <span class="hidden">Row</span>
      </div>
      {columns.slice(shown.from, shown.to).map((column, offset) => (
        <HeaderCell
          key={shown.from + offset}
          column={column}
          index={shown.from + offset}
          lefts={lefts}
          sorting={sorting}
          onSort={onSort}
        />
      ))}
    </div>
  );
}

interface HeaderCellProps {
  column: Column;
  index: number;
  lefts: readonly number[];
  sorting: Sorting | undefined;
  onSort: ((column: string) => void) | undefined;
}

function HeaderCell({ column: { name, type }, index, lefts, sorting, onSort }: HeaderCellProps) {
  const isSorted = sorting?.column === name;
  const order = isSorted ? (sorting.isDescending ? "descending" : "ascending") : "none";
  const [left = 0, right = 0] = [lefts[index], lefts[index + 1]];
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={order}
      class={`grid-cell ${kindOfType(type)}`}
      style={{ left: `${left}px`, width: `${right - left}px` }}
      title={`${name}: ${type}`}
    >
      {onSort === undefined ? (
        <span class="grid-text">{name}</span>
      ) : (
        <button type="button" class="sort" onClick={() => onSort(name)}>
          <span class="grid-text">{name}</span>
          {isSorted && <Icon name={sorting.isDescending ? "down" : "up"} size={14} />}
        </button>
      )}
    </div>
  );
}
