import {
  DuckDBDateValue,
  type DuckDBType,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import { looksLikeFormula } from "./csv-cell.ts";
import { beyondExcel, excelLimits } from "./excel-limits.ts";
import { sheetStyles } from "./sheet-styles.ts";
import { csvWriter, isNumeric } from "./value-writers.ts";

/** One cell's XML, at its address. */
export type CellWriter = (address: string, value: DuckDBValue) => string;

/** Excel computes with 15 digits: what has more would come back as another number, so it is a text. */
const MAX_DIGITS = 15;
/** Excel counts days from here; before March 1900 it has a day that never was. */
const EPOCH_SERIAL = 25_569;
const FIRST_SERIAL = 61;
const LAST_SERIAL = 2_958_465;
const DAY_MS = 86_400_000;

/**
 * How values of a type look in a sheet: numbers, booleans, dates and times as such wherever Excel holds them exactly
 * (15 digits, whole milliseconds, 1 March 1900 to 9999), and as text, spelled as in CSV, wherever it does not. NULL is
 * no cell at all. A text is always a text cell: nothing is ever computed when the file is opened. With `safe` it stays
 * a text even when somebody edits its cell.
 */
export function cellWriter(type: DuckDBType, safe: boolean): CellWriter {
  const write = csvWriter(type);
  const asText: CellWriter = (address, value) => textCell(address, write(value), safe);
  if (type.typeId === DuckDBTypeId.BOOLEAN)
    return (address, value) => `<c r="${address}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (isNumeric(type)) {
    return (address, value) => {
      const text = write(value);
      return isExact(text, value) ? `<c r="${address}"><v>${text}</v></c>` : textCell(address, text, false);
    };
  }
  return (address, value) => serialCell(address, value) ?? asText(address, value);
}

/** A cell of the first row. */
export function headerCell(address: string, name: string, safe: boolean): string {
  return textCell(address, name, safe, sheetStyles.header);
}

/** Doubles are kept as they are, digit for digit; decimals and integers as far as a double holds them. */
function isExact(text: string, value: DuckDBValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return text.replace(/^-?0*\.?0*|\./g, "").length <= MAX_DIGITS;
}

function serialCell(address: string, value: DuckDBValue): string | undefined {
  if (value instanceof DuckDBDateValue) return dated(address, value.days + EPOCH_SERIAL, sheetStyles.date);
  if (value instanceof DuckDBTimeValue) {
    const isWhole = value.micros % 1000n === 0n;
    return isWhole ? numberCell(address, Number(value.micros / 1000n) / DAY_MS, sheetStyles.time) : undefined;
  }
  const milliseconds = wholeMilliseconds(value);
  if (milliseconds === undefined) return undefined;
  return dated(address, milliseconds / DAY_MS + EPOCH_SERIAL, sheetStyles.timestamp);
}

/** Undefined for everything else, and for a moment between two milliseconds. Instants keep their zone, so they are texts. */
function wholeMilliseconds(value: DuckDBValue): number | undefined {
  if (value instanceof DuckDBTimestampSecondsValue) return Number(value.seconds) * 1000;
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  if (value instanceof DuckDBTimestampValue && value.micros % 1000n === 0n) return Number(value.micros / 1000n);
  return undefined;
}

function dated(address: string, serial: number, style: number): string | undefined {
  return serial >= FIRST_SERIAL && serial < LAST_SERIAL + 1 ? numberCell(address, serial, style) : undefined;
}

function numberCell(address: string, value: number, style: number): string {
  return `<c r="${address}" s="${style}"><v>${value}</v></c>`;
}

function textCell(address: string, text: string, safe: boolean, style?: number): string {
  if (text.length > excelLimits.characters) {
    throw beyondExcel(`a text of ${text.length} characters, and a cell takes ${excelLimits.characters}`);
  }
  const chosen = safe && looksLikeFormula(text) ? sheetStyles.quoted : style;
  const attribute = chosen === undefined ? "" : ` s="${chosen}"`;
  return `<c r="${address}"${attribute} t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
}

/** What XML cannot hold Excel writes as `_x0007_`, and what looks like that as `_x005F_x0007_`. */
function escapeXml(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/[&<>]/g, (character) => (character === "&" ? "&amp;" : character === "<" ? "&lt;" : "&gt;"))
    .replace(/(?![\t\n])[\p{Cc}\ufffe\uffff]/gu, hexEscape);
}

function hexEscape(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`;
}
