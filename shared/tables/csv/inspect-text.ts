import { stat } from "node:fs/promises";
import { ConversionError } from "../conversion-error.ts";
import type { LoadTarget } from "../load-target.ts";
import { type ConversionSettings, SettingError } from "../settings.ts";
import { asUtf8, type Utf8Text } from "./as-utf8.ts";
import { decodeFile } from "./decode-text.ts";
import type { Dialect } from "./dialect.ts";
import { findLayout, type Layout } from "./find-layout.ts";
import { givenLayout } from "./given-layout.ts";
import { parseRecords, type TextRecord } from "./parse-records.ts";
import { commonestWidth } from "./record-shape.ts";
import { sniffDialect } from "./sniff-dialect.ts";
import { findTables } from "./table-spans.ts";

const SAMPLE_CHARACTERS = 512 * 1024;
/** Wider files are no tables but something transposed or broken: DuckDB's reader takes minutes, and then all memory. */
export const MAX_COLUMNS = 10_000;

/** Everything that is known of a file before its rows are read. */
export interface InspectedText {
  text: Utf8Text;
  dialect: Dialect;
  layout: Layout;
  /** Offset in bytes of the first record of data in the UTF-8 text. */
  dataOffset: number;
  /** The text before that record, word for word. */
  head: string;
  /** What the sample shows that a strict reader would not take for what it is. */
  oddity?: string;
}

/** Looks at encoding, dialect and layout of a file of delimited text. */
export async function inspectText(target: LoadTarget): Promise<InspectedText> {
  if ((await stat(target.localPath)).size === 0) throw new ConversionError("empty_file", "The file is empty");
  const text = await asUtf8(target);
  const sample = await readSample(text);
  if (sample.text.trim() === "") throw new ConversionError("empty_file", "The file holds nothing but blank lines");
  const { dialect } = sniffDialect(sample.text, target.settings);
  assertOccurs(target.settings, sample);
  const records = sampleRecords(sample, dialect);
  const { header_row } = target.settings;
  const tables = header_row === undefined ? findTables(records) : [];
  const [table] = tables;
  const isOne = tables.length < 2 || table === undefined;
  const layout = header_row === undefined ? findLayout(isOne ? records : table.head) : givenLayout(records, header_row);
  if (layout.width > MAX_COLUMNS) {
    throw new ConversionError("too_wide", `It has ${layout.width} columns, more than ${MAX_COLUMNS}`);
  }
  const head = sample.text.slice(0, layout.dataStart);
  const dataOffset = text.bomBytes + Buffer.byteLength(head);
  const again = layout.isHeaderAgain ? "its header comes again" : undefined;
  const oddity = isOne ? again : "it holds several tables";
  return { text, dialect, layout, dataOffset, head, ...(oddity !== undefined && { oddity }) };
}

/** A separator that is not in the file makes one column of it, which nobody wants who names one. */
function assertOccurs({ delimiter }: ConversionSettings, sample: Sample): void {
  if (delimiter === undefined || sample.text.includes(delimiter)) return;
  throw new SettingError("delimiter", `Cannot use the separator "${delimiter}": the file does not hold it`);
}

/** The text in pieces, as the tolerant reader takes it. */
export function readText({ path, bomBytes }: Utf8Text): AsyncIterable<string> {
  return decodeFile(path, { encoding: "utf-8", bomBytes });
}

interface Sample {
  text: string;
  isWhole: boolean;
}

async function readSample(source: Utf8Text): Promise<Sample> {
  let text = "";
  for await (const piece of readText(source)) {
    text += piece;
    if (text.length > SAMPLE_CHARACTERS) return { text: text.slice(0, SAMPLE_CHARACTERS), isWhole: false };
  }
  return { text, isWhole: true };
}

/** The sample's records; the last one only if it is known to be complete. */
function sampleRecords({ text, isWhole }: Sample, dialect: Dialect): TextRecord[] {
  const first = [...parseRecords(text, dialect)];
  const { width } = commonestWidth(first);
  const isUnclear = first.some(({ strayQuote, cells }) => strayQuote && cells.length !== width);
  const records = isUnclear ? [...parseRecords(text, dialect, width)] : first;
  return isWhole || records.length < 2 ? records : records.slice(0, -1);
}
