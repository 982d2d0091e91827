/** Names that must differ without regard to case, as DuckDB compares them. */
export class NameSet {
  readonly #folded = new Set<string>();
  /** By name the number to go on with: a header may be one word ten thousand times. */
  readonly #next = new Map<string, number>();

  /** Takes a name as it is, whether or not another has it. */
  add(name: string): void {
    this.#folded.add(fold(name));
  }

  /** Takes the name, or the first of `name_2`, `name_3` … that is free, and answers which. */
  addUnique(name: string): string {
    let free = name;
    let number = this.#next.get(fold(name)) ?? 2;
    while (this.#folded.has(fold(free))) free = `${name}_${number++}`;
    this.#next.set(fold(name), number);
    this.add(free);
    return free;
  }
}

/** Upper case first: it also folds letters such as `ß` and final sigma, which lower case alone leaves apart. */
function fold(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}
