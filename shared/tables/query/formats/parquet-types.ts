import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { quoteName } from "../../sql-text.ts";

/**
 * The type as which a column goes into Parquet, in SQL. DuckDB itself would store a HUGEINT (any `sum` of integers) as
 * DOUBLE, drop the offset of a TIMETZ and the microseconds of an INTERVAL, and give up at a negative one. What Parquet
 * has no type for is a text; a HUGEINT is a DECIMAL of 38 digits, and with 39 an error instead of another number.
 */
export function parquetType(type: DuckDBType): string {
  switch (type.typeId) {
    case DuckDBTypeId.HUGEINT:
      return "DECIMAL(38,0)";
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.TIME_TZ:
    case DuckDBTypeId.INTERVAL:
      return "VARCHAR";
    default:
      return nestedType(type) ?? String(type);
  }
}

function nestedType(type: DuckDBType): string | undefined {
  if (type instanceof DuckDBListType) return `${parquetType(type.valueType)}[]`;
  if (type instanceof DuckDBArrayType) return `${parquetType(type.valueType)}[${type.length}]`;
  if (type instanceof DuckDBMapType) return `MAP(${parquetType(type.keyType)}, ${parquetType(type.valueType)})`;
  if (!(type instanceof DuckDBStructType)) return undefined;
  const fields = type.entryNames.map((name, index) => {
    const entry = type.entryTypes[index];
    return entry === undefined ? "" : `${quoteName(name)} ${parquetType(entry)}`;
  });
  return `STRUCT(${fields.join(", ")})`;
}
