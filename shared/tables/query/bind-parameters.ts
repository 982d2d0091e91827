import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  SQLNULL,
  VARCHAR,
} from "@duckdb/node-api";
import type { QueryParams, QueryValue } from "../../contract/functions.ts";
import { AppError } from "../../errors.ts";

/** Binds `$1`, `?` from a list or `$name` from an object; every parameter needs its value and every value its parameter. */
export function bindParameters(statement: DuckDBPreparedStatement, params: QueryParams | undefined): void {
  const names = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
  const given = Array.isArray(params) ? positional(params) : new Map(Object.entries(params ?? {}));
  const missing = names.filter((name) => !given.has(name));
  const unknown = [...given.keys()].filter((name) => !names.includes(name));
  if (missing.length > 0 || unknown.length > 0) throw mismatch(missing, unknown);
  names.forEach((name, index) => {
    const { value, type } = toDuckDb(given.get(name) ?? null);
    statement.bindValue(index + 1, value, type);
  });
}

function positional(params: readonly QueryValue[]): Map<string, QueryValue> {
  return new Map(params.map((value, index) => [String(index + 1), value]));
}

function mismatch(missing: readonly string[], unknown: readonly string[]): AppError {
  const reasons = [
    ...(missing.length > 0 ? [`no value for ${missing.map((name) => `$${name}`).join(", ")}`] : []),
    ...(unknown.length > 0 ? [`no parameter for ${unknown.map((name) => `$${name}`).join(", ")}`] : []),
  ];
  return new AppError("statement_failed", `Cannot bind the parameters: ${reasons.join("; ")}`);
}

/** The smallest type that holds the number, because DuckDB widens by itself but never narrows. */
function toDuckDb(value: QueryValue): { value: DuckDBValue; type: DuckDBType } {
  if (value === null) return { value, type: SQLNULL };
  if (typeof value === "string") return { value, type: VARCHAR };
  if (typeof value === "boolean") return { value, type: BOOLEAN };
  if (!Number.isSafeInteger(value)) return { value, type: DOUBLE };
  if (Math.abs(value) < 2 ** 31) return { value, type: INTEGER };
  return { value: BigInt(value), type: BIGINT };
}
