import type { Readable } from "node:stream";
import { CellCounter } from "./cell-counter.ts";
import type { WorkbookContext } from "./cell-decoder.ts";
import type { RowBatch } from "./row-batch.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import { SheetHandler } from "./sheet-handler.ts";
import { toUtf8 } from "./xml-encoding.ts";
import { XmlScanner } from "./xml-scanner.ts";

/**
 * The rows of a sheet that hold something, in batches; `facts` is filled in at the end. Unless `isQuick`, every element
 * goes through the scanner.
 */
export async function* readSheet(
  part: Readable,
  context: WorkbookContext,
  facts: SheetFacts,
  isQuick = true,
): AsyncGenerator<RowBatch> {
  const counter = new CellCounter();
  const handler = new SheetHandler(context, isQuick);
  const scanner = new XmlScanner(handler);
  const { rows } = handler;
  let storedCells = 0;
  for await (const chunk of toUtf8(part)) {
    counter.push(chunk);
    scanner.push(chunk);
    for (const batch of rows.finished.splice(0)) {
      storedCells += batch.cells;
      yield batch;
    }
  }
  counter.end();
  scanner.end();
  const last = rows.finish();
  storedCells += last.cells;
  if (last.rows > 0) yield last;
  facts.hiddenRows = rows.hiddenRows;
  facts.marks = handler.marks;
  facts.counts = { counted: counter, met: { cells: rows.metCells, rows: rows.metRows } };
  facts.replacedCells = rows.metCells - rows.vainCells - storedCells;
}
