import { join } from "node:path";
import { toColumnNames } from "../column-names.ts";
import { ConversionError } from "../conversion-error.ts";
import type { LoadTarget } from "../load-target.ts";
import type { ColumnText, WrittenColumnText } from "../original-text.ts";
import type { ColumnReport, Reject } from "../report.ts";
import { type ColumnPlan, typeOf } from "../types/column-plan.ts";
import { assertColumnsExist, assertTypes } from "../types/asked-columns.ts";
import { typingOf } from "../types/typing.ts";
import { RejectsTable } from "../rejects-table.ts";
import { SettingError } from "../settings.ts";
import { countEmptyEnd } from "./count-empty-end.ts";
import { canCount, countRecords, type ProvenCount, type RecordCount } from "./count-records.ts";
import type { Dialect } from "./dialect.ts";
import type { Layout } from "./find-layout.ts";
import { endsWithFooter, footerRuleOf } from "./footer.ts";
import { findWriting, type Writing } from "./how-written.ts";
import { afterCount, type ColumnGuess, type GuessBasis, guessColumns, proofOf } from "./guess-columns.ts";
import { type InspectedText, inspectText, MAX_COLUMNS, readText } from "./inspect-text.ts";
import { loadTyped } from "./load-typed.ts";
import { parseRecords } from "./parse-records.ts";
import type { StrictSource } from "./read-csv-sql.ts";
import { readTail } from "./read-tail.ts";
import { NORMAL_DIALECT, readTolerantly, whyRejected } from "./read-tolerantly.ts";
import { surveyRecords } from "./survey-records.ts";
import { tolerantWarnings } from "./tolerant-warnings.ts";

/** What became of a file of delimited text, for its report and for the catalogue. */
export interface CsvLoad {
  /** As detected, or as given. */
  encoding: string;
  encodingEvidence: string;
  dialect: Dialect;
  headerRow: number | null;
  /** Lines above the table, word for word. */
  preamble: string[];
  reader: "strict" | "tolerant";
  columns: ColumnReport[];
  /** How each of them was written. */
  texts: (ColumnText | undefined)[];
  rows: number;
  /** How the file is written again from its table; absent where only the file itself says that. */
  writing?: Writing;
  rejectedRows: number;
  /** The first of them; all are in their table. */
  rejects: Reject[];
  rejectsTable?: string;
  warnings: string[];
}

/** A broken line can hold thousands of separators; it may not blow up the table. */
const MAX_EXTRA_COLUMNS = 200;

/** Fills one table from a file of delimited text, strictly if the file allows it, tolerantly if not. */
export async function loadCsv(target: LoadTarget): Promise<CsvLoad> {
  const file = await inspectText(target);
  const refusal = await tryStrictly(target, file);
  return typeof refusal === "string" ? loadTolerantly(target, file, refusal) : refusal;
}

/** Loads the file with DuckDB's strict reader, or answers why that cannot be done without loss. */
async function tryStrictly(target: LoadTarget, file: InspectedText): Promise<CsvLoad | string> {
  const { text, dialect, layout, dataOffset, oddity } = file;
  if (oddity !== undefined) return oddity;
  if (!canCount(dialect)) return "its separator or quoting is unusual";
  const { width } = layout;
  const basis = basisOf(target, layout, width);
  const first = guessColumns(basis);
  const count = await countRecords(text.path, dialect, { width, offset: dataOffset, proofs: first.map(proofOf) });
  if (count.irregular !== undefined) return count.irregular;
  if (isHeaderAgain(layout, count)) return "its header comes again";
  if (await hasFooter(file, first[0], count)) return "something stands below its rows";
  const emptyAtEnd = await countEmptyEnd(text.path, dialect, dataOffset);
  const source = { path: text.path, dialect, width, skip: layout.skip, longest: count.longest };
  const guesses = afterCount(first, basis, count);
  const rows = { ...count, records: count.records - emptyAtEnd };
  const loaded = await loadCounted(target, layout, { source, count: rows, basis, guesses, emptyAtEnd }).catch(
    (error: unknown) => {
      if (error instanceof SettingError) throw error;
      return undefined;
    },
  );
  // DuckDB's own words hold paths of this machine, and the tolerant reader says better what is odd.
  if (loaded === undefined) return "the strict reader and our own count did not agree";
  const columns = toWritten(loaded);
  const writing = await findWriting(target.connection, file, { table: target.table, columns, count, emptyAtEnd });
  const whole = writing === undefined ? {} : { writing };
  const warnings = [...text.warnings, ...loaded.warnings];
  return { ...describe(file), ...loaded, ...whole, warnings, reader: "strict", rejectedRows: 0, rejects: [] };
}

function toWritten({ columns, texts }: Loaded): WrittenColumnText[] {
  return columns.flatMap(({ name }, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ name, ...text }];
  });
}

