import type { CubbyFile } from "./folders.ts";

export type SortKey = "name" | "size" | "kind" | "modified";

export interface Arrangement {
  folder: string | undefined;
  filter: string;
  sort: SortKey;
  isDescending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const comparisons: Record<SortKey, (a: CubbyFile, b: CubbyFile) => number> = {
  name: (a, b) => collator.compare(a.name, b.name),
  size: (a, b) => a.size_bytes - b.size_bytes,
  kind: (a, b) => collator.compare(kindOf(a), kindOf(b)),
  modified: (a, b) => Date.parse(a.modified_at) - Date.parse(b.modified_at),
};

/** The files of a folder (or all) whose name holds every word of the filter, in order; equal ones by path. */
export function arrangeFiles(
  files: readonly CubbyFile[],
  { folder, filter, sort, isDescending }: Arrangement,
): CubbyFile[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (file: CubbyFile) =>
    (folder === undefined || file.folder === folder) && words.every((word) => file.name.toLowerCase().includes(word));
  const direction = isDescending ? -1 : 1;
  return files.filter(matches).sort((a, b) => direction * comparisons[sort](a, b) || collator.compare(a.path, b.path));
}

const kinds: readonly [RegExp, string][] = [
  [/\.(csv|tsv|tab)(\.gz|\.zst)?$/i, "Table as text"],
  [/\.(xlsx|xlsm|xls|ods)$/i, "Spreadsheet"],
  [/\.parquet$/i, "Parquet"],
  [/\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i, "JSON"],
  [/\.py$/i, "Python script"],
  [/\.ipynb$/i, "Notebook"],
  [/\.md$/i, "Markdown"],
  [/\.zip$/i, "ZIP"],
  [/\.pdf$/i, "PDF"],
  [/\.(db|duckdb|sqlite)$/i, "Database"],
];

/** What a person calls it. */
export function kindOf({ name, content_type }: Pick<CubbyFile, "name" | "content_type">): string {
  const known = kinds.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  if (content_type.startsWith("image/")) return "Image";
  if (content_type.startsWith("text/")) return "Text";
  return "File";
}

/** Whether its reads of files are looked at, and go to the tables where they can. */
export function isScript({ name }: Pick<CubbyFile, "name">): boolean {
  return /\.(py|ipynb)$/i.test(name);
}
