import { computed, effect, signal } from "@preact/signals";
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

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", () => {
  isSystemDark.value = darkSystem.matches;
});

/** For what is drawn, and has to be drawn again in other colours. */
export const isDark = computed(() => (theme.value === "system" ? isSystemDark.value : theme.value === "dark"));
