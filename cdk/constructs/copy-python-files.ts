/**
 * A step of bundling a function that rewrites Python: `node copy-python-files.ts <folder>` puts the parsers, and the
 * module that rewritten scripts import, beside the bundle. They are loaded with the first script and not before.
 */
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HELPER_FILE } from "../../shared/python/helper-source.ts";
import {
  locateParserFile,
  PARSER_FOLDER,
  type ParserFile,
  parserFiles,
} from "../../shared/python/parsing/parser-files.ts";

/** Copies them into `folder`/python. */
export function copyPythonFiles(folder: string): void {
  const target = join(folder, PARSER_FOLDER);
  mkdirSync(target, { recursive: true });
  for (const name of Object.keys(parserFiles) as ParserFile[]) cpSync(locateParserFile(name), join(target, name));
  const room = dirname(fileURLToPath(import.meta.resolve("../../shared/python/helper-source.ts")));
  cpSync(join(room, HELPER_FILE), join(target, HELPER_FILE));
}

if (import.meta.main) copyPythonFiles(process.argv[2] ?? ".");
