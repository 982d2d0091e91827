/** Columns whose type somebody asked for, found by their names. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnName } from "../column-names.ts";
import type { ConversionSettings } from "../../contract/conversion.ts";
import { SettingError } from "../settings.ts";
import type { TypeRule } from "./type-rule.ts";
import type { Typing } from "./typing.ts";

/** The type asked for a column, under the name by which it was asked. */
export interface AskedType {
  name: string;
  rules: readonly TypeRule[];
}

/** What was asked for this column, by its name in the table or in the file. */
export function findAsked({ asked }: Typing, column: ColumnName): AskedType | undefined {
  for (const [name, rules] of asked) {
    if (name === column.name || name === column.original_name) return { name, rules };
  }
  return undefined;
}

/** Throws a `SettingError` for a type of a column that there is not. */
export function assertColumnsExist({ types }: ConversionSettings, columns: readonly ColumnName[]): void {
  const names = new Set(columns.flatMap(({ name, original_name }) => [name, original_name]));
  const missing = Object.keys(types ?? {}).find((name) => !names.has(name));
  if (missing === undefined) return;
  throw new SettingError(`types.${missing}`, `Cannot set the type of "${missing}": there is no such column`);
}

/** Throws a `SettingError` where DuckDB does not take the type, or the format that goes with it. */
export async function assertTypes(connection: DuckDBConnection, { types }: ConversionSettings, { asked }: Typing) {
  for (const [name, rules] of asked) {
    try {
      for (const { value } of rules) await connection.run(`SELECT ${value("''")}`);
    } catch (cause) {
      throw new SettingError(`types.${name}`, `Cannot use the type "${types?.[name]}": DuckDB does not know it`, {
        cause,
      });
    }
  }
}
