/** What somebody drops, picks or pastes, as files with names for a folder that has no folders in it. */
import { flattenEntryNames } from "../../../../shared/files/zip-flatten.ts";

export interface NamedFile {
  file: File;
  name: string;
}

/** Leftovers of operating systems that nobody means to upload. */
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX(\/|$)|\._)/;

/** Everything of a drop, folders with all that is in them. */
export async function readDrop(transfer: DataTransfer): Promise<NamedFile[]> {
  // Entries have to be taken at once: the list is empty after the event.
  const entries = [...transfer.items].flatMap((item) => (item.kind === "file" ? (item.webkitGetAsEntry() ?? []) : []));
  if (entries.length === 0) return nameFiles([...transfer.files]);
  const found: { file: File; path: string }[] = [];
  for (const entry of entries) for await (const one of walk(entry)) found.push(one);
  return named(found);
}

/** The files of an `<input type="file">`; a chosen folder gives each its path. */
export function nameFiles(files: readonly File[]): NamedFile[] {
  return named(files.map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

/** Files on the clipboard, or a table of text as spreadsheets copy it. */
export function readPaste(transfer: DataTransfer): NamedFile[] {
  if (transfer.files.length > 0) return nameFiles([...transfer.files]);
  const text = transfer.getData("text/plain");
  if (!/\t/.test(text) || !/\n/.test(text.trim())) return [];
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
  const name = `pasted_${stamp}.tsv`;
  return [{ file: new File([text], name, { type: "text/tab-separated-values" }), name }];
}

function named(found: readonly { file: File; path: string }[]): NamedFile[] {
  const wanted = found.filter(({ path }) => !LITTER.test(path));
  const names = flattenEntryNames(wanted.map(({ path }) => path));
  return wanted.map(({ file, path }) => ({ file, name: names.get(path) ?? file.name }));
}

async function* walk(entry: FileSystemEntry): AsyncGenerator<{ file: File; path: string }> {
  if (entry instanceof FileSystemFileEntry || entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    yield { file, path: entry.fullPath.replace(/^\//, "") };
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A hundred at a time, until none come.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) yield* walk(child);
  }
}
