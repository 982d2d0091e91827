import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "./errors.ts";

/** What an element may hold: text, children by name, or one element per item of a list. */
export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** Writes a document in S3's namespace. Absent values leave no element; lists repeat theirs. */
export function writeXml(root: string, content: XmlObject): string {
  const namespace = root === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${writeChildren(content)}</${root}>`;
}

function writeChildren(content: XmlObject): string {
  return Object.entries(content)
    .map(([name, value]) => writeElement(name, value))
    .join("");
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((item) => writeElement(name, item)).join("");
  return `<${name}>${typeof value === "object" ? writeChildren(value) : escapeText(String(value))}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters become references as in S3's answers: parsers would fold a bare CR into LF. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters
  return text.replace(/[&<>"\u0000-\u001f]/g, (c) => escapes[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

// Entities are resolved below, by us: the parser's own resolution is where XML bombs live.
const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
});

/** Children of an element by name, as the request wrote them. */
export class XmlElement {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** Every child of that name, in order. */
  children(name: string): XmlElement[] {
    const value = this.#value;
    // Own properties only: an element called `constructor` must not find the prototype's.
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
    const found = (value as Record<string, unknown>)[name];
    return (Array.isArray(found) ? found : [found]).map((child) => new XmlElement(child));
  }

  /** The text of the only child of that name; undefined when absent, refused when given twice. */
  text(name: string): string | undefined {
    const [first, second] = this.children(name);
    if (second !== undefined) throw new S3Error("MalformedXML");
    return first?.ownText();
  }

  ownText(): string {
    if (typeof this.#value === "string") return unescapeText(this.#value);
    throw new S3Error("MalformedXML");
  }
}

/** Parses a request's document whose root must have that name; throws MalformedXML. */
export function parseXml(text: string, root: string): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new S3Error("MalformedXML");
  try {
    if (XMLValidator.validate(text) !== true) throw new S3Error("MalformedXML");
    const [element] = new XmlElement(parser.parse(text)).children(root);
    if (element !== undefined) return element;
  } catch (error) {
    // Also catches what the parser throws by itself, such as a stack overflow on deep nesting.
    if (error instanceof S3Error) throw error;
  }
  throw new S3Error("MalformedXML");
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi, (_, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? malformed();
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : malformed();
  });
}

function malformed(): never {
  throw new S3Error("MalformedXML");
}
