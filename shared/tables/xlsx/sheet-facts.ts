import { SheetMarks } from "./sheet-marks.ts";

/** Cells with something between their tags, and rows with such cells. */
export interface SheetCount {
  cells: number;
  rows: number;
}

/** What there is to say about a sheet beside its table; known once all of it has been read. */
export class SheetFacts {
  /** Cells that hold something, as read. */
  cells = 0;
  /** The last row that was read, and whether every row down to it held something. */
  lastRow = 0;
  isDense = true;
  /** What a count of its own says of the whole sheet, and what the reader met; absent where it was not read to its end. */
  counts?: { counted: SheetCount; met: SheetCount };
  /** Cells whose place came again later: the later one is what Excel shows. */
  replacedCells = 0;
  /** Hidden rows that hold something. */
  hiddenRows = 0;
  marks = new SheetMarks();
  /** Notes below the table that were left out of it. */
  notes: string[] = [];
  noteCells = 0;
}
