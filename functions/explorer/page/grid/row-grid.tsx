import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { useViewport } from "../parts/use-viewport.ts";
import { cellText, type Column, columnWidths, kindOfType } from "../rules/columns.ts";
import { rowWindow, scrollTo } from "../rules/row-window.ts";
import { countText } from "../rules/words.ts";
import { explain } from "../state/explain.ts";
import type { Sorting } from "../state/tables.ts";
import type { RowSource } from "./row-source.ts";

const ROW_HEIGHT = 32;

interface RowGridProps {
  label: string;
  columns: readonly Column[];
  source: RowSource;
  /** Rows to measure the columns by. */
  sample: readonly (readonly unknown[])[];
  sorting?: Sorting | undefined;
  onSort?(column: string): void;
}

interface Cell {
  row: number;
  column: number;
}

/**
 * Rows without end: only what is in view exists, up and down and sideways. One cell is active; arrows move it, and
 * Ctrl+C copies it.
 */
export function RowGrid({ label, columns, source, sample, sorting, onSort }: RowGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { scrollTop, scrollLeft, height, width } = useViewport(scroller);
  const active = useSignal<Cell>({ row: 0, column: 0 });
  const numberWidth = Math.max(44, String(source.rowCount).length * 9 + 22);
  const lefts = useMemo(() => {
    const found = [numberWidth];
    for (const wide of columnWidths(columns, sample)) found.push((found.at(-1) ?? 0) + wide);
    return found;
  }, [columns, sample, numberWidth]);
  const viewport = {
    rowCount: source.rowCount,
    rowHeight: ROW_HEIGHT,
    scrollTop: scrollTop.value,
    viewHeight: Math.max(ROW_HEIGHT, height.value - ROW_HEIGHT),
  };
  const view = rowWindow(viewport);
  const shown = columnsInView(lefts, scrollLeft.value, width.value);
  useEffect(() => source.show(view.from, view.to), [source, view.from, view.to]);
  useEffect(() => () => source.close(), [source]);
  source.version.value; // drawn again when rows have come

  function moveTo({ row, column }: Cell): void {
    const next = {
      row: Math.min(source.rowCount - 1, Math.max(0, row)),
      column: Math.min(columns.length - 1, Math.max(0, column)),
    };
    active.value = next;
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scrollTo(next.row, viewport);
    const [left = 0, right = 0] = [lefts[next.column], lefts[next.column + 1]];
    if (left - numberWidth < element.scrollLeft) element.scrollLeft = left - numberWidth;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    const { row, column } = active.value;
    const page = Math.max(1, Math.floor(viewport.viewHeight / ROW_HEIGHT) - 1);
    const isFar = event.ctrlKey || event.metaKey;
    const steps: Record<string, Cell> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: isFar ? 0 : row, column: 0 },
      End: { row: isFar ? source.rowCount - 1 : row, column: columns.length - 1 },
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      moveTo(step);
    } else if (isFar && event.key === "c") {
      void navigator.clipboard?.writeText(cellText(source.row(row)?.[column]) ?? "").catch(() => {});
    }
  }

  const isInView = active.value.row >= view.from && active.value.row < view.to;
  return (
    <div
      class="grid"
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={source.rowCount + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={isInView ? `cell-${active.value.row}-${active.value.column}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div class="grid-head" role="row" aria-rowindex={1} style={{ width: `${lefts.at(-1)}px` }}>
        <div role="columnheader" class="grid-number" style={{ width: `${numberWidth}px` }} aria-colindex={1}>
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
      <div class="grid-body" role="rowgroup" style={{ height: `${view.height}px`, width: `${lefts.at(-1)}px` }}>
        {Array.from({ length: Math.max(0, view.to - view.from) }, (_, offset) => {
          const index = view.from + offset;
          return (
            <GridRow
              key={index}
              index={index}
              top={view.top + offset * ROW_HEIGHT}
              row={source.row(index)}
              columns={columns}
              shown={shown}
              lefts={lefts}
              active={active.value.row === index ? active.value.column : undefined}
              onPick={(column) => {
                active.value = { row: index, column };
              }}
            />
          );
        })}
      </div>
      {source.problem.value !== undefined && (
        <p class="grid-problem" role="alert">
          {explain(source.problem.value)}
        </p>
      )}
    </div>
  );
}

interface Range {
  from: number;
  to: number;
}

function columnsInView(lefts: readonly number[], scrollLeft: number, width: number): Range {
  const last = lefts.length - 1;
  let from = 0;
  while (from < last - 1 && (lefts[from + 1] ?? 0) < scrollLeft) from++;
  let to = from;
  while (to < last && (lefts[to] ?? 0) < scrollLeft + Math.max(width, 320)) to++;
  return { from, to: Math.max(to, Math.min(last, from + 1)) };
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

interface GridRowProps {
  index: number;
  top: number;
  row: readonly unknown[] | undefined;
  columns: readonly Column[];
  shown: Range;
  lefts: readonly number[];
  active: number | undefined;
  onPick(column: number): void;
}

function GridRow({ index, top, row, columns, shown, lefts, active, onPick }: GridRowProps) {
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
