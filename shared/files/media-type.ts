/**
 * What a file is called on the wire: decided from its name and its content, never from what a client says. Pure; the
 * table of `media-type.test.ts` says it case by case.
 *
 * Content wins over the name, with three exceptions. Containers (a ZIP, say) are named by what they are used for. Of
 * text the name knows more: a CSV file and a note look alike. And what the name *or* the content shows to be a page or a
 * script is called one, so that nothing gives it out as something harmless; see `download-headers.ts`.
 */
import { getMimeType } from "hono/utils/mime";

/** What the first bytes of a file show. */
export interface Look {
  /** By its magic number; undefined when it has none that is known. */
  magic?: string | undefined;
  /** Which kind of text it is; undefined for what is none, and for nothing at all. */
  text?: "html" | "svg" | "xml" | "json" | "ndjson" | "csv" | "tsv" | "plain" | undefined;
  isEmpty?: boolean;
}

export const INERT = "application/octet-stream";

const byEnding: Record<string, string> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  tab: "text/tab-separated-values",
  json: "application/json",
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
  geojson: "application/geo+json",
  md: "text/markdown",
  markdown: "text/markdown",
  txt: "text/plain",
  log: "text/plain",
  py: "text/x-python",
  sql: "application/sql",
  yaml: "application/yaml",
  yml: "application/yaml",
  toml: "application/toml",
  parquet: "application/vnd.apache.parquet",
  duckdb: "application/vnd.duckdb",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xlsm: "application/vnd.ms-excel.sheet.macroenabled.12",
  xls: "application/vnd.ms-excel",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  doc: "application/msword",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  ppt: "application/vnd.ms-powerpoint",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  jar: "application/java-archive",
  epub: "application/epub+zip",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  tar: "application/x-tar",
};

const textLooks: Record<NonNullable<Look["text"]>, string> = {
  html: "text/html",
  svg: "image/svg+xml",
  xml: "application/xml",
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  plain: "text/plain",
};

/** Magic numbers that consist of letters. Any other on what is text throughout is a chance: `BM` begins words, too. */
const wordyMagic = /^application\/(pdf|rtf|postscript|eps|x-shockwave-flash)$/;

/** Containers, and the names that say what is in them. */
const containers: readonly (readonly [magic: RegExp, names: RegExp])[] = [
  [/^application\/zip$/, /openxmlformats|opendocument|java-archive|epub|vnd\.ms-|\+zip$|kmz/],
  [/^application\/x-cfb$/, /msword|vnd\.ms-|vnd\.visio/],
  [/^(video|audio|application)\/(mp4|quicktime|ogg)$/, /^(video|audio)\//],
  [/^video\/(webm|matroska|x-matroska)$/, /^(video|audio)\/(webm|matroska|x-matroska)$/],
];

/** Formats without a mark of their own, of which the name is all there is. */
const unmarked = /^(audio\/mpeg|video\/mp2t|video\/mpeg|application\/(x-tar|x-pickle|x-hdf5?|wasm))$/;

/** The media type of a file, without parameters. */
export function decideMediaType(name: string, { magic, text, isEmpty = false }: Look): string {
  const named = typeByName(name);
  if (isEmpty) return isTextType(named) ? named : INERT;
  if (text === undefined) return ofBinary(named, magic);
  return magic !== undefined && wordyMagic.test(magic) ? magic : ofText(named, text);
}

function ofBinary(named: string, magic: string | undefined): string {
  if (magic === undefined) return unmarked.test(named) ? named : INERT;
  const isInContainer = containers.some(([marks, names]) => marks.test(magic) && names.test(named));
  return isInContainer ? named : magic;
}

function ofText(named: string, text: NonNullable<Look["text"]>): string {
  if (text === "html" || text === "svg") return textLooks[text];
  if (text === "xml") return isMarkup(named) ? named : textLooks.xml;
  if (isMarkup(named) || isScript(named)) return named;
  // A name that promises JSON is believed where the content is some.
  if (/json/.test(named)) return text === "json" ? named : text === "ndjson" ? textLooks.ndjson : textLooks.plain;
  return isTextType(named) ? named : textLooks[text];
}

/** The media type that a name alone suggests. */
export function typeByName(name: string): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const known = Object.hasOwn(byEnding, ending) ? byEnding[ending] : getMimeType(name.toLowerCase());
  return known?.split(";")[0]?.trim() ?? INERT;
}

function isMarkup(type: string): boolean {
  return /^(text\/html|(text|application)\/xml)$|\+xml$/.test(type);
}

function isScript(type: string): boolean {
  return /^(text|application)\/(x-)?(javascript|ecmascript)$/.test(type);
}

function isTextType(type: string): boolean {
  if (isMarkup(type) || isScript(type) || type.startsWith("text/")) return true;
  return /^application\/(json|x-ndjson|geo\+json|ld\+json|yaml|toml|sql|x-sh|manifest\+json)$/.test(type);
}
