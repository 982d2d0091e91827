import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useViewport } from "../parts/use-viewport.ts";
import { type Column, columnWidths, fullText } from "../rules/columns.ts";
import { columnsInView } from "../rules/columns-in-view.ts";
import { rowWindow, scrollTo } from "../rules/row-window.ts";
import { explain } from "../state/explain.ts";
import type { Sorting } from "../state/tables.ts";
import { GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";
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
      void navigator.clipboard?.writeText(fullText(source.row(row)?.[column]) ?? "").catch(() => {});
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
      <GridHead columns={columns} shown={shown} lefts={lefts} sorting={sorting} onSort={onSort} />
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
