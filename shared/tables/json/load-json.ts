import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import { asUtf8 } from "../csv/as-utf8.ts";
import { nameWithoutPacking } from "../name-without-packing.ts";
import type { LoadTarget } from "../load-target.ts";
import { RejectsTable } from "../rejects-table.ts";
import type { ColumnReport, Reject } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { TEXT_TYPE } from "../types/type-rule.ts";
import { keepObjects } from "./keep-objects.ts";
import { type JsonColumn, type JsonSource, planColumns, withoutMarks } from "./plan-columns.ts";
import { quoteNumbers } from "./quote-numbers.ts";
import { explainRefusal, NOT_VALID } from "./explain-refusal.ts";
import { type JsonScan, MAX_NAMES, scanJson } from "./scan-json.ts";
import { type FoundRows, unwrapRows } from "./unwrap-rows.ts";

/** Deeper files are no tables but an attack or an accident; see `scan-json.ts`. */
export const MAX_JSON_DEPTH = 64;
/** DuckDB takes several buffers of this size per thread. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

export interface JsonLoad {
  columns: ColumnReport[];
  rows: number;
  encoding: string;
  encodingEvidence: string;
  rejectedRows: number;
  rejects: Reject[];
  rejectsTable?: string;
  warnings: string[];
}

/** Lists of cells are a table like those in CSV, and are in this file of theirs. */
export interface JsonRecords {
  recordsPath: string;
}

/** A text to load, and what a look at its bytes says. */
interface JsonText {
  path: string;
  bomBytes: number;
  scan: JsonScan;
}

/**
 * Fills one table from an array of objects or from objects one after the other, nested ones as STRUCT and LIST. Of a
 * damaged one the objects that are in order are kept and the rest is rejected; rows that are wrapped are found.
 */
export async function loadJson(target: LoadTarget): Promise<JsonLoad | JsonRecords> {
  const { path, bomBytes, encoding, evidence, warnings } = await asUtf8(target);
  const text = { path, bomBytes, scan: await scanJson(path, bomBytes, MAX_JSON_DEPTH) };
  const said = { encoding, encodingEvidence: evidence };
  const loaded = await tryToLoad(target, text);
  if (!(loaded instanceof ConversionError)) {
    return { ...said, ...loaded, rejectedRows: 0, rejects: [], warnings: [...warnings, ...loaded.warnings] };
  }
  // Part of it is no better.
  if (loaded.code === "too_wide") throw loaded;
  const rows = loaded.code === "not_tabular" ? await unwrap(target, text) : undefined;
  if (rows?.kind === "records") return { recordsPath: rows.path };
  const other = rows === undefined ? await loadKept(target, text) : await loadUnwrapped(target, rows);
  if (other === undefined) throw await explainRefusal(text, loaded);
  return { ...said, rejectedRows: 0, rejects: [], ...other, warnings: [...warnings, ...other.warnings] };
}

async function unwrap(target: LoadTarget, { path, bomBytes }: JsonText): Promise<FoundRows | undefined> {
  // What is not valid JSON has no rows in it; why it could not be read is known already.
  return unwrapRows(path, bomBytes, join(target.temporaryDirectory, "rows.json")).catch(() => undefined);
}

async function loadUnwrapped(
  target: LoadTarget,
  { path, at, beside }: FoundRows & { kind: "objects" },
): Promise<Loaded> {
  const loaded = await tryToLoad(target, { path, bomBytes: 0, scan: await scanJson(path, 0, MAX_JSON_DEPTH) });
  if (loaded instanceof ConversionError) throw loaded;
  const others =
    beside.length === 0 ? "" : `; not read: ${beside.slice(0, 10).join(", ")}${beside.length > 10 ? ", …" : ""}`;
  return { ...loaded, warnings: [`The rows are those of "${at}"${others}`, ...loaded.warnings] };
}

type Loaded = Pick<JsonLoad, "columns" | "rows" | "warnings">;

