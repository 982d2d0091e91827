import { Icon } from "../parts/icon.tsx";
import type { SortKey } from "../rules/arrange.ts";
import { arranged, chooseAll, chooseNone, chosenFiles, sortBy, sorting } from "../state/choice.ts";

const columns: readonly { key: SortKey; label: string }[] = [
  { key: "name", label: "Name" },
  { key: "kind", label: "Kind" },
  { key: "size", label: "Size" },
  { key: "modified", label: "Changed" },
];

/** What the list is sorted by, and the way to choose all of it. */
export function FileListHead() {
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
        Became
      </div>
    </div>
  );
}
