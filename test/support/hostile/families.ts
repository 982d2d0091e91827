import { readFileSync } from "node:fs";
import type { CaseFamily, Expectation, FileCase } from "./case.ts";
import { delimitedCases } from "./delimited-cases.ts";
import { jsonCases } from "./json-cases.ts";
import { packedCases } from "./packed-cases.ts";
import { parquetCases } from "./parquet-cases.ts";
import { scriptCases } from "./script-cases.ts";
import { strangeScripts } from "./strange-scripts.ts";
import { strangeDelimited, strangeJson } from "./strange-text.ts";
import { strangeWorkbooks } from "./strange-workbooks.ts";
import { strangeZips } from "./strange-zips.ts";
import { workbookCases } from "./workbook-cases.ts";
import { zipCases } from "./zip-cases.ts";

/** What became of cases for which nobody could have said so beforehand, found right when it was looked at. */
export const REVIEWED = new URL("../../fixtures/hostile/reviewed.json", import.meta.url);

type Reviewed = Record<string, Record<string, Expectation>>;

/** Files of every kind that is read. */
export async function fileFamilies(): Promise<CaseFamily[]> {
  const families = [
    { name: "zips", cases: [...zipCases, ...strangeZips] },
    { name: "workbooks", cases: [...workbookCases, ...strangeWorkbooks] },
    { name: "delimited text", cases: [...delimitedCases, ...strangeDelimited] },
    { name: "JSON", cases: [...jsonCases, ...strangeJson] },
    { name: "Parquet", cases: await parquetCases() },
    { name: "packed text", cases: packedCases },
    { name: "scripts", cases: [...scriptCases, ...strangeScripts] },
  ];
  const reviewed = JSON.parse(readFileSync(REVIEWED, "utf8")) as Reviewed;
  return families.map(({ name, cases }) => ({ name, cases: cases.map((one) => withReviewed(one, reviewed[name])) }));
}

function withReviewed(one: FileCase, known: Record<string, Expectation> = {}): FileCase {
  return one.expect.is === "reviewed" ? { ...one, expect: known[one.name] ?? one.expect } : one;
}
