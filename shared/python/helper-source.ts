import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { PARSER_FOLDER } from "./parsing/parser-files.ts";

export const HELPER_FILE = "session_data.py";

/** The module that rewritten scripts import, as it is put beside them. */
export function readHelper(): Promise<string> {
  const bundled = new URL(`${PARSER_FOLDER}/${HELPER_FILE}`, import.meta.url);
  return readFile(existsSync(bundled) ? bundled : new URL(HELPER_FILE, import.meta.url), "utf8");
}
