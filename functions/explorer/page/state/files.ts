import { computed, signal } from "@preact/signals";
import type { CubbyFile } from "../rules/folders.ts";
import { plural } from "../rules/words.ts";
import { explain } from "./explain.ts";
import { client, inSession, refreshSession, sessionId } from "./session.ts";
import { showToast } from "./toasts.ts";

/** All files of the session, as far as they were read. */
export const allFiles = signal<readonly CubbyFile[]>([]);
export const filesState = signal<"loading" | "ready" | "failed">("loading");
/** Deleted, but it can still be undone: nobody sees them, and nobody has touched them. */
const leaving = signal<ReadonlySet<string>>(new Set());

export const files = computed(() => allFiles.value.filter(({ path }) => !leaving.value.has(path)));

let reading: Promise<void> | undefined;
let again = false;

/** Reads the list anew. Asked while it is being read, it is read once more afterwards. */
export function loadFiles(): Promise<void> {
  if (reading !== undefined) {
    again = true;
    return reading;
  }
  reading = read().finally(() => {
    reading = undefined;
    if (!again) return;
    again = false;
    void loadFiles();
  });
  return reading;
}

async function read(): Promise<void> {
  const params = inSession();
  try {
    const found: CubbyFile[] = [];
    for await (const file of client.pages("listFiles", { params })) found.push(file);
    if (params.session_id !== sessionId.value) return;
    allFiles.value = found;
    filesState.value = "ready";
  } catch {
    if (filesState.value === "loading") filesState.value = "failed";
  }
}

export function forgetFiles(): void {
  allFiles.value = [];
  leaving.value = new Set();
  filesState.value = "loading";
}

export function noteFile(file: CubbyFile): void {
  allFiles.value = [...allFiles.value.filter(({ path }) => path !== file.path), file];
}

/** Hides the files, and removes them when the chance to undo has passed. */
export function removeFiles(paths: readonly string[]): void {
  const params = inSession();
  leaving.value = new Set([...leaving.value, ...paths]);
  const comeBack = (some: readonly string[]) => {
    leaving.value = new Set([...leaving.value].filter((path) => !some.includes(path)));
  };
  const [first = ""] = paths;
  const text =
    paths.length === 1
      ? `“${first.slice(first.lastIndexOf("/") + 1)}” deleted`
      : `${plural(paths.length, "file")} deleted`;
  showToast(
    {
      kind: "info",
      text,
      action: { label: "Undo", run: () => comeBack(paths) },
      onGone: () => void removeNow(params, paths, comeBack),
    },
    8_000,
  );
}

async function removeNow(
  params: { session_id: string },
  paths: readonly string[],
  comeBack: (some: readonly string[]) => void,
): Promise<void> {
  for (let start = 0; start < paths.length; start += 1000) {
    const part = paths.slice(start, start + 1000);
    try {
      const { files: results } = await client.call("deleteFiles", { params, body: { paths: [...part] } });
      const kept = results.filter(({ status }) => status === "refused" || status === "failed");
      const gone = new Set(part.filter((path) => !kept.some((result) => result.path === path)));
      allFiles.value = allFiles.value.filter(({ path }) => !gone.has(path));
      comeBack(part);
      const [problem] = kept;
      if (problem !== undefined)
        showToast({
          kind: "bad",
          text: problem.problem?.detail ?? `${plural(kept.length, "file")} could not be deleted`,
        });
    } catch (error) {
      comeBack(part);
      showToast({ kind: "bad", text: explain(error) });
    }
  }
  void refreshSession();
}

/** Gives the file another name; answers why it could not have it. */
export async function renameFile(path: string, name: string): Promise<{ path: string } | { problem: string }> {
  try {
    const { file, path: renamed } = await client.call("renameFile", { params: inSession(), body: { path, name } });
    allFiles.value = allFiles.value.filter((other) => other.path !== path);
    if (file !== undefined) noteFile(file);
    return { path: renamed };
  } catch (error) {
    return { problem: explain(error) };
  }
}

/** Sends the browser to the file; it comes as an attachment, so the page stays. */
export async function downloadFile(path: string): Promise<void> {
  try {
    const { url } = await client.call("getFile", { params: inSession({ path }), query: { redirect: "false" } });
    saveFrom(url);
  } catch (error) {
    showToast({ kind: "bad", text: explain(error) });
  }
}

/** A link that is clicked and gone; `download` keeps the page where it is should storage answer an error. */
export function saveFrom(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  document.body.append(link);
  link.click();
  link.remove();
}

export interface Packing {
  label: string;
  done: number;
  total: number;
  cancel(): void;
}

/** The ZIP that is being built, if one is. */
export const packing = signal<Packing | undefined>(undefined);

export async function downloadZip(selection: { paths?: string[]; folder?: CubbyFile["folder"] }): Promise<void> {
  const controller = new AbortController();
  const label =
    selection.paths === undefined ? "Packing everything" : `Packing ${plural(selection.paths.length, "file")}`;
  packing.value = { label, done: 0, total: 0, cancel: () => controller.abort() };
  try {
    const { url } = await client.prepareArchive(sessionId.value, selection, {
      signal: controller.signal,
      onProgress: ({ bytes_done, bytes_total }) => {
        if (packing.value !== undefined) packing.value = { ...packing.value, done: bytes_done, total: bytes_total };
      },
    });
    saveFrom(url);
  } catch (error) {
    if (!controller.signal.aborted) showToast({ kind: "bad", text: explain(error) });
  } finally {
    packing.value = undefined;
  }
}
