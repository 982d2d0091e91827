import { BLOB, DuckDBDataChunk } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { toOwnIndex } from "./batch-texts.ts";
import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import { type ColumnCells, maxRows } from "./row-batch.ts";
import { copyWords, entryWords, maxInlineBytes, TextTable, toWords } from "./text-table.ts";

const firstHeapWords = 16 * 1024;

/**
 * Fills VARCHAR vectors without making a string of each text.
 *
 * A vector of texts is an array of `duckdb_string_t`, 16 bytes each, which the header of DuckDB's C API lays open:
 * the length, then up to 12 bytes of text, or its first four bytes and a pointer. Short texts are simply copied from
 * the tables of texts, which are laid out alike. The long ones of a column are put one behind the other and handed
 * to DuckDB as a single blob, and the pointers go into DuckDB's copy of it. It lives until the next `start()`; the
 * appender has made a copy of its own by then.
 */
export class TextVectors {
  readonly #blobs: DuckDBDataChunk;
  #blobCount = 0;
  readonly #entries = new Uint32Array(maxRows * entryWords);
  #heap = new Uint32Array(firstHeapWords);
  /** In bytes; every text begins at a word. */
  #heapUsed = 0;
  /** Numbers, dates and the like as text, in columns that hold several kinds. */
  #formatted = new TextTable();

  /** For chunks with so many columns of texts, at most. */
  constructor(columns: number) {
    this.#blobs = DuckDBDataChunk.create(Array.from({ length: Math.max(columns, 1) }, () => BLOB));
  }

  /** Begins another chunk; the one before must have been appended. */
  start(): void {
    this.#blobs.reset();
    this.#blobCount = 0;
  }

  /** Fills one column of a chunk; the rows of blanks and errors it leaves empty. */
  fill(chunk: DuckDBDataChunk, index: number, cells: ColumnCells, rows: number): void {
    const end = Math.min(rows, cells.kinds.length);
    this.#formatted = new TextTable();
    if (this.#copyEntries(cells, end)) {
      this.#copyLongTexts(cells, end);
      this.#pointInto(this.#keepHeap(), end);
    }
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
    duckdb.copy_data_to_vector(vector, 0, this.#entries.buffer, 0, end * entryWords * 4);
  }

  /**
   * Answers whether any of the texts is a long one. Those are copied later: here nothing depends on what is read, so
   * that the processor fetches entries from all over a table at once.
   */
  #copyEntries(cells: ColumnCells, end: number): boolean {
    const { kinds, numbers, texts } = cells;
    const entries = this.#entries;
    const shared = texts.shared.words;
    const own = texts.own.words;
    let longest = 0;
    for (let row = 0; row < end; row++) {
      let length = 0;
      if (isWritten(kinds[row] as number)) {
        const reference = (numbers[row] as number) | 0;
        if (reference < 0) length = copyEntry(own, toOwnIndex(reference), entries, row);
        else length = copyEntry(shared, reference, entries, row);
      } else length = this.#copyFormatted(cells, row);
      if (length > longest) longest = length;
    }
    return longest > maxInlineBytes;
  }

  #copyFormatted(cells: ColumnCells, row: number): number {
    const text = toCellText(cells, row);
    if (text !== undefined) {
      const index = this.#formatted.addText(text);
      return copyEntry(this.#formatted.words, index, this.#entries, row);
    }
    // Not with fill(), which takes longer to be called than four words to be written.
    for (let at = row * entryWords; at < (row + 1) * entryWords; at++) this.#entries[at] = 0;
    return 0;
  }

  /** Puts the long texts one behind the other; their entries get the place, until there is a pointer. */
  #copyLongTexts({ kinds, numbers, texts }: ColumnCells, end: number): void {
    const entries = this.#entries;
    this.#heapUsed = 0;
    for (let row = 0; row < end; row++) {
      const at = row * entryWords;
      const length = entries[at] as number;
      if (length <= maxInlineBytes) continue;
      const table = isWritten(kinds[row] as number) ? texts.of(numbers[row] as number) : this.#formatted;
      const heap = this.#reserve(length);
      const block = table.blocks[entries[at + 2] as number] as Uint32Array;
      copyWords(block, (entries[at + 3] as number) >>> 2, heap, this.#heapUsed >>> 2, toWords(length));
      entries[at + 2] = this.#heapUsed;
      this.#heapUsed += toWords(length) * 4;
    }
  }

  #reserve(length: number): Uint32Array {
    const needed = toWords(this.#heapUsed + length);
    if (needed > this.#heap.length) {
      const larger = new Uint32Array(Math.max(this.#heap.length * 2, needed));
      larger.set(this.#heap);
      this.#heap = larger;
    }
    return this.#heap;
  }

  /** Hands the long texts to DuckDB and answers where it has put them, as an address in two halves. */
  #keepHeap(): [low: number, high: number] {
    const vector = duckdb.data_chunk_get_vector(this.#blobs.chunk, this.#blobCount++);
    duckdb.vector_assign_string_element_len(vector, 0, new Uint8Array(this.#heap.buffer, 0, this.#heapUsed));
    const entry = duckdb.vector_get_data(vector, entryWords * 4);
    const [length, , low = 0, high = 0] = new Uint32Array(entry.buffer, entry.byteOffset, entryWords);
    // A wrong address would be read without a question asked.
    if (length !== this.#heapUsed) throw new Error("Cannot fill a column of texts: DuckDB did not take them");
    return [low, high];
  }

  #pointInto([low, high]: [number, number], rows: number): void {
    const entries = this.#entries;
    for (let at = 0; at < rows * entryWords; at += entryWords) {
      if ((entries[at] as number) <= maxInlineBytes) continue;
      const address = low + (entries[at + 2] as number);
      entries[at + 2] = address; // modulo 2^32, as typed arrays do
      entries[at + 3] = high + (address >= 2 ** 32 ? 1 : 0);
    }
  }
}

/** Whether the cell's text stands in a table of texts as it is. */
function isWritten(kind: number): boolean {
  return kind === cellKind.text || kind === cellKind.longInteger;
}

/** Answers how many bytes the text has. */
function copyEntry(words: Uint32Array, index: number, entries: Uint32Array, row: number): number {
  const from = index * entryWords;
  const to = row * entryWords;
  const length = words[from] as number;
  entries[to] = length;
  entries[to + 1] = words[from + 1] as number;
  entries[to + 2] = words[from + 2] as number;
  entries[to + 3] = words[from + 3] as number;
  return length;
}
