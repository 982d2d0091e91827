import { NameSet } from "./name-set.ts";
import { nameWithoutPacking } from "./name-without-packing.ts";

/**
 * The name a table would get if no other had it: the file's stem, with `_sheet` for workbooks; lower case, Unicode
 * letters and digits and `_` kept, every run of anything else one `_`.
 *
 * A name may begin with a digit (`2024_sales`) or be a word of SQL (`order`): a client can then tell the name from
 * the file's without knowing SQL's grammar, and the summary shows such names in the quotes they need.
 */
export function toTableName(path: string, sheet?: string): string {
  const stem = toStem(path.slice(path.lastIndexOf("/") + 1));
  return shorten(clean(sheet === undefined ? stem : `${stem}_${sheet}`)) || "table";
}

/** A workbook can call its sheets what it likes; a table's name is part of its item's key, which has an end. */
const MAX_NAME_BYTES = 255;

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  let bytes = 0;
  let kept = "";
  for (const letter of name) {
    bytes += Buffer.byteLength(letter);
    if (bytes > MAX_NAME_BYTES) return kept;
    kept += letter;
  }
  return kept;
}

function toStem(fileName: string): string {
  const unpacked = nameWithoutPacking(fileName);
  const dot = unpacked.lastIndexOf(".");
  return dot > 0 ? unpacked.slice(0, dot) : unpacked;
}

function clean(text: string): string {
  // Marks are kept: without them words in Hindi or Thai would fall apart. NFC last, as lower case can undo it.
  return text
    .normalize("NFC")
    .toLowerCase()
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{Nd}_]+/gu, "_")
    .replace(/^_+|_+$/g, "");
}

/** Which sheet of which file a table was made from. */
export interface TableSource {
  path: string;
  sheet?: string;
}

/** Gives out the names of the tables of one database; no two are equal without regard to case. */
export class TableNames {
  readonly #taken = new NameSet();
  readonly #bySource = new Map<string, string>();
  /** By the name of the table whose rejects they are. */
  readonly #rejects = new Map<string, string>();

  /** Records a table that exists, so that its source gets the same name again and nobody else does. */
  reserve(source: TableSource, name: string): void {
    this.#taken.add(name);
    this.#bySource.set(sourceKey(source), name);
  }

  /** Records the table of another one's rejects. */
  reserveRejects(table: string, name: string): void {
    this.#taken.add(name);
    this.#rejects.set(table, name);
  }

  /** The name that the rejects of this table had before, or a new one: `sales__rejects`. */
  rejectsFor(table: string): string {
    const known = this.#rejects.get(table);
    if (known !== undefined) return known;
    const name = this.#taken.addUnique(`${table}__rejects`);
    this.#rejects.set(table, name);
    return name;
  }

  /** The name this source had before, or a new one. */
  nameFor(source: TableSource): string {
    const known = this.#bySource.get(sourceKey(source));
    if (known !== undefined) return known;
    const name = this.#taken.addUnique(toTableName(source.path, source.sheet));
    this.#bySource.set(sourceKey(source), name);
    return name;
  }
}

function sourceKey({ path, sheet }: TableSource): string {
  return JSON.stringify([path, sheet ?? null]);
}
