import { computed, signal } from "@preact/signals";
import { type Arrangement, arrangeFiles, type SortKey } from "../rules/arrange.ts";
import { files } from "./files.ts";
import { keep, readKept } from "./keep.ts";
import { place } from "./place.ts";

/** How the list of files is arranged, what is chosen in it, and where the keyboard is. */
export const filter = signal("");
export const sorting = signal<{ by: SortKey; isDescending: boolean }>(
  readKept("sorting") ?? { by: "modified", isDescending: true },
);
export const chosen = signal<ReadonlySet<string>>(new Set());
export const activePath = signal<string | undefined>(undefined);
/** The file whose details are open; whoever goes to another place has left it. */
export const openPath = signal<string | undefined>(undefined);
place.subscribe(() => {
  openPath.value = undefined;
});

export const arranged = computed(() => {
  const { by, isDescending } = sorting.value;
  const { view, item } = place.value;
  const arrangement: Arrangement = {
    folder: view === "files" ? item : undefined,
    filter: filter.value,
    sort: by,
    isDescending,
  };
  return arrangeFiles(files.value, arrangement);
});

/** Only what is still there, and in view. */
export const chosenFiles = computed(() => arranged.value.filter(({ path }) => chosen.value.has(path)));

export function sortBy(by: SortKey): void {
  const { value } = sorting;
  // Names begin at A; sizes and times are looked at from the large and the new end.
  const isDescending = value.by === by ? !value.isDescending : by === "size" || by === "modified";
  sorting.value = { by, isDescending };
  keep("sorting", sorting.value);
}

export function toggle(path: string): void {
  const next = new Set(chosen.value);
  if (!next.delete(path)) next.add(path);
  chosen.value = next;
}

/** From one row to another, as Shift does. */
export function chooseRange(from: number, to: number): void {
  const [low, high] = from < to ? [from, to] : [to, from];
  chosen.value = new Set([...chosen.value, ...arranged.value.slice(low, high + 1).map(({ path }) => path)]);
}

export function chooseAll(): void {
  chosen.value = new Set(arranged.value.map(({ path }) => path));
}

export function chooseNone(): void {
  chosen.value = new Set();
}
