/**
 * Sessions as CSV (RFC 4180: CRLF, quotes where they are needed, no byte order mark). `null` is an empty cell; as a
 * thread's id is never empty, nothing else is.
 */
import { pipeline, Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify";
import { SESSION_COLUMNS } from "../../contract/transfer.ts";
import { AppError } from "../../errors.ts";
import type { ExportedSession } from "./exported-session.ts";
import type { RawFile, RawSession } from "./raw-session.ts";

type Column = (typeof SESSION_COLUMNS)[number];
type Exportable = Pick<ExportedSession, Column>;

const JSON_COLUMNS: readonly string[] = ["pending_approval", "metadata"];

/** Streams sessions as CSV text, header first. `safe` keeps spreadsheets from running what looks like a formula. */
export function toCsv(sessions: AsyncIterable<Exportable>, options: { safe: boolean }): Readable {
  const columns = [...SESSION_COLUMNS];
  const text = stringify({
    columns,
    header: true,
    record_delimiter: "\r\n",
    quote_record_delimiter: true, // a lone CR or LF too, not only the pair
    escape_formulas: options.safe,
  });
  // A failure of the source destroys `text` with it, where whoever reads sees it.
  return pipeline(Readable.from(toRows(sessions)), text, () => {});
}

async function* toRows(sessions: AsyncIterable<Exportable>): AsyncGenerator<Record<Column, string | null>> {
  for await (const session of sessions) {
    yield { ...session, pending_approval: toJson(session.pending_approval), metadata: toJson(session.metadata) };
  }
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

interface ParsedRecord {
  record: string[];
  info: Info;
}

/** Reads CSV with these columns in any order, some missing, others beside them. Throws when it is not CSV. */
export function readCsv(text: string, firstRow: number): RawFile {
  const [header, ...records] = parseRecords(text);
  if (header === undefined) return { sessions: [], ignored: [] };
  const names = header.record.map((name) => name.trim().toLowerCase());
  assertHeader(names);
  return {
    sessions: records.map((parsed, index) => toRawSession(names, parsed, firstRow + index)),
    ignored: names.filter((name) => !isColumn(name)),
  };
}

function parseRecords(text: string): ParsedRecord[] {
  const options = {
    bom: true,
    info: true,
    relax_column_count: true, // a row of another length is refused by itself
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n", "\r"],
  };
  try {
    return parse(text, options) as unknown as ParsedRecord[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = Number((cause as { lines?: number }).lines ?? 1);
    throw new AppError("invalid_csv", `Cannot read the body as CSV: ${cause.message}; nothing was imported`, {
      cause,
      details: { line },
    });
  }
}

function isColumn(name: string): boolean {
  return (SESSION_COLUMNS as readonly string[]).includes(name);
}

function assertHeader(names: readonly string[]): void {
  const twice = names.find((name, index) => isColumn(name) && names.indexOf(name) !== index);
  const wrong =
    twice === undefined
      ? `none of its columns (${names.slice(0, 10).join(", ")}) is one of ${SESSION_COLUMNS.join(", ")}`
      : `its column "${twice}" is there twice`;
  if (twice === undefined && names.some(isColumn)) return;
  throw new AppError("invalid_csv", `Cannot read the header: ${wrong}; nothing was imported`, { details: { line: 1 } });
}

function toRawSession(names: readonly string[], { record, info }: ParsedRecord, row: number): RawSession {
  if (record.length !== names.length) {
    const unreadable = `it has ${record.length} cells and the header ${names.length} (line ${info.lines})`;
    return { row, unreadable, fields: {} };
  }
  const fields: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const cell = record[index] ?? "";
    if (cell === "" || !isColumn(name)) continue;
    const value = JSON_COLUMNS.includes(name) ? parseCell(cell) : { value: cell };
    if ("error" in value) return { row, unreadable: `\`${name}\` is not JSON: ${value.error}`, fields };
    fields[name] = value.value;
  }
  return { row, fields };
}

function parseCell(cell: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(cell) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
