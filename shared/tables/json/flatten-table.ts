import { type DuckDBConnection, DuckDBStructType, type DuckDBType } from "@duckdb/node-api";
import { NameSet } from "../name-set.ts";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";

interface Field {
  /** `address.city` */
  name: string;
  value: string;
  type: DuckDBType;
}

/** Makes columns of the fields of nested objects, `address.city`, however deep; lists stay lists. */
export async function flattenTable(
  connection: DuckDBConnection,
  table: string,
  columns: readonly ColumnReport[],
): Promise<ColumnReport[]> {
  const result = await connection.run(`SELECT * FROM ${quoteName(table)} LIMIT 0`);
  const types = result.columnTypes();
  const fields = columns.map((column, index) => ({ column, fields: fieldsOf(column.name, types[index]) }));
  if (fields.every((each) => each.fields === undefined)) return [...columns];
  const names = new NameSet();
  const flat = fields.flatMap(({ column, fields: nested }) =>
    nested === undefined
      ? [{ report: { ...column, name: names.addUnique(column.name) }, value: quoteName(column.name) }]
      : nested.map(({ name, value, type }) => ({ report: toReport(names.addUnique(name), name, type), value })),
  );
  const values = flat.map(({ report, value }) => `${value} AS ${quoteName(report.name)}`);
  await connection.run(
    `CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${quoteName(table)}`,
  );
  return flat.map(({ report }) => report);
}

/** The fields of a column of objects, to the innermost; undefined for any other column. */
function fieldsOf(column: string, type: DuckDBType | undefined): Field[] | undefined {
  if (!(type instanceof DuckDBStructType)) return undefined;
  return fieldsWithin({ name: column, value: quoteName(column), type });
}

function fieldsWithin({ name, value, type }: Field): Field[] {
  if (!(type instanceof DuckDBStructType)) return [{ name, value, type }];
  return type.entryNames.flatMap((entry, index) => {
    const entryType = type.entryTypes[index];
    if (entryType === undefined) return [];
    return fieldsWithin({
      name: `${name}.${entry}`,
      value: `struct_extract(${value}, ${quoteText(entry)})`,
      type: entryType,
    });
  });
}

function toReport(name: string, path: string, type: DuckDBType): ColumnReport {
  return { name, original_name: path, type: type.toString() };
}
