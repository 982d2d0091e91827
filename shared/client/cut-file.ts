/**
 * Cuts a file of sessions into pieces that one request takes, wherever a record ends. It never judges: what is not
 * well-formed travels on as it is, and the server says what is wrong with it.
 */
export type FileFormat = "csv" | "json" | "ndjson";

/** A file as it comes: all at once, or as a stream of bytes or text. */
export type FileSource = string | AsyncIterable<Uint8Array | string>;

/** A file of its own, and the number of its first record in the whole. */
export interface Piece {
  body: string;
  firstRow: number;
}

/** In UTF-8 at most three times as many bytes, and one record more: below the 4 MiB of a request. */
const MAX_CHARACTERS = 512 * 1024;
/** As many as a request can store in its time, and as its answer lists. */
const MAX_ROWS = 1000;

interface Scanner {
  /** Where records end in `text` from `from` on; false for what is a header. Called with ever more of the file. */
  ends(text: string, from: number): Iterable<[at: number, isRecord: boolean]>;
  /** Makes a file of some records; the first begins, and the last ends, as the whole does. */
  wrap(records: string, isFirst: boolean, isLast: boolean): string;
}

/** The pieces of a file, one after the other; nothing of it is held longer than its piece needs. */
export async function* cutFile(source: FileSource, format: FileFormat): AsyncGenerator<Piece> {
  const scanner = scanners[format]();
  let [held, start, end, rows, firstRow] = ["", 0, 0, 0, 1];
  for await (const text of toTexts(source)) {
    const scanned = held.length;
    held += text;
    for (const [at, isRecord] of scanner.ends(held, scanned)) {
      if (isRecord && held.slice(end, at).trim() !== "") rows++;
      end = at;
      if (end - start < MAX_CHARACTERS && rows < MAX_ROWS) continue;
      yield { body: scanner.wrap(held.slice(start, end), firstRow === 1, false), firstRow };
      [start, rows, firstRow] = [end, 0, firstRow + rows];
    }
    [held, end, start] = [held.slice(start), end - start, 0];
  }
  if (held.trim() !== "" || firstRow === 1) yield { body: scanner.wrap(held, firstRow === 1, true), firstRow };
}

async function* toTexts(source: FileSource): AsyncGenerator<string> {
  if (typeof source === "string") return yield source;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of source) yield typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Lines, but for those inside quotes; a doubled quote inside them opens and closes at once. */
function csvScanner(): Scanner {
  let header: string | undefined;
  let isQuoted = false;
  return {
    *ends(text, from) {
      for (let index = from; index < text.length; index++) {
        const character = text[index];
        if (character === '"') isQuoted = !isQuoted;
        if (character !== "\n" || isQuoted) continue;
        yield [index + 1, header !== undefined];
        header ??= text.slice(0, index + 1);
      }
    },
    wrap: (records, isFirst) => (isFirst ? records : `${header ?? ""}${records}`),
  };
}

function lineScanner(): Scanner {
  return {
    *ends(text, from) {
      for (let at = text.indexOf("\n", from); at !== -1; at = text.indexOf("\n", at + 1)) yield [at + 1, true];
    },
    wrap: (records) => records,
  };
}

/** Members of the outermost object, or elements of the outermost list: what a comma ends there. */
function jsonScanner(): Scanner {
  let [depth, isString, isEscaped, open] = [0, false, false, ""];
  const close = () => (open === "[" ? "]" : "}");
  return {
    *ends(text, from) {
      for (let index = from; index < text.length; index++) {
        const character = text[index] ?? "";
        if (isString) {
          if (character === '"' && !isEscaped) isString = false;
          isEscaped = character === "\\" && !isEscaped;
        } else if (character === '"') isString = true;
        else if (character === "{" || character === "[") {
          if (depth++ === 0 && open === "") open = character;
        } else if (character === "}" || character === "]") depth--;
        else if (character === "," && depth === 1) yield [index + 1, true];
      }
    },
    wrap(records, isFirst, isLast) {
      const body = isFirst ? records : `${open}${records}`;
      return isLast ? body : `${body.slice(0, -1)}${close()}`;
    },
  };
}

const scanners: Record<FileFormat, () => Scanner> = { csv: csvScanner, json: jsonScanner, ndjson: lineScanner };
