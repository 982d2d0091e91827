import { type SyntaxNode, childOfType } from "./syntax-node.ts";

/** A string as it stands: its prefix, its quotes, what is between them. */
export interface StringParts {
  prefix: string;
  quote: string;
  /** Between the quotes, escapes as they are written. */
  raw: string;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The parts of a node `string`. */
export function stringParts(node: SyntaxNode, source: string): StringParts {
  const start = childOfType(node, "string_start");
  const opening = source.slice(node.start, start?.end ?? node.start);
  const prefix = /^[A-Za-z]*/.exec(opening)?.[0] ?? "";
  const quote = opening.slice(prefix.length);
  return { prefix, quote, raw: source.slice(node.start + opening.length, node.end - quote.length) };
}

/** The text of a plain string: undefined for bytes, for f-strings with fields, and for escapes by name. */
export function textOfString(node: SyntaxNode, source: string): string | undefined {
  const { prefix, raw } = stringParts(node, source);
  if (/[bBfFtT]/.test(prefix)) return undefined;
  return /[rR]/.test(prefix) ? raw : unescapeText(raw);
}

/** What Python makes of the escapes of a text; undefined where it refuses one or we do not know it. */
export function unescapeText(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw;
  let isKnown = true;
  const text = raw.replace(
    /\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g,
    (whole, code: string) => {
      if (/^[\r\n]/.test(code)) return "";
      if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      if (/^[xuU]./.test(code)) {
        const point = Number.parseInt(code.slice(1), 16);
        if (point <= 0x10ffff) return String.fromCodePoint(point);
      }
      if (/^[xuUN]/.test(code)) isKnown = false;
      // A backslash before any other letter is a backslash: paths of Windows rely on it.
      return SIMPLE_ESCAPES[code] ?? whole;
    },
  );
  return isKnown ? text : undefined;
}
