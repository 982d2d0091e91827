import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Loading } from "./loading.ts";
import { preparePython } from "./prepare-python.ts";
import type { Format } from "./write-orders.ts";

/** Whoever makes a table of a file, or at least reads it, in a process of its own. */
export interface Contender {
  readonly name: string;
  readonly formats: readonly Format[];
  command(): Promise<string[]>;
}

const script = (name: string) => join(import.meta.dirname, name);
const node =
  (name: string, ...words: string[]) =>
  async () => [process.execPath, script(name), ...words];
const python = (tool: string) => async () => [await preparePython(), script("load_with_python.py"), tool];

export const contenders: readonly Contender[] = [
  { name: "DuckDB's own statement", formats: ["csv", "xlsx", "json"], command: node("load-with-duckdb.ts", "default") },
  { name: "DuckDB, every row sampled", formats: ["csv", "json"], command: node("load-with-duckdb.ts", "whole") },
  { name: "Cubby", formats: ["csv", "xlsx", "json"], command: node("load-with-cubby.ts") },
  { name: "pandas, to_sql", formats: ["csv", "xlsx", "json"], command: python("pandas") },
  { name: "sqlite-utils", formats: ["csv", "json"], command: python("sqlite-utils") },
  { name: "exceljs, read only", formats: ["xlsx"], command: node("read-with-exceljs.ts") },
  { name: "SheetJS, read only", formats: ["xlsx"], command: node("read-with-sheetjs.ts") },
];

/** Runs it once in an empty folder; with `dump` it writes down afterwards what it made of every row. */
export async function load(contender: Contender, file: string, folder: string, dump?: string): Promise<Loading> {
  const [program = "", ...words] = await contender.command();
  await mkdir(folder);
  try {
    const more = dump === undefined ? [] : [dump];
    const { stdout } = await promisify(execFile)(program, [...words, file, folder, ...more]);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Loading;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
