import { BLOB, DuckDBDataChunk } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { toOwnIndex } from "./batch-texts.ts";
import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import { type ColumnCells, maxRows } from "./row-batch.ts";
import { copyBytes, entryWords, maxInlineBytes, TextTable } from "./text-table.ts";

const firstHeapBytes = 64 * 1024;

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
  #heap = new Uint8Array(firstHeapBytes);
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
    this.#heapUsed = 0;
    this.#formatted = new TextTable();
    const end = Math.min(rows, cells.kinds.length);
    for (let row = 0; row < end; row++) this.#copyEntry(cells, row);
    if (this.#heapUsed > 0) this.#pointInto(this.#keepHeap(), end);
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
    duckdb.copy_data_to_vector(vector, 0, this.#entries.buffer, 0, end * entryWords * 4);
  }

  #copyEntry(cells: ColumnCells, row: number): void {
    const { shared, own } = cells.texts;
    const reference = cells.numbers[row] as number;
    const kind = cells.kinds[row];
    if (kind !== cellKind.text && kind !== cellKind.longInteger) this.#copyFormatted(cells, row);
    else if (reference < 0) this.#copyFrom(own, toOwnIndex(reference), row);
    else this.#copyFrom(shared, reference, row);
  }

  #copyFormatted(cells: ColumnCells, row: number): void {
    const text = toCellText(cells, row);
    if (text === undefined) this.#entries.fill(0, row * entryWords, (row + 1) * entryWords);
    else this.#copyFrom(this.#formatted, this.#formatted.addText(text), row);
  }

  #copyFrom({ words, blocks }: TextTable, index: number, row: number): void {
    const entries = this.#entries;
    const from = index * entryWords;
    const to = row * entryWords;
    const length = words[from] as number;
    entries[to] = length;
    entries[to + 1] = words[from + 1] as number;
    entries[to + 2] = words[from + 2] as number;
    entries[to + 3] = words[from + 3] as number;
    if (length <= maxInlineBytes) return;
    this.#reserve(length);
    copyBytes(
      blocks[words[from + 2] as number] as Buffer,
      words[from + 3] as number,
      this.#heap,
      this.#heapUsed,
      length,
    );
    entries[to + 2] = this.#heapUsed; // the pointer's place, until there is one
    this.#heapUsed += length;
  }

  #reserve(length: number): void {
    if (this.#heapUsed + length <= this.#heap.length) return;
    const larger = new Uint8Array(Math.max(this.#heap.length * 2, this.#heapUsed + length));
    larger.set(this.#heap.subarray(0, this.#heapUsed));
    this.#heap = larger;
  }

  /** Hands the long texts to DuckDB and answers where it has put them, as an address in two halves. */
  #keepHeap(): [low: number, high: number] {
    const vector = duckdb.data_chunk_get_vector(this.#blobs.chunk, this.#blobCount++);
    duckdb.vector_assign_string_element_len(vector, 0, this.#heap.subarray(0, this.#heapUsed));
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
