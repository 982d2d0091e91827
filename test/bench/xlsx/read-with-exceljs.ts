/** `node read-with-exceljs.ts <path>`: exceljs's streaming reader with texts and dates; values are only counted. */
import ExcelJS from "exceljs";
import { measureReading } from "./reading.ts";

await measureReading(async () => {
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(process.argv[2] ?? "", {
    worksheets: "emit",
    sharedStrings: "cache",
    styles: "cache",
    hyperlinks: "ignore",
    entries: "ignore",
  });
  let rows = -1; // the header
  let cells = 0;
  for await (const sheet of reader) {
    for await (const row of sheet) {
      if (++rows === 0) continue;
      // From 1, as columns are in exceljs; blank cells are holes.
      for (const value of row.values as unknown[]) if (value !== null && value !== undefined) cells++;
    }
  }
  return { rows, cells };
});
