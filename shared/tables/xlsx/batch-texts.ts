import { TextTable } from "./text-table.ts";

/**
 * The texts that the cells of one batch refer to by number: from 0 on those that the whole workbook shares, below 0
 * the batch's own.
 */
export class BatchTexts {
  readonly shared: TextTable;
  readonly own = new TextTable();

  constructor(shared = new TextTable()) {
    this.shared = shared;
  }

  /** No text has more bytes. */
  get longest(): number {
    return Math.max(this.shared.longest, this.own.longest);
  }

  get(reference: number): string {
    return reference < 0 ? this.own.get(toOwnIndex(reference)) : this.shared.get(reference);
  }

  byteLength(reference: number): number {
    return reference < 0 ? this.own.byteLength(toOwnIndex(reference)) : this.shared.byteLength(reference);
  }

  /** The table in which the text of that reference stands. */
  of(reference: number): TextTable {
    return reference < 0 ? this.own : this.shared;
  }

  /** What refers here to the text that another batch refers to. */
  adopt(others: BatchTexts, reference: number): number {
    const isKnown = others === this || (reference >= 0 && others.shared === this.shared);
    return isKnown ? reference : toOwnIndex(this.own.addText(others.get(reference)));
  }
}

/** The number in the batch's own table that a reference below 0 stands for, and back. */
export function toOwnIndex(reference: number): number {
  return -1 - reference;
}
