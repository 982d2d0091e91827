/** What there is to say about a sheet beside its table; known once all of it has been read. */
export class SheetFacts {
  hiddenRows = 0;
  hasHiddenColumns = false;
  /** Notes below the table that were left out of it. */
  notes: string[] = [];
}
