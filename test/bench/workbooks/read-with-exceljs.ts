/** Does what `read_with_openpyxl.py` does, with exceljs: requests on standard input, cells into a file. */
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type PlacedCell, readWithExceljs } from "../../support/workbooks/exceljs-cells.ts";
import type { ReferenceAnswer, ReferenceRequest } from "./protocol.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as ReferenceRequest;
  console.log(JSON.stringify(await answer(request)));
}

async function answer({ path, out }: ReferenceRequest): Promise<ReferenceAnswer> {
  try {
    await writeFile(out, toLines(await readWithExceljs(await readFile(path))));
    return { ok: true };
  } catch (error) {
    return { error: String(error).slice(0, 200) };
  }
}

function toLines(cells: PlacedCell[]): string {
  const lines: string[] = [];
  for (const [sheet, inSheet] of Map.groupBy(cells, (cell) => cell.sheet)) {
    lines.push(JSON.stringify({ sheet }));
    for (const [row, inRow] of Map.groupBy(inSheet, (cell) => cell.row))
      lines.push(JSON.stringify([row, ...inRow.map(({ column, kind, value }) => [column, kind, value])]));
  }
  return lines.map((line) => `${line}\n`).join("");
}
