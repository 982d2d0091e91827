import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import { asUtf8 } from "../csv/as-utf8.ts";
import type { LoadTarget } from "../load-target.ts";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN, typeOf, valueSql } from "../types/column-plan.ts";
import { gatherEvidence } from "../types/gather-evidence.ts";
import { isoRules } from "../types/time-rules.ts";
import { type JsonScan, scanJson } from "./scan-json.ts";

/** Deeper files are no tables but an attack or an accident; see `scan-json.ts`. */
export const MAX_JSON_DEPTH = 64;
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

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
  const source = readJsonSql(path, scan);
  try {
    return await loadTyped(target, source, scan);
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

/** Every object counts, not a sample. Dates stay text here: DuckDB would guess whether day or month comes first. */
function readJsonSql(path: string, scan: JsonScan): string {
  const format = scan.form === "array" ? "array" : "unstructured";
  return `read_json(${quoteText(path)}, format = '${format}', records = true, sample_size = -1, compression = 'none',
    dateformat = '-', timestampformat = '-', map_inference_threshold = -1, convert_strings_to_integers = false,
    maximum_object_size = ${MAX_OBJECT_BYTES})`;
}

async function loadTyped({ connection, table }: LoadTarget, source: string, scan: JsonScan): Promise<JsonLoad> {
  const described = await describe(connection, source);
  const texts = described.filter(({ type }) => type === "VARCHAR");
  const plans = new Map<string, ColumnPlan>();
  const evidence = await gatherEvidence(
    connection,
    source,
    texts.map(({ name }) => ({ column: name, rules: isoRules })),
  );
  for (const [index, { name }] of texts.entries()) plans.set(name, withoutNulls(evidence[index] ?? TEXT_PLAN));
  const values = described.map(
    ({ name }) => `${valueSql(plans.get(name) ?? TEXT_PLAN, quoteName(name))} AS ${quoteName(name)}`,
  );
  await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${source}`);
  await assertAllRows(connection, table, scan.elements);
  const columns = described.map(({ name, type }) => toReport(name, type, plans.get(name)));
  const warnings = scan.hasLongNumber ? ["Numbers of more than 17 digits may have been rounded"] : [];
  return { columns, rows: scan.elements, warnings };
}

/** A JSON string `"NA"` is a string: its author could have written null. */
function withoutNulls(plan: ColumnPlan): ColumnPlan {
  return plan.nullSpellings.length === 0 && !plan.isPadded ? plan : TEXT_PLAN;
}

async function describe(connection: DuckDBConnection, source: string): Promise<{ name: string; type: string }[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
  return reader.getRowsJson().map(([name, type]) => ({ name: String(name), type: String(type) }));
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

function toReport(name: string, type: string, plan: ColumnPlan | undefined): ColumnReport {
  if (plan?.rule === undefined) return { name, original_name: name, type };
  return { name, original_name: name, type: typeOf(plan), evidence: plan.evidence };
}
