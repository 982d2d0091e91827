import type { Readable } from "node:stream";
import type { WorkbookContext } from "./cell-decoder.ts";
import type { RowBatch } from "./row-batch.ts";
import { SheetHandler } from "./sheet-handler.ts";
import { XmlScanner } from "./xml-scanner.ts";
import { toUtf8 } from "./xml-encoding.ts";

/** What is known about a sheet once all of it has been read. */
export interface SheetFacts {
  hiddenRows: number;
  hasHiddenColumns: boolean;
}

/** The rows of a sheet that hold something, in batches; returns what else there was to see. */
export async function* readSheet(part: Readable, context: WorkbookContext): AsyncGenerator<RowBatch, SheetFacts> {
  const handler = new SheetHandler(context);
  const scanner = new XmlScanner(handler);
  for await (const chunk of toUtf8(part)) {
    scanner.push(chunk);
    yield* handler.finished.splice(0);
  }
  scanner.end();
  const last = handler.finish();
  if (last.rows > 0) yield last;
  return { hiddenRows: handler.hiddenRows, hasHiddenColumns: handler.hasHiddenColumns };
}
