/** `node read-with-sheetjs.ts <file> <folder> [dump]`: the whole sheet as arrays of values; no table is made. */
import { readFileSync } from "node:fs";
import { read, utils } from "@e965/xlsx";
import { dumpRows, measureLoading } from "./loading.ts";

const [file = "", , dump] = process.argv.slice(2);
let rows: unknown[][] = [];
await measureLoading(async () => {
  const workbook = read(readFileSync(file), { dense: true, cellDates: true, UTC: true });
  const sheet = workbook.Sheets[workbook.SheetNames[0] ?? ""] ?? {};
  rows = utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, UTC: true, defval: null });
});
if (dump !== undefined) await dumpRows(dump, rows.slice(1));
