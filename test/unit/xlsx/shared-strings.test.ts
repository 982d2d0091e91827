import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readSharedStrings } from "../../../shared/tables/xlsx/shared-strings.ts";

const items: [xml: string, text: string][] = [
  ["<si><t>Lima</t></si>", "Lima"],
  ['<si><t xml:space="preserve"> spaced </t></si>', " spaced "],
  ["<si><t></t></si>", ""],
  ["<si><t/></si>", ""],
  ["<si><t>a &amp; b > c</t></si>", "a & b > c"],
  ["<si><t>São Paulo _x000D_ 📈</t></si>", "São Paulo \r 📈"],
  ["<si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>", "rich text"],
  ["<si><t>課</t><rPh sb='0' eb='1'><t>カ</t></rPh></si>", "課"],
  ["<si>\n <t>apart</t>\n</si>", "apart"],
  ["<si><t>cut <![CDATA[<in>]]> two</t></si>", "cut <in> two"],
  ["<si><t >odd</t></si>", "odd"],
];

test.each([1, 7, 64, 100_000])(
  "readSharedStrings() reads every way to write a text, %i bytes at a time",
  async (size) => {
    const xml = Buffer.from(`<?xml version="1.0"?><sst count="9">${items.map(([item]) => item).join("")}</sst>`);
    const pieces = Array.from({ length: Math.ceil(xml.length / size) }, (_, index) =>
      xml.subarray(index * size, (index + 1) * size),
    );
    const strings = await readSharedStrings(Readable.from(pieces));
    expect(Array.from({ length: strings.count }, (_, index) => strings.get(index))).toEqual(
      items.map(([, text]) => text),
    );
  },
);

test("readSharedStrings() refuses a part that ends in the middle of a text", async () => {
  await expect(readSharedStrings(Readable.from([Buffer.from("<sst><si><t>Li")]))).rejects.toThrow("cut short");
});
