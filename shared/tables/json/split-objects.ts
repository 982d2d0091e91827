/** A part of a text that should be one object. */
export interface TextPiece {
  text: string;
  /** Line on which it begins, from 1. */
  line: number;
  /** Spaces before it on that line. */
  indent: number;
}

/** More is no element but all that follows a broken one. */
const MAX_PIECE_CHARACTERS = 64 * 1024 * 1024;

/** The lines of a text that are not blank. */
export async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<TextPiece> {
  let rest = "";
  let line = 0;
  for await (const text of texts) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const each of lines) {
      line++;
      if (each.trim() !== "") yield { text: each, line, indent: 0 };
    }
  }
  if (rest.trim() !== "") yield { text: rest, line: line + 1, indent: 0 };
}

/** What stands between the commas of the array that the text is, whether or not it is in order. */
export async function* splitElements(texts: AsyncIterable<string>): AsyncGenerator<TextPiece> {
  const splitter = new ElementSplitter();
  for await (const text of texts) yield* splitter.push(text);
  yield* splitter.end();
}

/** What matters outside of texts: quotes, brackets, commas, line breaks. */
const OUTSIDE = /["[\]{},\n]/g;
/** Within texts: their end, what hides it, and a line break, which no text can hold. */
const INSIDE = /["\\\n]/g;

class ElementSplitter {
  #text = "";
  /** Where in the text to go on. */
  #at = 0;
  #level = 0;
  #isInString = false;
  #line = 1;
  /** The element that is being read. */
  #piece: TextPiece = { text: "", line: 1, indent: 0 };

  *push(text: string): Generator<TextPiece> {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    let from = 0;
    while (true) {
      const mark = this.#isInString ? INSIDE : OUTSIDE;
      mark.lastIndex = this.#at;
      const found = mark.exec(this.#text);
      // A backslash at the very end hides what comes with the next text.
      if (found === null || (found[0] === "\\" && found.index + 1 === this.#text.length)) break;
      const isCut = this.#meet(found[0], found.index);
      if (!isCut) continue;
      this.#piece.text += this.#text.slice(from, found.index);
      yield* this.#take();
      from = this.#at;
    }
    const known = this.#text.endsWith("\\") ? this.#text.length - 1 : this.#text.length;
    this.#piece.text += this.#text.slice(from, Math.max(from, known));
    this.#at = Math.max(from, known);
    if (this.#piece.text.length > MAX_PIECE_CHARACTERS) throw new Error("An element of the array has no end");
  }

  *end(): Generator<TextPiece> {
    this.#piece.text += this.#text.slice(this.#at);
    yield* this.#take();
  }

  /** Goes over one sign; true where it is between two elements. */
  #meet(sign: string, index: number): boolean {
    this.#at = index + (sign === "\\" ? 2 : 1);
    if (sign === "\n") {
      this.#line++;
      this.#isInString = false;
    } else if (sign === '"') this.#isInString = !this.#isInString;
    else if (sign === "[" || sign === "{") return ++this.#level === 1 && sign === "[";
    else if (sign === "]" || sign === "}") return --this.#level === 0;
    else if (sign === ",") return this.#level <= 1;
    return false;
  }

  *#take(): Generator<TextPiece> {
    const { text, line } = this.#piece;
    const start = text.length - text.trimStart().length;
    const before = text.slice(0, start);
    const breaks = before.split("\n");
    if (start < text.length) {
      yield { text: text.trim(), line: line + breaks.length - 1, indent: breaks.at(-1)?.length ?? 0 };
    }
    this.#piece = { text: "", line: this.#line, indent: 0 };
  }
}
