import { once } from "node:events";
import { createWriteStream } from "node:fs";
import ExcelJS from "exceljs";
import { type Column, columns, orders, type Row } from "./orders.ts";

export const formats = ["csv", "xlsx", "json"] as const;
export type Format = (typeof formats)[number];

/** Columns that a file of numbers and truth values writes without quotes. */
const numbers: readonly Column[] = ["id", "account", "quantity", "price", "amount"];

/** The orders as a file of this format, as its usual writers write them. */
export async function writeOrders(path: string, format: Format, count: number): Promise<void> {
  if (format === "xlsx") return writeWorkbook(path, count);
  const file = createWriteStream(path);
  const lines = format === "csv" ? csvLines(count) : jsonLines(count);
  for (const line of lines) if (!file.write(line)) await once(file, "drain");
  file.end();
  await once(file, "close");
}

function* csvLines(count: number): Generator<string> {
  yield `${columns.join(",")}\n`;
  for (const row of orders(count)) {
    const cells = row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
    yield `${cells.join(",")}\n`;
  }
}

/** One array of objects; numbers with the digits that they have, whatever JavaScript would make of them. */
function* jsonLines(count: number): Generator<string> {
  let before = "[\n";
  for (const row of orders(count)) {
    yield `${before}{${columns.map((name, index) => `"${name}":${toJson(name, row[index] ?? "")}`).join(",")}}`;
    before = ",\n";
  }
  yield "\n]\n";
}

function toJson(name: Column, cell: string): string {
  if (cell === "") return "null";
  const isBare = numbers.includes(name) || name === "paid" || (name === "code" && /^\d+$/.test(cell));
  return isBare ? cell : JSON.stringify(cell);
}

/** A number of a sheet has 15 digits: longer ones are text there, as Excel's own users have to write them. */
async function writeWorkbook(path: string, count: number): Promise<void> {
  const stream = createWriteStream(path);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true, useStyles: true });
  const sheet = workbook.addWorksheet("Orders");
  sheet.columns = columns.map((header) => ({ header, width: 14 }));
  sheet.getColumn(columns.indexOf("ordered_at") + 1).numFmt = "yyyy-mm-dd hh:mm:ss";
  let rows = 0;
  for (const row of orders(count)) {
    sheet.addRow(toCells(row)).commit();
    // Lets the stream be written out, or all of it would wait in memory.
    if (++rows % 1_000 === 0 && stream.writableNeedDrain) await once(stream, "drain");
  }
  sheet.commit();
  await workbook.commit();
}

function toCells(row: Row): unknown[] {
  return columns.map((name, index) => {
    const cell = row[index] ?? "";
    if (cell === "") return null;
    if (name === "ordered_at") return new Date(`${cell.replace(" ", "T")}Z`);
    if (name === "paid") return cell === "true";
    const isNumber =
      name === "id" || name === "quantity" || name === "price" || (name === "code" && /^\d+$/.test(cell));
    return isNumber ? Number(cell) : cell;
  });
}
