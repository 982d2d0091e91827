import { AppError } from "../../../errors.ts";

/** Excel's own limits: what is beyond them it calls damaged. */
export const excelLimits = { rows: 1_048_576, columns: 16_384, characters: 32_767 } as const;

/** The refusal of what no sheet can hold. */
export function beyondExcel(what: string): AppError {
  return new AppError("result_too_large", `Cannot answer as XLSX: the result has ${what}; ask for csv or parquet`);
}
