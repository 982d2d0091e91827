/** Reads off a file's first bytes what it may be. Cheap and bounded; hostile bytes come to nothing worse than "plain". */
import { fileTypeFromBuffer } from "file-type";
import { decideMediaType, type Look } from "./media-type.ts";

/** As much of a file as is looked at. */
export const HEAD_BYTES = 64 * 1024;

/** The media type of a file whose first bytes these are; `isWhole` when there are no more. */
export async function detectMediaType(name: string, head: Uint8Array, isWhole: boolean): Promise<string> {
  return decideMediaType(name, await lookAt(head, isWhole));
}

export async function lookAt(head: Uint8Array, isWhole: boolean): Promise<Look> {
  if (head.byteLength === 0) return { isEmpty: true };
  const text = readText(head);
  return { magic: await findMagic(head), text: text === undefined ? undefined : kindOfText(text, isWhole) };
}

async function findMagic(head: Uint8Array): Promise<string | undefined> {
  if (Buffer.from(head.subarray(8, 12)).toString("latin1") === "DUCK") return "application/vnd.duckdb";
  // It reads on where a format says more lies; what is cut off or malformed is no format that it knows.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime;
}

/** Control characters that no text has: all but bell, tab, line and page breaks, escape and the separators. */
function isNoText(code: number): boolean {
  return code < 7 || (code > 13 && code < 27) || code === 127;
}

/** The head as text, where it is some: UTF-8, UTF-16 with its mark, or bytes of an older code page. */
function readText(head: Uint8Array): string | undefined {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = new TextDecoder(isUtf16 ? (head[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(head);
  for (let index = 0; index < text.length; index++) if (isNoText(text.charCodeAt(index))) return undefined;
  return text;
}

function kindOfText(text: string, isWhole: boolean): NonNullable<Look["text"]> {
  return kindOfMarkup(text) ?? kindOfJson(text, isWhole) ?? kindOfTable(text, isWhole) ?? "plain";
}

function kindOfMarkup(text: string): "html" | "svg" | "xml" | undefined {
  const start = text.trimStart();
  if (!start.startsWith("<")) return undefined;
  // What may stand before the first element, taken off piece by piece: one expression for all could be made to crawl.
  let rest = start;
  for (
    let piece = /^<(\?|!--|!doctype\s+svg)/i.exec(rest);
    piece !== null;
    piece = /^<(\?|!--|!doctype\s+svg)/i.exec(rest)
  ) {
    const end = piece[1] === "?" ? "?>" : piece[1] === "!--" ? "-->" : ">";
    const at = rest.indexOf(end);
    if (at === -1) break;
    rest = rest.slice(at + end.length).trimStart();
  }
  if (/^<(svg|[a-z]+:svg)[\s>/]/i.test(rest)) return "svg";
  if (
    /^<(!doctype\s+html|html|head|body|script|iframe|style|meta|title|base|object|embed|form|frameset)[\s>/]/i.test(
      rest,
    )
  ) {
    return "html";
  }
  return start.startsWith("<?xml") ? "xml" : undefined;
}

function kindOfJson(text: string, isWhole: boolean): "json" | "ndjson" | undefined {
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (!/^[[{]/.test(start)) return undefined;
  if (isWhole && isJson(start)) return "json";
  const [first, second] = wholeLines(start, isWhole);
  if (first !== undefined && isJson(first)) return second === undefined || isJson(second) ? "ndjson" : undefined;
  return !isWhole && /^(\{\s*"|\[\s*[[{"\d\-tfn\]])/.test(start) ? "json" : undefined;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Lines that have the same number of separators, and at least one. Quoted ones are not looked into: it is a guess. */
function kindOfTable(text: string, isWhole: boolean): "csv" | "tsv" | undefined {
  const lines = wholeLines(text, isWhole);
  if (lines.length < 2) return undefined;
  for (const [kind, separator] of [
    ["tsv", "\t"],
    ["csv", ","],
  ] as const) {
    const counts = new Set(lines.map((line) => line.split(separator).length));
    if (counts.size === 1 && !counts.has(1)) return kind;
  }
  return undefined;
}

/** The first ten lines, without the one that the head cuts off. */
function wholeLines(text: string, isWhole: boolean): string[] {
  const lines = text.split(/\r?\n/, 11);
  if (!isWhole || lines.at(-1) === "") lines.pop();
  return lines.slice(0, 10);
}
