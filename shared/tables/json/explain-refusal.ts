import { readFile, stat } from "node:fs/promises";
import { ConversionError } from "../conversion-error.ts";
import type { JsonScan } from "./scan-json.ts";

/** What is said of a text that DuckDB's reader stops at. */
export const NOT_VALID = "It is not valid JSON all the way through";

/** Larger ones are not parsed once more only to say it better. */
const MAX_PARSED_BYTES = 16 * 1024 * 1024;

/**
 * Why a text in UTF-8 became no table, as its owner has to know: that it is JSON is said only of what is, and that it
 * is none only of what is not.
 */
export async function explainRefusal(
  { path, bomBytes, scan }: { path: string; bomBytes: number; scan: JsonScan },
  loaded: ConversionError,
): Promise<ConversionError> {
  const isInQuestion = loaded.code === "not_tabular" || loaded.code === "unreadable_json";
  const { size } = await stat(path);
  if (!isInQuestion || size > MAX_PARSED_BYTES) return loaded;
  const text = (await readFile(path)).subarray(bomBytes).toString("utf8");
  if (text.trim() === "") return new ConversionError("empty_file", "The file is empty");
  const isJson = isValid(text) || (scan.form === "lines" && text.split("\n").every((line) => isValid(line || "0")));
  if (!isJson && loaded.code === "not_tabular")
    return new ConversionError("unreadable_json", "It is not valid JSON", { cause: loaded });
  const isEmpty = isJson && loaded.code === "unreadable_json" && scan.filled === 0 && scan.others === 0;
  if (isEmpty) return new ConversionError("not_tabular", "It is JSON, but its objects hold no values");
  if (!isJson || loaded.message !== NOT_VALID) return loaded;
  const detail = "It is JSON, but holds names or texts that no table can have";
  return new ConversionError("unreadable_json", detail, { cause: loaded });
}

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
