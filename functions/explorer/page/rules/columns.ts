/** How a column of a type is shown and drawn. Types are DuckDB's names. */
export type ColumnKind = "number" | "time" | "boolean" | "text" | "nested";

export interface Column {
  name: string;
  type: string;
}

export function kindOfType(type: string): ColumnKind {
  if (/\[|^(STRUCT|MAP|UNION)/.test(type)) return "nested";
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC)/.test(type)) return "number";
  if (/^(DATE|TIMESTAMP)/.test(type)) return "time";
  if (type === "BOOLEAN") return "boolean";
  return "text";
}

const words: Record<ColumnKind, string> = {
  number: "number",
  time: "date",
  boolean: "yes/no",
  text: "text",
  nested: "nested",
};

/** The type in a word that everybody knows. */
export function typeWord(type: string): string {
  if (type.startsWith("TIMESTAMP")) return "date and time";
  if (type === "TIME") return "time";
  return words[kindOfType(type)];
}

const MAX_SHOWN = 400;

/** A value as it stands in a cell; undefined for NULL. Numbers stay as they came: every digit, no grouping. */
export function cellText(value: unknown): string | undefined {
  const text = fullText(value);
  return text !== undefined && text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** All of a value, as it is copied. */
export function fullText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const CHARACTER_PX = 8.4;
const PADDING_PX = 26;
const MIN_PX = 72;
const MAX_PX = 300;

/** Wide enough for the name and the first values, within reason. */
export function columnWidths(columns: readonly Column[], sample: readonly (readonly unknown[])[]): number[] {
  return columns.map(({ name }, index) => {
    const longest = sample.reduce((most, row) => Math.max(most, cellText(row[index])?.length ?? 4), name.length + 2);
    return Math.round(Math.min(MAX_PX, Math.max(MIN_PX, longest * CHARACTER_PX + PADDING_PX)));
  });
}
