import type { WorkbookContext } from "./cell-decoder.ts";
import { readSheet } from "./read-sheet.ts";
import type { RowBatch } from "./row-batch.ts";
import { readSharedStrings } from "./shared-strings.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import { readStyles } from "./styles.ts";
import { TextTable } from "./text-table.ts";
import { unreadable } from "./unreadable.ts";
import { readWorkbookOutline, type SheetOutline, type WorkbookOutline } from "./workbook-outline.ts";
import { asUnreadable, openWorkbookPackage, type WorkbookPackage } from "./workbook-package.ts";

/** A workbook whose sheets can be read, each as often as one likes. */
export interface OpenWorkbook {
  /** In the workbook's order, hidden ones and those without cells too. */
  sheets: SheetOutline[];
  /** The rows of a worksheet; `facts` is filled in when the last one has come. Quickly, unless told otherwise. */
  read: (sheet: SheetOutline, facts: SheetFacts, isQuick?: boolean) => Promise<AsyncIterable<RowBatch>>;
  close: () => void;
}

/** Opens an `.xlsx` or `.xlsm`; throws a `ConversionError` that says why it is none. Close it in the end. */
export async function openWorkbook(localPath: string): Promise<OpenWorkbook> {
  const workbook = await openWorkbookPackage(localPath);
  try {
    const outline = await readWorkbookOutline(workbook);
    if (outline.sheets.length === 0) throw unreadable("it lists no sheets");
    const context = await readContext(workbook, outline);
    const read = async (sheet: SheetOutline, facts: SheetFacts, isQuick = true) => {
      const part = await workbook.find(sheet.path ?? "");
      if (part === undefined) throw unreadable(`sheet "${sheet.name}" is not in the file`);
      return translated(readSheet(part, context, facts, isQuick));
    };
    return { sheets: outline.sheets, read, close: () => workbook.close() };
  } catch (error) {
    workbook.close();
    throw asUnreadable(error);
  }
}

/** The container's own refusals come while a sheet is read. */
async function* translated(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw asUnreadable(error);
  }
}

async function readContext(workbook: WorkbookPackage, outline: WorkbookOutline): Promise<WorkbookContext> {
  const strings = await workbook.find(outline.sharedStringsPath);
  const styles = await workbook.find(outline.stylesPath);
  return {
    strings: strings === undefined ? new TextTable() : await readSharedStrings(strings),
    formats: styles === undefined ? [] : await readStyles(styles),
    is1904: outline.is1904,
  };
}
