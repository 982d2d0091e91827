import { extname } from "node:path";
import { ConversionError } from "../conversion-error.ts";
import type { ConversionReasonCode, FileKind } from "../report.ts";
import { nameWithoutPacking } from "../name-without-packing.ts";
import { explainCompoundFile, isCompoundFile } from "./compound-file.ts";
import { explainForeignWorkbook } from "./foreign-workbook.ts";
import { readHead } from "./read-head.ts";

/** Names whose owners expect a table, so that silence would be a riddle. */
const PROMISES: Readonly<Record<string, ConversionReasonCode>> = {
  ".csv": "unreadable_text",
  ".tsv": "unreadable_text",
  ".tab": "unreadable_text",
  ".json": "unreadable_json",
  ".ndjson": "unreadable_json",
  ".jsonl": "unreadable_json",
  ".parquet": "unreadable_parquet",
  ".xls": "unreadable_workbook",
  ".xlsb": "unreadable_workbook",
  ".xlsx": "unreadable_workbook",
  ".xlsm": "unreadable_workbook",
};

const SENTENCES: Partial<Record<FileKind, string>> = {
  archive: "An archive inside the session is stored as it is",
  database: "A database file is stored and never opened",
  text: "It is text, but no table",
};

/** Why a file of this kind makes no table: nothing wrong with it, unless its name promised one. */
export async function describeOther(
  kind: FileKind,
  file: { localPath: string; fileName: string },
): Promise<ConversionError> {
  const { bytes } = await readHead(file.localPath);
  const promised = PROMISES[extname(nameWithoutPacking(file.fileName)).toLowerCase()];
  if (bytes.length === 0) return new ConversionError(promised ? "empty_file" : "not_tabular", "The file is empty");
  if (isCompoundFile(bytes) && promised === "unreadable_workbook") {
    return new ConversionError(promised, `Cannot read the workbook: ${await explainCompoundFile(file.localPath)}`);
  }
  const foreign = explainForeignWorkbook(bytes, file.fileName);
  if (foreign !== undefined) return new ConversionError("unreadable_workbook", `Cannot read the workbook: ${foreign}`);
  if (promised === undefined) return new ConversionError("not_tabular", SENTENCES[kind] ?? "It is no table");
  return new ConversionError(promised, `Its content is not what its name says: ${whatItIs(kind)}`);
}

function whatItIs(kind: FileKind): string {
  const names: Partial<Record<FileKind, string>> = {
    archive: "it is an archive",
    database: "it is a database",
    text: "it is a page or a program",
  };
  return names[kind] ?? "its bytes are no text";
}
