import { NameSet } from "./name-set.ts";

/** A column before its type is known. */
export interface ColumnName {
  /** Unique in its table. */
  name: string;
  /** The header cell as it stood in the file; null where there was none. */
  original_name: string | null;
}

/** Longer headers are a paragraph by mistake; the whole text stays in `original_name`. */
const MAX_NAME_LENGTH = 200;

/**
 * Names the columns after their header cells, changed as little as SQL allows: trimmed, NFC, line breaks and control
 * characters one space, made unique (`a`, `a_2`), `column_N` where the cell is empty.
 */
export function toColumnNames(headers: readonly (string | null | undefined)[]): ColumnName[] {
  const names = new NameSet();
  return headers.map((header, index) => ({
    name: names.addUnique(clean(header ?? "") || `column_${index + 1}`),
    original_name: header ?? null,
  }));
}

function clean(header: string): string {
  return (
    header
      .normalize("NFC")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a name
      .replace(/[\s\u0000-\u001f\u007f]+/g, " ")
      .slice(0, MAX_NAME_LENGTH)
      .trim()
  );
}
