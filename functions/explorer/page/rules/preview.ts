/** What a file shows of itself, decided from name, type and first bytes; nothing of it ever runs. */
export type Preview =
  | { kind: "image"; bytes: Uint8Array<ArrayBuffer>; type: string }
  | { kind: "table"; rows: string[][]; isCut: boolean }
  | { kind: "markdown"; text: string; isCut: boolean }
  | { kind: "text"; text: string; isCut: boolean }
  | { kind: "none"; why: string };

/** As much of a text as is read for looking at it. */
export const TEXT_BYTES = 96 * 1024;
/** Larger pictures are downloaded, not shown. */
export const IMAGE_BYTES = 20_000_000;

/** Drawn by the browser from bytes alone. An SVG in an `img` runs nothing and loads nothing. */
const images: readonly [RegExp, string][] = [
  [/\.png$/i, "image/png"],
  [/\.jpe?g$/i, "image/jpeg"],
  [/\.gif$/i, "image/gif"],
  [/\.webp$/i, "image/webp"],
  [/\.avif$/i, "image/avif"],
  [/\.svg$/i, "image/svg+xml"],
];

export function imageType(name: string): string | undefined {
  return images.find(([pattern]) => pattern.test(name))?.[1];
}

export function previewText(name: string, bytes: Uint8Array, isCut: boolean): Preview {
  const text = decodeText(bytes, isCut);
  if (text === undefined) return { kind: "none", why: "This is no text. Download it to look inside." };
  if (/\.md$/i.test(name)) return { kind: "markdown", text, isCut };
  if (/\.(csv|tsv|tab)$/i.test(name)) return { kind: "table", rows: parseCells(text, isCut), isCut };
  if (/\.json$/i.test(name) && !isCut) return { kind: "text", text: prettyJson(text), isCut };
  return { kind: "text", text, isCut };
}

/** UTF-16 by its mark, UTF-8 where it is, Windows-1252 where it may be; undefined for what is no text at all. */
export function decodeText(bytes: Uint8Array, isCut: boolean): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, 4096).includes(0)) return undefined;
  try {
    // As a stream where the end may have been cut within a character.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** JSON laid out; every digit and key stays as it stands, because nothing is parsed. */
function prettyJson(text: string): string {
  if (text.includes("\n")) return text;
  let depth = 0;
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (token) => {
    const line = () => `\n${"  ".repeat(depth)}`;
    if (token === "{" || token === "[") {
      depth++;
      return `${token}${line()}`;
    }
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      return `${line()}${token}`;
    }
    if (token === ",") return `,${line()}`;
    return token === ":" ? ": " : token;
  });
}

const MAX_ROWS = 100;

/** The first rows of a delimited text, only to look at: what it means is decided where it becomes a table. */
export function parseCells(text: string, isCut: boolean): string[][] {
  const [firstLine = ""] = text.split(/\r?\n/, 1);
  const counts = [",", ";", "\t", "|"].map((mark) => ({ mark, count: firstLine.split(mark).length }));
  const mark = counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length && rows.length <= MAX_ROWS; at++) {
    const character = text[at] ?? "";
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === mark || character === "\n") {
      rows.at(-1)?.push(cell.replace(/\r$/, ""));
      cell = "";
      if (character === "\n") rows.push([]);
    } else cell += character;
  }
  // The last row of a cut text may be half a row.
  if (cell !== "" && !isCut) rows.at(-1)?.push(cell);
  return rows.filter((row) => row.length > 0 && row.some((value) => value !== "")).slice(0, MAX_ROWS);
}