/** The table, or why it cannot be made of all of the text. */
async function tryToLoad(
  target: LoadTarget,
  text: JsonText,
  isLines = /\.(ndjson|jsonl)$/i.test(nameWithoutPacking(target.fileName)),
): Promise<Loaded | ConversionError> {
  try {
    assertTabular(text.scan, isLines);
    return await loadTyped(target, text);
  } catch (error) {
    if (error instanceof ConversionError) return error;
    const isTwice = error instanceof Error && error.message.includes("duplicate key");
    const detail = isTwice ? "A name comes twice in one of its objects" : NOT_VALID;
    return new ConversionError("unreadable_json", detail, { cause: error });
  }
}

/** Loads the objects that are in order, and rejects what is between them; undefined where that is most of it. */
async function loadKept(target: LoadTarget, { path, bomBytes, scan: { form } }: JsonText) {
  const lines = join(target.temporaryDirectory, "lines.ndjson");
  const rejected = new RejectsTable(target.connection, target.nameRejects);
  const counts = await keepObjects(path, {
    form: form === "array" ? "array" : "lines",
    bomBytes,
    target: lines,
    onReject: (reject) => rejected.add(reject),
  }).finally(() => rejected.close());
  if (counts.kept === 0 || counts.rejected > counts.kept) return undefined;
  // An object with nothing beside it is a single value, and no damaged list.
  if (counts.rejected === 0 && counts.kept === 1) return undefined;
  const scan = await scanJson(lines, 0, MAX_JSON_DEPTH);
  const loaded = await tryToLoad(target, { path: lines, bomBytes: 0, scan }, true);
  // The objects are in order, each by itself: why they are no table is known already.
  if (loaded instanceof ConversionError) return undefined;
  const what = form === "array" ? ["element", "elements"] : ["line", "lines"];
  const rows = `${counts.rejected} ${what[counts.rejected === 1 ? 0 : 1]} rejected`;
  return {
    ...loaded,
    rejectedRows: rejected.count,
    rejects: rejected.first,
    ...(rejected.name !== undefined && { rejectsTable: rejected.name }),
    warnings: counts.rejected > 0 ? [rows, ...loaded.warnings] : loaded.warnings,
  };
}

/** So many cells take seconds, filled or not. */
const MAX_SPARSE_CELLS = 20_000_000;
/** Of tables beyond that, the least share of cells that hold a value. */
const MIN_FILLED = 0.01;

/** Objects whose names are data, an id each, say: they would be columns of which each has a value or two. */
function assertFilled(columns: number, { elements, filled }: JsonScan): void {
  const cells = columns * elements;
  if (cells <= MAX_SPARSE_CELLS || filled >= cells * MIN_FILLED) return;
  throw new ConversionError(
    "too_wide",
    `Its ${elements} objects have ${columns} different names, of which each has hardly any`,
  );
}

/** One object alone is no table, unless the name says that there is one in each line. */
function assertTabular(scan: JsonScan, isLines: boolean): void {
  if (scan.depth > MAX_JSON_DEPTH) {
    throw new ConversionError("too_deep", `It is nested deeper than ${MAX_JSON_DEPTH} levels`);
  }
  if (scan.names > MAX_NAMES) {
    throw new ConversionError("too_wide", `Its objects have more than ${MAX_NAMES} different names`);
  }
  const isRows = (scan.form !== "value" || isLines) && scan.elements > 0 && scan.others === 0;
  if (!isRows) throw new ConversionError("not_tabular", "It is JSON, but no list of objects that could be rows");
}

/**
 * SQL for the file's rows. Without columns every object of the file is asked, not a sample. Text stays text: DuckDB
 * would guess whether the day or the month comes first in a date, so it is given formats that nobody writes.
 */
