import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CellCounter } from "../../../shared/tables/xlsx/cell-counter.ts";

/** The cells and rows counted in a sheet whose bytes come in pieces of that size. */
function count(xml: string, size = Infinity): [cells: number, rows: number] {
  const counter = new CellCounter();
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += size) counter.push(bytes.subarray(at, Math.min(at + size, bytes.length)));
  counter.end();
  return [counter.cells, counter.rows];
}

const sheetOf = (data: string, prefix = "") =>
  `<?xml version="1.0"?><${prefix}worksheet><${prefix}sheetData>${data}</${prefix}sheetData></${prefix}worksheet>`;

describe("CellCounter", () => {
  test.each<[string, cells: number, rows: number]>([
    ["", 0, 0],
    ['<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>', 2, 1],
    ['<row><c><v>1</v></c></row><row/><row><c s="1"/></row><row><c><v>1</v></c></row>', 2, 2],
    ['<row><c t="str"><f>A1&amp;""</f><v></v></c><c><v/></c><c><f>A1</f></c></row>', 0, 0],
    ['<row><c t="inlineStr"><is><r><t>a</t></r><r><rPr/><t>b</t></r></is></c><c><v>1</v></c></row>', 2, 1],
    ['<row><c t="inlineStr"><is><t>a</t></is><v>a</v></c></row>', 1, 1],
    ['<row><c t="inlineStr"><is><t><![CDATA[a < b]]></t></is></c><c><v>1</v></c></row>', 2, 1],
    ["<row>\n  <c>\n    <v>1</v>\n  </c>\n</row>", 1, 1],
  ])("counts in %s", (data, ...expected) => {
    expect(count(sheetOf(data))).toEqual(expected);
    const prefixed = data.replace(/<(\/?)(?=\w)/g, "<$1main:");
    expect(count(sheetOf(prefixed, "main:"))).toEqual(expected);
  });

  test("counts the same however the bytes are cut", () => {
    const row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v></v></c><c r="C1" t="s"><v>12</v></c></row>';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 700 }), (rows, size) => {
        expect(count(sheetOf(row.repeat(rows)), size)).toEqual([2 * rows, rows]);
      }),
    );
  });
});
