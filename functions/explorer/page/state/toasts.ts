import { signal } from "@preact/signals";

/** A short message at the edge, with one thing to do about it at most. */
export interface Toast {
  id: number;
  kind: "info" | "good" | "bad";
  text: string;
  action?: { label: string; run(): void };
  /** Called once when it goes, unless its action was taken. */
  onGone?(): void;
}

export const toasts = signal<readonly Toast[]>([]);

const STAY_MS = { info: 6_000, good: 5_000, bad: 12_000 };
let nextId = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export function showToast(toast: Omit<Toast, "id">, stayMs = STAY_MS[toast.kind]): number {
  const id = nextId++;
  toasts.value = [...toasts.value, { ...toast, id }];
  timers.set(
    id,
    setTimeout(() => dismissToast(id), stayMs),
  );
  return id;
}

export function dismissToast(id: number): void {
  const toast = take(id);
  toast?.onGone?.();
}

/** The action instead of what would have happened. */
export function actOnToast(id: number): void {
  const toast = take(id);
  toast?.action?.run();
}

/** Nobody reads on a page that is being left: what waits for its toast happens now. */
export function dismissAllToasts(): void {
  for (const { id } of toasts.value) dismissToast(id);
}

function take(id: number): Toast | undefined {
  const toast = toasts.value.find((candidate) => candidate.id === id);
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.value.filter((candidate) => candidate.id !== id);
  return toast;
}
