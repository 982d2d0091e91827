/** What can be asked of a column, by its type. */
export type ColumnFamily = "number" | "time" | "boolean" | "text" | "ordered" | "bytes" | "list" | "map" | "nested";

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\))$/;
/** They have a least and a greatest, and no arithmetic. */
const ORDERED = /^(?:TIME|TIME_NS|TIME WITH TIME ZONE|INTERVAL|UUID|BIT|BIGNUM|ENUM\(.*\))$/s;

/** The family of a type by DuckDB's name of it. What is not known is asked for no more than its count. */
export function familyOf(type: string): ColumnFamily {
  // First: `STRUCT(a INTEGER)[]` is a list, and an enum's value may look like anything.
  if (type.endsWith("]")) return "list";
  if (ORDERED.test(type)) return "ordered";
  if (NUMBER.test(type)) return "number";
  if (type === "DATE" || type.startsWith("TIMESTAMP")) return "time";
  if (type === "BOOLEAN") return "boolean";
  if (type === "VARCHAR" || type === "JSON") return "text";
  if (type === "BLOB") return "bytes";
  return type.startsWith("MAP(") ? "map" : "nested";
}

/** True where values have a least and a greatest that mean something to a reader. */
export function hasBounds(family: ColumnFamily): boolean {
  return family !== "bytes" && family !== "list" && family !== "map" && family !== "nested";
}

/** SQL for a value's length: characters of a text, bytes, elements; undefined where it has none. */
export function lengthSql(family: ColumnFamily, value: string): string | undefined {
  if (family === "text") return `length(${value})`;
  if (family === "bytes") return `octet_length(${value})`;
  if (family === "list") return `len(${value})`;
  if (family === "map") return `cardinality(${value})`;
  return undefined;
}

/** SQL for the number that places a value on a scale: itself, or seconds since 1970; undefined where there is none. */
export function placeSql(family: ColumnFamily, value: string): string | undefined {
  if (family === "number") return `${value}::DOUBLE`;
  if (family === "time") return `epoch(${value})::DOUBLE`;
  return undefined;
}
