import { effect, signal, untracked } from "@preact/signals";
import { CubbyError, type Answer } from "../../../../shared/client/index.ts";
import { loadFiles, forgetFiles } from "./files.ts";
import { client, phase, refreshSession, sessionId } from "./session.ts";
import { loadTables, forgetTables } from "./tables.ts";
import { forgetUploads, resumeUploads } from "./uploads.ts";

export type HistoryEntry = Answer<"listHistory">["data"][number];

/** What was said and done in the session, oldest first. */
export const entries = signal<readonly HistoryEntry[]>([]);

const INTERVAL_MS = 3_000;
const SESSION_EVERY_MS = 60_000;

/**
 * Keeps everything on the page in step with the session: reads it when one enters, then follows its history, which
 * tells of every change, also of those that another tab or a bot makes. A hidden page asks nothing.
 */
export function followSession({ onFilesChanged }: { onFilesChanged(): void }): void {
  let controller: AbortController | undefined;
  effect(() => {
    const id = sessionId.value;
    // Only another session begins it anew, not what is read and written on the way.
    untracked(() => {
      controller?.abort();
      forgetAll();
      if (id === "") return;
      controller = new AbortController();
      void loadFiles();
      void loadTables();
      void resumeUploads();
      void follow(id, controller.signal, onFilesChanged);
    });
  });
  setInterval(() => {
    if (document.visibilityState === "visible") void refreshSession();
  }, SESSION_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void refreshSession();
  });
}

function forgetAll(): void {
  entries.value = [];
  forgetFiles();
  forgetTables();
  forgetUploads();
}

/** Follows until the session changes or ends; over longer outages it begins again where it was. */
async function follow(id: string, signal: AbortSignal, onFilesChanged: () => void): Promise<void> {
  let since: string | undefined;
  while (!signal.aborted) {
    try {
      await untilVisible(signal);
      const pausing = pauseWhenHidden(signal);
      const options = { intervalMs: INTERVAL_MS, signal: pausing, ...(since !== undefined && { since }) };
      for await (const entry of client.followHistory(id, options)) {
        since = entry.entry_id;
        if (entries.value.some(({ entry_id }) => entry_id === entry.entry_id)) continue;
        entries.value = [...entries.value, entry];
        if (entry.role === "event") noteEvent(entry, onFilesChanged);
      }
    } catch (error) {
      if (signal.aborted || (error instanceof CubbyError && error.status === 410)) return;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS * 2));
    }
  }
}

let reading: ReturnType<typeof setTimeout> | undefined;

/** Events come in bunches: one look after the last of them. */
function noteEvent({ metadata }: HistoryEntry, onFilesChanged: () => void): void {
  const type = String(metadata.type ?? "");
  if (type.startsWith("approval")) void refreshSession();
  clearTimeout(reading);
  reading = setTimeout(() => {
    if (phase.value.kind !== "live") return;
    onFilesChanged();
    void loadTables();
    void refreshSession();
  }, 150);
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => {
    const options = { once: true, signal };
    document.addEventListener("visibilitychange", () => resolve(), options);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Ends with `signal`, and as soon as nobody looks. */
function pauseWhenHidden(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  signal.addEventListener("abort", () => controller.abort(), options);
  document.addEventListener(
    "visibilitychange",
    () => document.visibilityState === "hidden" && controller.abort(),
    options,
  );
  return controller.signal;
}
