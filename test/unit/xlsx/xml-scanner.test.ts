import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { AttributeCursor } from "../../../shared/tables/xlsx/attribute-cursor.ts";
import { elementName, scanXml } from "../../../shared/tables/xlsx/xml-scanner.ts";
import { decodeText, readAttributes, resolveEscapes } from "../../../shared/tables/xlsx/xml-text.ts";

const names = [
  "row",
  "c",
  "v",
  "is",
  "t",
  "r",
  "rPh",
  "f",
  "s",
  "n",
  "b",
  "e",
  "d",
  "str",
  "inlineStr",
  "hidden",
  "si",
  "xf",
];
const longNames = [
  "worksheet",
  "sheetData",
  "sheet",
  "sheets",
  "cellXfs",
  "numFmt",
  "workbookPr",
  "Relationship",
  "col",
  "cols",
];

/** The events of a document as one line: `<name a=1>`, `text`, `</name>`. */
async function scan(xml: string | Buffer, chunkSize = Number.POSITIVE_INFINITY): Promise<string> {
  const known = new Map([...names, ...longNames].map((name) => [elementName(name), name]));
  const bytes = Buffer.from(xml);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
  const events: string[] = [];
  await scanXml(Readable.from(chunks), {
    open(name, bytes, from, to) {
      const attributes = Object.entries(readAttributes(bytes, from, to)).map(([key, value]) => ` ${key}=${value}`);
      events.push(`<${known.get(name) ?? "?"}${attributes.join("")}>`);
    },
    close: (name) => void events.push(`</${known.get(name) ?? "?"}>`),
    text: (bytes, from, to) => void events.push(decodeText(bytes, from, to)),
  });
  return events.join("");
}

describe("elementName()", () => {
  test("tells the names in use apart", () => {
    expect(new Set([...names, ...longNames].map(elementName)).size).toBe(names.length + longNames.length);
  });
});

describe("scanXml()", () => {
  test.each([
    ["<row><c/></row>", "<row><c></c></row>"],
    ['<?xml version="1.0"?>\n<row\n r = "1"\tb=\'2\'/>', "\n<row r=1 b=2></row>"],
    ["<x:row xmlns:x='u'><x:c x:r='1'></x:c></x:row >", "<row x=u><c r=1></c></row>"],
    [
      "<v>a &lt; b &amp;amp; &#65;&#x1F600; &nope; &#xFFFFFFFF; &#xD800;</v>",
      "<v>a < b &amp; A😀 &nope; &#xFFFFFFFF; &#xD800;</v>",
    ],
    ["<v>a\r\nb\rc&#13;</v>", "<v>a\nb\nc\r</v>"],
    ["<v>a<!-- <c> -- > -->b</v>", "<v>ab</v>"],
    ["<v><![CDATA[<c> & ]] &lt;]]></v>", "<v><c> & ]] &lt;</v>"],
    ['<c r="a>b" s=\'"/>\'/>', '<c r=a>b s="/>></c>'],
    ["<v>Größe 數據 📈</v>", "<v>Größe 數據 📈</v>"],
    ["\ufeff<v>1</v>\n", "<v>1</v>"],
  ])("reads %j in pieces of any size", async (xml, events) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect((await scan(xml, size)).trim()).toBe(events.trim());
  });

  test.each([
    ["UTF-16 with a mark", Buffer.from("\ufeff<?xml version='1.0' encoding='UTF-16'?><v>Größe</v>", "utf16le")],
    ["UTF-16, big end first", Buffer.from("\ufeff<v>Größe</v>", "utf16le").swap16()],
    ["UTF-16 without a mark", Buffer.from("<?xml version='1.0' encoding='UTF-16'?><v>Größe</v>", "utf16le").swap16()],
    ["Latin-1", Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?><v>Größe</v>", "latin1")],
  ])("reads %s", async (_title, xml) => {
    expect(await scan(xml)).toBe("<v>Größe</v>");
    expect(await scan(xml, 49)).toBe("<v>Größe</v>");
  });

  test.each([
    ['<!DOCTYPE row [<!ENTITY a "b">]><row/>', "document type"],
    ["<!doctype row><row/>", "document type"],
    ["<row>", "cut short"],
    ["<row", "cut short"],
    ["<row><c></row>", "not well-formed"],
    ["</row>", "not well-formed"],
    ["<row/>x", "cut short"],
    ["<c>".repeat(300), "nested too deeply"],
    [`<v>${"x".repeat(9_000_000)}</v>`, "8 MB"],
    [`<v ${"x".repeat(9_000_000)}></v>`, "8 MB"],
    ["<?xml version='1.0' encoding='klingon'?><v/>", "unknown encoding"],
  ])("refuses %.40s", async (xml, reason) => {
    await expect(scan(xml, 1_000_000)).rejects.toMatchObject({ code: "unreadable_workbook" });
    await expect(scan(xml, 1_000_000)).rejects.toThrow(reason);
  });
});

describe("AttributeCursor", () => {
  test.each([
    [' r="A1" s="12"', ["r=A1", "s=12"]],
    ["\n r = 'A1'\t\tx:s='2'/", ["r=A1", "s=2"]],
    ["", []],
    [" hidden", []],
  ])("walks %j", (text, expected) => {
    const bytes = Buffer.from(text);
    const cursor = new AttributeCursor();
    cursor.start(bytes, 0, bytes.length);
    const seen: string[] = [];
    while (cursor.next()) {
      const name = names.find((candidate) => elementName(candidate) === cursor.name);
      seen.push(`${name}=${bytes.toString("latin1", cursor.valueFrom, cursor.valueTo)}`);
    }
    expect(seen).toEqual(expected);
  });
});

describe("resolveEscapes()", () => {
  test.each([
    ["a_x000D_b", "a\rb"],
    ["_x005F_x000D_", "_x000D_"],
    ["_x00e9_", "é"],
    ["_xD83D__xDCC8_", "📈"],
    ["_xD83D_ _xDCC8_", "_xD83D_ _xDCC8_"],
    ["_x12_", "_x12_"],
    ["plain_text", "plain_text"],
  ])("makes %j %j", (text, resolved) => {
    expect(resolveEscapes(text)).toBe(resolved);
  });
});
