import { useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { useViewport } from "../parts/use-viewport.ts";
import { kindOf, type SortKey } from "../rules/arrange.ts";
import { type CubbyFile, folderLabel } from "../rules/folders.ts";
import { rowWindow, scrollTo } from "../rules/row-window.ts";
import { fullTimeText, sizeText, timeText } from "../rules/words.ts";
import {
  activePath,
  arranged,
  chooseAll,
  chooseNone,
  chooseRange,
  chosen,
  chosenFiles,
  openPath,
  sortBy,
  sorting,
  toggle,
} from "../state/choice.ts";
import { removeFiles } from "../state/files.ts";
import { place } from "../state/place.ts";
import { ConversionMark } from "./conversion-mark.tsx";

const ROW_HEIGHT = 52;

const columns: readonly { key: SortKey; label: string }[] = [
  { key: "name", label: "Name" },
  { key: "kind", label: "Kind" },
  { key: "size", label: "Size" },
  { key: "modified", label: "Changed" },
];

/**
 * The list, as a grid of which only the rows in view exist. The grid itself has the focus and says which row is
 * active: arrows move, Space chooses, Shift chooses a range, Enter opens, Delete deletes.
 */
export function FileList() {
  const scroller = useRef<HTMLDivElement>(null);
  const { scrollTop, height } = useViewport(scroller);
  const rows = arranged.value;
  const viewport = {
    rowCount: rows.length,
    rowHeight: ROW_HEIGHT,
    scrollTop: scrollTop.value,
    viewHeight: height.value,
  };
  const view = rowWindow(viewport);
  const active = rows.findIndex(({ path }) => path === activePath.value);

  function moveTo(index: number, isRange: boolean): void {
    const target = Math.min(rows.length - 1, Math.max(0, index));
    if (isRange) chooseRange(Math.max(0, active), target);
    activePath.value = rows[target]?.path;
    scroller.current?.scrollTo({ top: scrollTo(target, viewport) });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(height.value / ROW_HEIGHT) - 1);
    const path = rows[active]?.path;
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(active + 1, event.shiftKey),
      ArrowUp: () => moveTo(active === -1 ? 0 : active - 1, event.shiftKey),
      PageDown: () => moveTo(active + page, event.shiftKey),
      PageUp: () => moveTo(active - page, event.shiftKey),
      Home: () => moveTo(0, event.shiftKey),
      End: () => moveTo(rows.length - 1, event.shiftKey),
      Escape: chooseNone,
      " ": () => path !== undefined && toggle(path),
      Enter: () => {
        openPath.value = path;
      },
      Delete: () => {
        const some = chosenFiles.value.map((file) => file.path);
        const paths = some.length > 0 ? some : path === undefined ? [] : [path];
        if (paths.length > 0) removeFiles(paths);
        chooseNone();
      },
    };
    const isAll = event.key === "a" && (event.ctrlKey || event.metaKey);
    const action = isAll ? chooseAll : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  return (
    <div
      class="file-list"
      role="grid"
      aria-label="Files"
      aria-multiselectable="true"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active >= view.from && active < view.to ? `file-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => active === -1 && moveTo(0, false)}
    >
      <HeaderRow />
      <div class="file-rows" role="rowgroup" ref={scroller}>
        <div style={{ height: `${view.height}px` }} class="spacer" role="presentation">
          {rows.slice(view.from, view.to).map((file, offset) => (
            <FileRow key={file.path} file={file} index={view.from + offset} top={view.top + offset * ROW_HEIGHT} />
          ))}
        </div>
      </div>
    </div>
  );
}

function HeaderRow() {
  const { by, isDescending } = sorting.value;
  const isAll = arranged.value.length > 0 && chosenFiles.value.length === arranged.value.length;
  return (
    <div class="file-row file-head" role="row" aria-rowindex={1}>
      <div role="columnheader" class="cell-check">
        <input
          type="checkbox"
          aria-label="Choose all"
          checked={isAll}
          onChange={() => (isAll ? chooseNone() : chooseAll())}
        />
      </div>
      {columns.map(({ key, label }) => (
        <div
          key={key}
          role="columnheader"
          class={`cell-${key}`}
          aria-sort={by === key ? (isDescending ? "descending" : "ascending") : "none"}
        >
          <button type="button" class="sort" onClick={() => sortBy(key)}>
            {label}
            {by === key && <Icon name={isDescending ? "down" : "up"} size={14} />}
          </button>
        </div>
      ))}
      <div role="columnheader" class="cell-mark">
        Tables
      </div>
    </div>
  );
}

function FileRow({ file, index, top }: { file: CubbyFile; index: number; top: number }) {
  const isChosen = chosen.value.has(file.path);
  const isActive = activePath.value === file.path;
  const isEverything = place.value.item === undefined;
  return (
    <div
      id={`file-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      class={`file-row${isChosen ? " chosen" : ""}${isActive ? " active" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        activePath.value = file.path;
        openPath.value = file.path;
      }}
    >
      <div role="gridcell" class="cell-check" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Choose ${file.name}`}
          checked={isChosen}
          onChange={() => {
            activePath.value = file.path;
            toggle(file.path);
          }}
        />
      </div>
      <div role="gridcell" class="cell-name">
        <span class="name">{file.name}</span>
        <span class="quiet small">
          <span class="narrow-only-inline">
            {sizeText(file.size_bytes)} · {timeText(file.modified_at)}
          </span>
          {isEverything && <span class="wide-only-inline">{folderLabel(file.folder)}</span>}
        </span>
      </div>
      <Cell name="kind">{kindOf(file)}</Cell>
      <Cell name="size">{sizeText(file.size_bytes)}</Cell>
      <Cell name="modified">
        <time dateTime={file.modified_at} title={fullTimeText(file.modified_at)}>
          {timeText(file.modified_at)}
        </time>
      </Cell>
      <Cell name="mark">
        <ConversionMark conversion={file.conversion} />
      </Cell>
    </div>
  );
}

function Cell({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div role="gridcell" class={`cell-${name}`}>
      {children}
    </div>
  );
}
