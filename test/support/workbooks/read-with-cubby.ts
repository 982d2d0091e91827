import { openWorkbook } from "../../../shared/tables/xlsx/open-workbook.ts";
import { SheetFacts } from "../../../shared/tables/xlsx/sheet-facts.ts";
import { SheetCells } from "./cells.ts";

/** The cells of every worksheet of a workbook, by the sheet's name, as Cubby's reader gives them. */
export async function readWithCubby(path: string): Promise<Map<string, SheetCells>> {
  const sheets = new Map<string, SheetCells>();
  const workbook = await openWorkbook(path);
  try {
    for (const sheet of workbook.sheets) {
      if (sheet.type !== "worksheet" || sheet.path === undefined) continue;
      const cells = new SheetCells();
      for await (const batch of await workbook.read(sheet, new SheetFacts())) cells.add(batch);
      sheets.set(sheet.name, cells);
    }
    return sheets;
  } finally {
    workbook.close();
  }
}