async function loadTolerantly(target: LoadTarget, file: InspectedText, why: string): Promise<CsvLoad> {
  const { text, dialect } = file;
  const path = join(target.temporaryDirectory, "normal.csv");
  const records = { open: () => readText(text), dialect, width: file.layout.width };
  const survey = await surveyRecords(records, file.layout, {
    maxWidth: Math.min(MAX_COLUMNS, file.layout.width + MAX_EXTRA_COLUMNS),
    isGiven: target.settings.header_row !== undefined,
  });
  const { layout } = survey;
  const rejected = new RejectsTable(target.connection, target.nameRejects);
  const reading = await readTolerantly({ ...records, width: layout.width }, survey, {
    target: path,
    footerRule: footerRuleOf(layout.data, layout.width),
    onReject: (reject) => rejected.add(reject),
  }).finally(() => rejected.close());
  const source = { path, dialect: NORMAL_DIALECT, width: reading.width, skip: 0, longest: reading.longest };
  // A record that is rejected says nothing about the types of the others.
  const kept = layout.data.filter(
    (record) => !reading.footer.has(record.start) && whyRejected(record, survey) === undefined,
  );
  const basis = basisOf(target, { ...layout, data: kept }, reading.width);
  const { emptyAtEnd } = reading;
  const counted = { source, count: reading, basis, guesses: guessColumns(basis), emptyAtEnd };
  const loaded = await loadCounted(target, layout, counted).catch((cause: unknown) => {
    if (cause instanceof SettingError) throw cause;
    if (cause instanceof Error && cause.message.startsWith("Out of Memory")) {
      throw new ConversionError("too_wide", `Its ${reading.width} columns take more memory than there is`, { cause });
    }
    throw new ConversionError("rows_lost", "Not every value of the file arrived in the table, so it was not kept", {
      cause,
    });
  });
  const rejects = {
    rejectedRows: rejected.count,
    rejects: rejected.first,
    ...(rejected.name !== undefined && { rejectsTable: rejected.name }),
  };
  const warnings = [...text.warnings, ...tolerantWarnings(reading, survey, why), ...loaded.warnings];
  return { ...describe({ ...file, layout }), ...loaded, warnings, reader: "tolerant", ...rejects };
}

/** True where what refutes a column's type is the column's own name. */
function isHeaderAgain({ names }: Layout, { refutations }: ProvenCount): boolean {
  return [...refutations].some(([index, cell]) => cell !== "" && cell === names[index]);
}

/** True where what speaks against numbers or dates in the first column is no row. */
async function hasFooter(
  { text, dialect, layout, dataOffset }: InspectedText,
  first: ColumnGuess | undefined,
  { refutations }: ProvenCount,
): Promise<boolean> {
  if (first === undefined || (first.rules.length > 0 && !refutations.has(0))) return false;
  const rule = footerRuleOf(layout.data, layout.width);
  return rule.isFirstTyped && endsWithFooter(parseRecords(await readTail(text.path, dataOffset), dialect), rule);
}

function basisOf({ settings }: LoadTarget, { names, data }: Layout, width: number): GuessBasis {
  const columns = toColumnNames(Array.from({ length: width }, (_, index) => names[index] ?? null));
  return { columns, typing: typingOf(settings), records: data };
}

/** A text that is ready to be loaded: its records are in order, and counted. */
interface Counted {
  source: StrictSource;
  count: RecordCount;
  basis: GuessBasis;
  guesses: readonly ColumnGuess[];
  /** Records of separators alone at the end of the file, which are no rows. */
  emptyAtEnd: number;
}

type Loaded = Pick<CsvLoad, "columns" | "texts" | "rows" | "warnings">;

async function loadCounted(
  { connection, table, settings }: LoadTarget,
  layout: Layout,
  { source, count, basis, guesses, emptyAtEnd }: Counted,
): Promise<Loaded> {
  const { columns, typing } = basis;
  assertColumnsExist(settings, columns);
  await assertTypes(connection, settings, typing);
  const omitted = emptyColumnsAtEnd(layout, count, source.width);
  const { plans, texts } = await loadTyped({
    connection,
    table,
    source,
    columns,
    guesses,
    count,
    omitted,
    typing,
    emptyAtEnd,
  });
  const kept = columns.flatMap((name, index) => {
    const plan = plans[index];
    return plan === undefined || omitted.has(index) ? [] : [{ ...name, plan, text: texts.get(index) }];
  });
  const warnings = kept.flatMap(({ name, plan }) => (plan.warning ? [`Column "${name}" ${plan.warning}`] : []));
  if (emptyAtEnd > 0) warnings.push(`${emptyAtEnd} empty ${emptyAtEnd === 1 ? "row" : "rows"} at the end left out`);
  if (count.nulBytes > 0) warnings.push("The text holds NUL characters, which were kept");
  return { columns: kept.map(toReport), texts: kept.map(({ text }) => text), rows: count.records, warnings };
}

/** `a,b,` on every line: the separator at the end makes no column. */
function emptyColumnsAtEnd(layout: Layout, count: RecordCount, width: number): Set<number> {
  const omitted = new Set<number>();
  if (layout.header.length === 0) return omitted;
  for (let index = width - 1; index > 0; index--) {
    if ((layout.names[index] ?? "").trim() !== "" || count.filled[index] !== 0) break;
    omitted.add(index);
  }
  return omitted;
}

function toReport({
  name,
  original_name,
  plan,
}: {
  name: string;
  original_name: string | null;
  plan: ColumnPlan;
}): ColumnReport {
  const nulls = plan.nullSpellings.filter((spelling) => spelling !== "");
  const spellings = nulls.length > 0 && { null_spellings: nulls };
  return { name, original_name, type: typeOf(plan), evidence: plan.evidence, ...spellings };
}

function describe({
  text,
  dialect,
  layout,
}: InspectedText): Pick<CsvLoad, "encoding" | "encodingEvidence" | "dialect" | "headerRow" | "preamble"> {
  return {
    encoding: text.encoding,
    encodingEvidence: text.evidence,
    dialect,
    headerRow: layout.header[0]?.line ?? null,
    preamble: layout.preamble.map((record) => record.raw),
  };
}
