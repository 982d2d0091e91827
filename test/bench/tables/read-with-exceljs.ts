/** `node read-with-exceljs.ts <file> <folder> [dump]`: its streaming reader hands over every value; no table is made. */
import ExcelJS from "exceljs";
import { columns } from "./orders.ts";
import { dumpRows, measureLoading } from "./loading.ts";

const [file = "", , dump] = process.argv.slice(2);

async function* read(): AsyncGenerator<unknown[]> {
  const options = {
    worksheets: "emit",
    sharedStrings: "cache",
    styles: "cache",
    hyperlinks: "ignore",
    entries: "ignore",
  };
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(
    file,
    options as ExcelJS.stream.xlsx.WorkbookStreamReaderOptions,
  );
  for await (const sheet of reader) {
    for await (const row of sheet) {
      const values = row.values as unknown[]; // from 1; blank cells are holes
      if (row.number > 1) yield columns.map((_, index) => values[index + 1] ?? null);
    }
  }
}

await measureLoading(async () => {
  for await (const _ of read());
});
if (dump !== undefined) await dumpRows(dump, read());
