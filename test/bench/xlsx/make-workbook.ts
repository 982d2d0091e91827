/** `node make-workbook.ts <path> <rows>`: the same workbook for the same number of rows, as exceljs streams it. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import ExcelJS from "exceljs";

const cities = ["Berlin", "São Paulo", "Nairobi", "Osaka", "Lima"];
const firstDay = Date.UTC(2026, 0, 1);
const header = [
  "id",
  "customer",
  "city",
  "ordered_at",
  "shipped_on",
  "quantity",
  "price",
  "discount",
  "paid",
  "note",
] as const;

/** Ten columns of the kinds that tables have: whole numbers, decimals, dates, booleans, texts seldom and often shared. */
async function makeWorkbook(path: string, rows: number): Promise<void> {
  const stream = createWriteStream(path);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true, useStyles: true });
  const sheet = workbook.addWorksheet("Orders");
  sheet.columns = header.map((name) => ({ header: name, width: 14 }));
  sheet.getColumn(4).numFmt = "yyyy-mm-dd hh:mm";
  sheet.getColumn(5).numFmt = "yyyy-mm-dd";
  const next = numbersFrom(7);
  for (let id = 1; id <= rows; id++) {
    sheet.addRow(toRow(id, next)).commit();
    // Lets the stream be written out, or all of it would wait in memory.
    if (id % 1_000 === 0 && stream.writableNeedDrain) await once(stream, "drain");
  }
  sheet.commit();
  await workbook.commit();
}

function toRow(id: number, next: (limit: number) => number): unknown[] {
  const ordered = firstDay + next(365 * 24 * 60) * 60_000;
  const shipped = ordered - (ordered % 86_400_000) + next(9) * 86_400_000;
  const customer = `customer_${next(90_000)}`;
  const price = (100 + next(900_000)) / 100;
  const note = `note, ${next(400_000)}`;
  return [
    id,
    customer,
    cities[next(cities.length)],
    new Date(ordered),
    new Date(shipped),
    next(100),
    price,
    next(9) / 10,
    next(2) === 0,
    next(5) === 0 ? null : note,
  ];
}

/** A linear congruential generator: the high bits, because the low ones repeat soon. */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

await makeWorkbook(process.argv[2] ?? "", Number(process.argv[3]));
