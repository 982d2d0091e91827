/** Powers of two: names that come again and again, which is nearly all, are met here and looked up nowhere else. */
const RECENT = 4096;

/**
 * Counts different names in JSON, each by all the names around it, while its bytes go by: what would be a column, or a
 * field of one. By 32 bits of a hash, so that a few of very many may be taken for others; it is for a limit.
 */
export class NameCounter {
  readonly #most: number;
  readonly #met = new Set<number>();
  readonly #recent = new Int32Array(RECENT);
  /** By level of nesting the hash of what is there. */
  readonly #around: Int32Array;
  #hash = 0;

  /** Counts up to one more than `most`, and within `levels` of nesting. */
  constructor(most: number, levels: number) {
    this.#most = most;
    this.#around = new Int32Array(levels + 2);
  }

  get count(): number {
    return this.#met.size;
  }

  /** A text begins that may be a name. */
  begin(): void {
    this.#hash = 0x811c9dc5 | 0;
  }

  /** The next byte of that text. */
  push(byte: number): void {
    this.#hash = Math.imul(this.#hash ^ byte, 0x01000193);
  }

  /** The text was a name, on that level of nesting. */
  end(level: number): void {
    const path = Math.imul(this.#hash ^ Math.imul(this.#around[level - 1] ?? 0, 0x9e3779b1), 0x85ebca6b) | 1;
    this.#around[level] = path;
    const at = (path >>> 7) & (RECENT - 1);
    if (this.#recent[at] === path) return;
    this.#recent[at] = path;
    if (this.#met.size <= this.#most) this.#met.add(path);
  }

  /** A list begins: what is in it has the names around it. */
  openList(level: number): void {
    this.#around[level] = this.#around[level - 1] ?? 0;
  }
}
