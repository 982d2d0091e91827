import { readFile, stat, writeFile } from "node:fs/promises";

/** Larger files are not taken into memory to look for rows in them. */
const MAX_BYTES = 32 * 1024 * 1024;
/** `{"response": {"docs": […]}}` */
const MAX_DEPTH = 3;

/** What was found in a file that is no list of objects by itself. */
export type FoundRows =
  | { kind: "objects"; path: string; at: string; beside: string[] }
  | { kind: "records"; path: string };

/**
 * Finds the rows of a file that wraps them: `{"data": [{…}], "count": 2}`, as services answer and GeoJSON stands, or
 * lists of cells, `[["name", "n"], ["a", 1]]`, which are a table like those in CSV. Writes them to `target`, with every
 * number spelled as it was. Undefined where there are none.
 */
export async function unwrapRows(path: string, offset: number, target: string): Promise<FoundRows | undefined> {
  if ((await stat(path)).size > MAX_BYTES) return undefined;
  const value = parseExactly((await readFile(path)).subarray(offset).toString("utf8"));
  if (Array.isArray(value)) return unwrapRecords(value, target);
  const list = isObject(value) ? largestList(value, "", MAX_DEPTH) : undefined;
  if (list === undefined) return undefined;
  await writeFile(target, JSON.stringify(list.rows));
  const [top] = list.at.split(".");
  const beside = Object.keys(value as object).filter((name) => name !== top);
  return { kind: "objects", path: target, at: list.at, beside };
}

async function unwrapRecords(values: readonly unknown[], target: string): Promise<FoundRows | undefined> {
  const isScalar = (value: unknown) => value === null || typeof value !== "object" || isRaw(value);
  if (values.length === 0 || values.some(isObject)) return undefined;
  const lists = values.filter((value) => Array.isArray(value)) as unknown[][];
  if (lists.length > 0 && lists.length < values.length) return undefined;
  if (lists.length === 0 && !values.every(isScalar)) return undefined;
  const rows = lists.length === 0 ? [["value"], ...values.map((value) => [value])] : lists;
  await writeFile(target, rows.map((row) => `${row.map(toCell).join(",")}\n`).join(""));
  return { kind: "records", path: target };
}

function toCell(value: unknown): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `"${text.replaceAll('"', '""')}"`;
}

function largestList(
  value: Record<string, unknown>,
  prefix: string,
  depth: number,
): { at: string; rows: unknown[] } | undefined {
  let best: { at: string; rows: unknown[] } | undefined;
  for (const [name, inner] of Object.entries(value)) {
    const at = prefix === "" ? name : `${prefix}.${name}`;
    const isRows = Array.isArray(inner) && inner.length > 0 && inner.every(isObject);
    const found = isRows
      ? { at, rows: inner }
      : isObject(inner) && depth > 1
        ? largestList(inner, at, depth - 1)
        : undefined;
    if (found !== undefined && found.rows.length > (best?.rows.length ?? 0)) best = found;
  }
  return best;
}

/** Parses JSON in which numbers stay the text that they are. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value,
  );
}

/** Newer than the types that TypeScript has of it: a value that `JSON.stringify` writes as it stands. */
const { rawJSON: rawJson, isRawJSON: isRaw } = JSON as unknown as {
  rawJSON: (text: string) => object;
  isRawJSON: (value: unknown) => boolean;
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRaw(value);
}
