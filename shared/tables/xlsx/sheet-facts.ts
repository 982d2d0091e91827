import { SheetMarks } from "./sheet-marks.ts";

/** What there is to say about a sheet beside its table; known once all of it has been read. */
export class SheetFacts {
  /** Cells that hold something, as read. */
  cells = 0;
  /** The last row that was read, and whether every row down to it held something. */
  lastRow = 0;
  isDense = true;
  /** Hidden rows that hold something. */
  hiddenRows = 0;
  marks = new SheetMarks();
  /** Notes below the table that were left out of it. */
  notes: string[] = [];
  noteCells = 0;
}
