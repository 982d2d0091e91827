/** A name as SQL reads it back whatever is in it: reserved words, spaces, quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal, without NUL, at which SQL would end. Prefer a bound parameter where SQL takes one; options of `read_csv` and DDL do not. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", "''")}'`;
}

/** The name as a person would type it: quoted only where it must be. */
export function readableName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !RESERVED.has(name.toLowerCase()) ? name : quoteName(name);
}

/** What `duckdb_keywords()` calls "reserved" or "type_function": words that a table cannot have unquoted. */
const RESERVED = new Set(
  (
    "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create " +
    "default deferrable desc describe distinct do else end except false fetch for foreign from grant group having " +
    "in initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer " +
    "pivot_wider placing primary qualify references returning select show some summarize symmetric table then to " +
    "trailing true union unique unpivot using variadic when where window with " +
    "anti asof at authorization binary by collation columns concurrently cross freeze full generated glob ilike " +
    "inner is isnull join left like map natural notnull outer overlaps positional right semi similar struct " +
    "tablesample try_cast unpack verbose"
  ).split(" "),
);
