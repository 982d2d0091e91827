import type { Readable } from "node:stream";
import type { WorkbookContext } from "./cell-decoder.ts";
import type { RowBatch } from "./row-batch.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import { SheetHandler } from "./sheet-handler.ts";
import { toUtf8 } from "./xml-encoding.ts";
import { XmlScanner } from "./xml-scanner.ts";

/** The rows of a sheet that hold something, in batches; `facts` is filled in at the end. */
export async function* readSheet(
  part: Readable,
  context: WorkbookContext,
  facts: SheetFacts,
): AsyncGenerator<RowBatch> {
  const handler = new SheetHandler(context);
  const scanner = new XmlScanner(handler);
  for await (const chunk of toUtf8(part)) {
    scanner.push(chunk);
    yield* handler.finished.splice(0);
  }
  scanner.end();
  const last = handler.finish();
  if (last.rows > 0) yield last;
  facts.hiddenRows = handler.hiddenRows;
  facts.marks = handler.marks;
}