function readJsonSql(path: string, { form }: JsonScan, columns?: readonly JsonColumn[]): string {
  const types = columns?.map(({ name, type }) => `${quoteText(name)}: ${quoteText(type)}`);
  const shape =
    types === undefined
      ? "sample_size = -1, map_inference_threshold = -1, convert_strings_to_integers = false"
      : `auto_detect = false, columns = {${types.join(", ")}}`;
  return `read_json(${quoteText(path)}, format = '${form === "array" ? "array" : "unstructured"}', records = true,
    compression = 'uncompressed', dateformat = '%Y=%m=%d', timestampformat = '%Y=%m=%d', ${shape},
    maximum_object_size = ${MAX_OBJECT_BYTES})`;
}

async function loadTyped(target: LoadTarget, text: JsonText): Promise<Loaded> {
  const { connection, table } = target;
  const { scan } = text;
  const isText = target.settings.all_text === true && target.settings.flatten !== true;
  const isMarked = scan.hasOddNumber || isText;
  const path = isMarked ? await markNumbers(target, text, isText) : text.path;
  const found = await describe(connection, readJsonSql(path, scan));
  assertFilled(found.length, scan);
  const columns = isText ? found.map(({ name }) => ({ name, type: "JSON" })) : found;
  const source: JsonSource = { sql: readJsonSql(path, scan, columns), columns, isMarked };
  const plans = isText ? textPlans(columns) : await planColumns(connection, source);
  const values = columns.map(({ name }) => `${plans.get(name)?.value ?? quoteName(name)} AS ${quoteName(name)}`);
  await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${source.sql}`);
  await assertAllThere(connection, table, columns, scan);
  const warnings = scan.hasLongNumber && !isText ? ["Nested numbers of more than 20 digits may have been rounded"] : [];
  const reports = columns.map(({ name, type }) => ({ name, original_name: name, type, ...plans.get(name)?.report }));
  return { columns: reports, rows: scan.elements, warnings };
}

async function markNumbers(
  { temporaryDirectory }: LoadTarget,
  { path, bomBytes, scan }: JsonText,
  isText: boolean,
): Promise<string> {
  const marked = join(temporaryDirectory, "marked.json");
  await quoteNumbers(path, bomBytes, { level: isText ? "all" : scan.rowLevel }, marked);
  return marked;
}

/** Every value as it stands: texts without their quotes, anything else as JSON. */
function textPlans(columns: readonly JsonColumn[]) {
  return new Map(
    columns.map(({ name }) => {
      const value = withoutMarks(`(${quoteName(name)} ->> '$')`);
      return [name, { value, report: { type: TEXT_TYPE, evidence: "as asked" } }] as const;
    }),
  );
}

/** The columns DuckDB finds, but times and UUIDs as the text they are: their values would not keep its spelling. */
async function describe(connection: DuckDBConnection, source: string): Promise<JsonColumn[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
  return reader.getRowsJson().map(([name, type]) => {
    if (String(name).includes("\0")) throw new ConversionError("unreadable_json", "A name in it holds a NUL character");
    const isText = type === "TIME" || type === "UUID";
    return { name: String(name), type: isText ? "VARCHAR" : String(type) };
  });
}

/** Rows and filled cells must be as many as our own scan of the bytes found. */
async function assertAllThere(
  connection: DuckDBConnection,
  table: string,
  columns: readonly JsonColumn[],
  scan: JsonScan,
): Promise<void> {
  // A list: a thousand additions one after the other are deeper than DuckDB's parser goes.
  const filled = columns.map(({ name }) => `count(${quoteName(name)})`).join(", ");
  const reader = await connection.runAndReadAll(
    `SELECT count(*), coalesce(list_sum([${filled}]), 0)::BIGINT FROM ${quoteName(table)}`,
  );
  const [rows, cells] = (reader.getRowsJson()[0] ?? []).map(Number);
  if (rows !== scan.elements) {
    throw new ConversionError(
      "rows_lost",
      `Of ${scan.elements} objects only ${rows} arrived in the table, so it was not kept`,
    );
  }
  if (cells !== scan.filled) {
    throw new ConversionError(
      "rows_lost",
      `Of ${scan.filled} values only ${cells} arrived in the table, so it was not kept`,
    );
  }
}
