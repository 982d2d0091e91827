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
import { sniffDialect } from "./sniff-dialect.ts";

const SAMPLE_CHARACTERS = 512 * 1024;
/** Excel's own limit; wider files are no tables but something transposed or broken. */
export const MAX_COLUMNS = 16_384;

/** Everything that is known of a file before its rows are read. */
export interface InspectedText {
  text: Utf8Text;
  dialect: Dialect;
  layout: Layout;
  /** Offset in bytes of the first record of data in the UTF-8 text. */
  dataOffset: number;
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
  const layout = header_row === undefined ? findLayout(records) : givenLayout(records, header_row);
  if (layout.width > MAX_COLUMNS) {
    throw new ConversionError("too_wide", `It has ${layout.width} columns, more than ${MAX_COLUMNS}`);
  }
  const dataOffset = text.bomBytes + Buffer.byteLength(sample.text.slice(0, layout.dataStart));
  return { text, dialect, layout, dataOffset };
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
  const records = [...parseRecords(text, dialect)];
  return isWhole || records.length < 2 ? records : records.slice(0, -1);
}
