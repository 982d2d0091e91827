import fc from "fast-check";
import { expect, test } from "vitest";
import { TextTable } from "../../../shared/tables/xlsx/text-table.ts";
import { isPlainText } from "../../../shared/tables/xlsx/xml-text.ts";
import { loadSheetData } from "./load.ts";

test("TextTable gives back every text it was given", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "grapheme", minLength: 60, maxLength: 20_000 }),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 150 }), (texts) => {
      const table = new TextTable();
      for (const value of texts) table.addText(value);
      expect(texts.map((_, index) => table.get(index))).toEqual(texts);
      expect(texts.map((_, index) => table.byteLength(index))).toEqual(texts.map((value) => Buffer.byteLength(value)));
    }),
    { numRuns: 50 },
  );
});

test.each<[string | Buffer, boolean]>([
  ["", true],
  ["plain text, with\nlines and _ underscores_", true],
  ["Größe 數據 📈", true],
  ["a &amp; b", false],
  ["a\r\nb", false],
  ["_x000D_", false],
  [Buffer.from([0x61, 0xff, 0x62]), false],
])("isPlainText(%j) is %s", (text, expected) => {
  const bytes = Buffer.from(text);
  expect(isPlainText(bytes, 0, bytes.length)).toBe(expected);
});

test("a table holds every text of its sheet, short or long, shared or not, beside gaps and other kinds", async () => {
  const text = fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 })
    .map((value) => value.replace(/[<&_\s]/g, "-"));
  const value = fc.oneof(
    text.map((inline) => ({ xml: `<c t="inlineStr"><is><t>${inline}</t></is></c>`, value: inline })),
    fc.nat(3).map((index) => ({ xml: `<c t="s"><v>${index}</v></c>`, value: shared[index] })),
    fc.nat(1e6).map((number) => ({ xml: `<c><v>${number}</v></c>`, value: String(number) })),
    fc.constant({ xml: "<c/>", value: null }),
    fc.constant({ xml: '<c t="e"><v>#N/A</v></c>', value: null }),
  );
  const head = '<row><c t="inlineStr"><is><t>text</t></is></c><c t="inlineStr"><is><t>id</t></is></c></row>';
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 100 }), async (values) => {
      const rows = values.map(({ xml }) => `<row>${xml}<c t="b"><v>1</v></c></row>`).join("");
      const last = '<row><c t="inlineStr"><is><t>last</t></is></c><c t="b"><v>1</v></c></row>';
      const { cells } = await loadSheetData(head + rows + last, { strings: shared.map((each) => `<t>${each}</t>`) });
      expect(cells.map(([cell]) => cell)).toEqual([...values.map((each) => each.value), "last"]);
    }),
    { numRuns: 25 },
  );
});

const shared = ["twelve bytes", "more than twelve bytes", "x", "Größe 數據 📈 ".repeat(20)];
