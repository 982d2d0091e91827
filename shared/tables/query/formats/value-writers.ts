import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from "@duckdb/node-api";
import { AppError } from "../../../errors.ts";
import { floatText, type TimestampSpelling, valueText } from "./value-text.ts";

/** Turns one value of a column into text: JSON text, or what stands in a CSV cell before quoting. */
export type ValueWriter = (value: DuckDBValue) => string;

/**
 * How values of each type look in a JSON answer. Nothing loses a digit:
 *
 * - TINYINT to BIGINT, UTINYINT to UBIGINT: numbers up to 2^53-1 either way, strings beyond
 * - HUGEINT, UHUGEINT, BIGNUM, DECIMAL: strings, always (also what `sum()` of integers answers)
 * - DOUBLE, FLOAT: numbers, a FLOAT with its shortest digits; "NaN", "Infinity", "-Infinity" as strings
 * - DATE `2024-02-29`, TIME `23:59:59.5`, TIMESTAMP `2024-02-29T23:59:59.5`, TIMESTAMPTZ the same in UTC with `Z`;
 *   "infinity" and "-infinity"; years before 1 end in " (BC)"
 * - INTERVAL, UUID, ENUM, BIT: DuckDB's own text; BLOB and GEOMETRY (WKB): base64; the JSON type: its text
 * - LIST and ARRAY: arrays; STRUCT: an object; MAP: an array of `{key, value}`, as keys may be of any type;
 *   UNION: `{tag, value}`; VARIANT: its value
 *
 * Built as text, which is what the wire wants, so no value passes through a JavaScript number on its way.
 */
export function jsonWriter(type: DuckDBType): ValueWriter {
  const write = nonNullWriter(type);
  return (value) => (value === null ? "null" : write(value));
}

/** The same values for CSV: scalars bare, timestamps in SQL's spelling, nested values as JSON. */
export function csvWriter(type: DuckDBType): ValueWriter {
  if (isNested(type)) return jsonWriter(type);
  if (type.typeId === DuckDBTypeId.FLOAT) return (value) => floatText(Number(value));
  return (value) => text(value, "sql");
}

function nonNullWriter(type: DuckDBType): ValueWriter {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return String;
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
      return integerText;
    case DuckDBTypeId.FLOAT:
      return (value) => bareIfFinite(value, floatText(Number(value)));
    case DuckDBTypeId.DOUBLE:
      return (value) => bareIfFinite(value, String(value));
    default:
      return isNested(type) ? nestedWriter(type) : (value) => quote(text(value, "iso"));
  }
}

function nestedWriter(type: DuckDBType): ValueWriter {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return arrayWriter(jsonWriter(type.valueType));
  if (type instanceof DuckDBStructType) return structWriter(type);
  if (type instanceof DuckDBMapType) return mapWriter(jsonWriter(type.keyType), jsonWriter(type.valueType));
  if (type instanceof DuckDBUnionType) {
    return (value) => {
      if (!(value instanceof DuckDBUnionValue)) return unexpected(value);
      return `{"tag":${quote(value.tag)},"value":${jsonWriter(type.memberTypeForTag(value.tag))(value.value)}}`;
    };
  }
  return writeVariant;
}

function arrayWriter(write: ValueWriter): ValueWriter {
  return (value) => {
    if (!(value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)) return unexpected(value);
    return `[${value.items.map(write).join(",")}]`;
  };
}

function structWriter(type: DuckDBStructType): ValueWriter {
  refuseLossyNames(type.entryNames);
  const fields = type.entryNames.map((name, index) => {
    const entryType = type.entryTypes[index];
    return { name, prefix: `${quote(name)}:`, write: entryType === undefined ? unexpected : jsonWriter(entryType) };
  });
  return (value) => {
    if (!(value instanceof DuckDBStructValue)) return unexpected(value);
    const { entries } = value;
    return `{${fields.map(({ name, prefix, write }) => prefix + write(entries[name] ?? null)).join(",")}}`;
  };
}

/** The binding keeps a STRUCT's values in a plain object, which loses these names; better no answer than a wrong one. */
function refuseLossyNames(names: readonly string[]): void {
  const lossy = names.find((name, index) => name === "__proto__" || names.indexOf(name) !== index);
  if (lossy === undefined) return;
  throw new AppError(
    "statement_failed",
    `Cannot answer a STRUCT whose field is named "${lossy}": give its fields names of their own`,
  );
}

function mapWriter(writeKey: ValueWriter, writeValue: ValueWriter): ValueWriter {
  return (value) => {
    if (!(value instanceof DuckDBMapValue)) return unexpected(value);
    const pairs = value.entries.map((entry) => `{"key":${writeKey(entry.key)},"value":${writeValue(entry.value)}}`);
    return `[${pairs.join(",")}]`;
  };
}

/** A VARIANT's parts differ from row to row, so types are found value by value. */
function writeVariant(value: DuckDBValue): string {
  if (value === null) return "null";
  if (value instanceof DuckDBVariantValue) return writeVariant(value.value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return arrayWriter(writeVariant)(value);
  if (value instanceof DuckDBMapValue) return mapWriter(writeVariant, writeVariant)(value);
  if (value instanceof DuckDBStructValue) {
    const fields = Object.entries(value.entries).map(([name, field]) => `${quote(name)}:${writeVariant(field)}`);
    return `{${fields.join(",")}}`;
  }
  if (typeof value === "bigint") return integerText(value);
  if (typeof value === "number") return bareIfFinite(value, String(value));
  return typeof value === "boolean" ? String(value) : quote(text(value, "iso"));
}

/** True for numbers and booleans: nothing that a person wrote, whatever character it begins with. */
export function isNumeric(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.DECIMAL:
      return true;
    default:
      return false;
  }
}

function isNested(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.UNION:
    case DuckDBTypeId.VARIANT:
      return true;
    default:
      return false;
  }
}

function integerText(value: DuckDBValue): string {
  return Number.isSafeInteger(Number(value)) ? String(value) : quote(String(value));
}

function bareIfFinite(value: DuckDBValue, shown: string): string {
  return Number.isFinite(value) ? shown : quote(shown);
}

function text(value: DuckDBValue, spelling: TimestampSpelling): string {
  return typeof value === "string" ? value : valueText(value, spelling);
}

function quote(value: string): string {
  return JSON.stringify(value);
}

/** The binding answered with another class than the column's type says: a bug to see, not a value to guess. */
function unexpected(value: DuckDBValue): never {
  throw new Error(`Cannot write a value of ${typeof value}: it does not fit its column's type`);
}
