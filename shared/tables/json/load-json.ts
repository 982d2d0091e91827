import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import { asUtf8 } from "../csv/as-utf8.ts";
import type { LoadTarget } from "../load-target.ts";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { typeOf, valueSql } from "../types/column-plan.ts";
import { gatherEvidence } from "../types/gather-evidence.ts";
import { isoRules } from "../types/time-rules.ts";
import { TEXT_TYPE } from "../types/type-rule.ts";
import { type JsonScan, scanJson } from "./scan-json.ts";

/** Deeper files are no tables but an attack or an accident; see `scan-json.ts`. */
export const MAX_JSON_DEPTH = 64;
/** DuckDB takes several buffers of this size per thread. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

export interface JsonLoad {
  columns: ColumnReport[];
  rows: number;
  warnings: string[];
}

/** Fills one table from an array of objects or from objects one after the other, nested ones as STRUCT and LIST. */
export async function loadJson(target: LoadTarget): Promise<JsonLoad> {
  const { path, bomBytes } = await asUtf8(target);
  const scan = await scanJson(path, bomBytes, MAX_JSON_DEPTH);
  assertTabular(scan);
  try {
    return await loadTyped(target, path, scan);
  } catch (error) {
    if (error instanceof ConversionError) throw error;
    throw new ConversionError("unreadable_json", "It is not valid JSON all the way through", { cause: error });
  }
}

function assertTabular(scan: JsonScan): void {
  if (scan.depth > MAX_JSON_DEPTH) {
    throw new ConversionError("too_deep", `It is nested deeper than ${MAX_JSON_DEPTH} levels`);
  }
  const isRows = scan.form !== "value" && scan.elements > 0 && scan.others === 0;
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

interface JsonColumn {
  name: string;
  type: string;
}

async function loadTyped({ connection, table }: LoadTarget, path: string, scan: JsonScan): Promise<JsonLoad> {
  const columns = await describe(connection, readJsonSql(path, scan));
  const source = readJsonSql(path, scan, columns);
  const plans = await planColumns(connection, source, columns);
  const values = columns.map(({ name }) => `${plans.get(name)?.value ?? quoteName(name)} AS ${quoteName(name)}`);
  await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${source}`);
  await assertAllRows(connection, table, scan.elements);
  const warnings = scan.hasLongNumber ? ["Numbers of more than 20 digits may have been rounded"] : [];
  const reports = columns.map(({ name, type }) => ({ name, original_name: name, type, ...plans.get(name)?.report }));
  return { columns: reports, rows: scan.elements, warnings };
}

/** How a column's value is made where it is not simply taken. */
interface JsonPlan {
  value: string;
  report: Pick<ColumnReport, "type" | "evidence">;
}

/** Text that is a date in every row becomes one; whole numbers that DuckDB took too wide, and mixed values as text. */
async function planColumns(
  connection: DuckDBConnection,
  source: string,
  columns: readonly JsonColumn[],
): Promise<Map<string, JsonPlan>> {
  const plans = new Map<string, JsonPlan>();
  const ofType = (...types: string[]) => columns.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  for (const name of ofType("JSON")) {
    plans.set(name, {
      value: `${quoteName(name)} ->> '$'`,
      report: { type: TEXT_TYPE, evidence: "values of several types" },
    });
  }
  for (const name of await fitsBigint(connection, source, ofType("HUGEINT", "UBIGINT"))) {
    plans.set(name, { value: `${quoteName(name)}::BIGINT`, report: { type: "BIGINT" } });
  }
  const texts = ofType("VARCHAR");
  const evidence = await gatherEvidence(
    connection,
    source,
    texts.map((column) => ({ column, rules: isoRules.filter(({ isExact }) => isExact) })),
  );
  for (const [index, plan] of evidence.entries()) {
    const name = texts[index] ?? "";
    // A JSON string "NA" is a string: its author could have written null.
    if (plan.rule === undefined || plan.nullSpellings.length > 0 || plan.isPadded) continue;
    plans.set(name, {
      value: valueSql(plan, quoteName(name)),
      report: { type: typeOf(plan), evidence: plan.evidence },
    });
  }
  return plans;
}

async function fitsBigint(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const fits = names.map((name) => `count(TRY_CAST(${quoteName(name)} AS BIGINT)) = count(${quoteName(name)})`);
  const reader = await connection.runAndReadAll(`SELECT ${fits.join(", ")} FROM ${source}`);
  return names.filter((_, index) => reader.getRowsJson()[0]?.[index] === true);
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

async function assertAllRows(connection: DuckDBConnection, table: string, expected: number): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${quoteName(table)}`);
  const rows = Number(reader.getRowsJson()[0]?.[0]);
  if (rows === expected) return;
  throw new ConversionError(
    "rows_lost",
    `Of ${expected} objects only ${rows} arrived in the table, so it was not kept`,
  );
}
