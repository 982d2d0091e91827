import { effect, signal } from "@preact/signals";
import { keep, readKept } from "./keep.ts";

export type Theme = "system" | "light" | "dark";

export const theme = signal<Theme>(readKept<Theme>("theme") ?? "system");

/** Writes the choice where the style sheet looks; `system` is the absence of a choice. */
export function applyTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    keep("theme", theme.value);
  });
}

export function isDark(): boolean {
  if (theme.value !== "system") return theme.value === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
