import { useRef } from "preact/hooks";
import { useViewport } from "../parts/use-viewport.ts";
import { rowWindow, scrollTo } from "../rules/row-window.ts";
import {
  activePath,
  arranged,
  chooseAll,
  chooseNone,
  chooseRange,
  chosenFiles,
  openPath,
  toggle,
} from "../state/choice.ts";
import { removeFiles } from "../state/files.ts";
import { FileListHead } from "./file-list-head.tsx";
import { FileRow } from "./file-row.tsx";

const ROW_HEIGHT = 52;

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
      <FileListHead />
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
