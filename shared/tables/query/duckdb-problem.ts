import { isAppError } from "../../errors.ts";
import type { QueryProblem } from "./frames.ts";
import { queryLimits } from "./limits.ts";

/** One-based, as editors count; `offset` is zero-based in characters. */
export interface SqlPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

interface DuckDbError {
  readonly type: string;
  readonly message: string;
  readonly bytePosition?: number;
}

const memoryAllowed = `${queryLimits.duckDbMemory} inside DuckDB, about 1.7 GB in all`;
const advice = "filter earlier, read fewer columns, or build smaller strings and lists";

/** DuckDB itself said that memory is short. */
export const outOfMemory = `Cannot finish the query: it needs more memory than a query may use (${memoryAllowed}); ${advice}`;

/** The process died: of memory, of a stack that was too deep, or of a fault in DuckDB. */
export const processDied = `Cannot finish the query: its process died, as one does that uses too much memory (${memoryAllowed}) or nests too deeply; ${advice}`;

/** DuckDB met a state that its authors had ruled out. */
const engineFailed = `Cannot finish the query: DuckDB itself failed at it; write it in another way, or in smaller steps`;

/** Each block has a checksum: what is not as it was written was damaged on its way here. */
const DAMAGED = /^Corrupt database file/;
const databaseDamaged = "Cannot read the database of this session: its bytes changed on their way";

/** Types of error that speak of the engine's state and not of the statement. */
const engineFailures = new Set(["INTERNAL", "Internal", "FATAL", "Fatal"]);

/** DuckDB repeats the value that it could not convert, all of it, and an answer has to stay below 6 MB. */
const MAX_TEXT = 2000;

/**
 * Turns what DuckDB threw into a problem. DuckDB tells its errors as JSON here (`errors_as_json`), with the byte
 * position in the statement; its hints stand in the lines after the first.
 */
export function toQueryProblem(error: unknown, sql: string, hide: readonly string[]): QueryProblem {
  if (isAppError(error)) return { code: error.code, detail: error.message, ...error.details };
  const raw = error instanceof Error ? error.message : String(error);
  const { type, message, bytePosition } = readDuckDbError(raw);
  if (type === "Out of Memory" || /bad_alloc|allocation failure|failed to allocate/i.test(message)) {
    return { code: "query_crashed", detail: outOfMemory };
  }
  if (DAMAGED.test(message)) return { code: "unavailable", detail: databaseDamaged };
  if (engineFailures.has(type)) return { code: "query_crashed", detail: engineFailed };
  const [first = "", ...rest] = withoutPaths(message, hide).split("\n");
  const hint = rest.map((line) => line.trim()).filter((line) => line !== "" && !/^LINE \d+:|^\^$/.test(line));
  return {
    code: "statement_failed",
    detail: shortened(type === "" ? first : `${type} Error: ${first}`),
    ...(hint.length > 0 ? { hint: shortened(hint.join(" ")) } : {}),
    ...(bytePosition === undefined ? {} : { position: positionAt(sql, bytePosition) }),
  };
}

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()} …` : text;
}

/** A parse error as `json_serialize_sql` reports it. */
export function parseProblem(sql: string, message: string, position: unknown): QueryProblem {
  return toQueryProblem(
    new Error(JSON.stringify({ exception_type: "Parser", exception_message: message, position })),
    sql,
    [],
  );
}

function readDuckDbError(raw: string): DuckDbError {
  const start = raw.indexOf('{"exception_type"');
  if (start < 0) return { type: "", message: raw };
  try {
    const parsed: Record<string, unknown> = JSON.parse(raw.slice(start));
    const position = Number.parseInt(String(parsed.position), 10);
    return {
      type: String(parsed.exception_type),
      message: String(parsed.exception_message),
      ...(Number.isSafeInteger(position) && position >= 0 ? { bytePosition: position } : {}),
    };
  } catch {
    return { type: "", message: raw };
  }
}

/** Absolute paths in quotes say where this machine keeps its files; so do the names handed in. */
function withoutPaths(message: string, hide: readonly string[]): string {
  let clean = message;
  for (const name of hide) clean = clean.replaceAll(name, "the database");
  clean = clean.replace(/ Use "SET \w+ TO \w+" to increase [^.]*\./, ""); // the configuration is locked
  return /file system|Cannot open file|IO Error/i.test(clean) ? clean.replace(/(["'])\/[^"']*\1/g, "a file") : clean;
}

function positionAt(sql: string, bytePosition: number): SqlPosition | undefined {
  const bytes = Buffer.from(sql);
  if (bytePosition > bytes.length) return undefined;
  const before = bytes.subarray(0, bytePosition).toString();
  const lines = before.split("\n");
  return { offset: before.length, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
