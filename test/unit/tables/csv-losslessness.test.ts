import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convertAll, type OneFile } from "./build-one.ts";

/** Columns as files have them: mostly of one kind, now and then with something that fits it nearly. */
const number = (unit: string, max: number) =>
  fc.string({ unit: fc.constantFrom(...unit), minLength: 1, maxLength: max });
const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
const day = fc
  .tuple(fc.integer({ min: 1900, max: 2100 }).map(String), two(12), two(30))
  .map((parts) => parts.join("-"));
const clock = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(":"));
const kinds: Record<string, fc.Arbitrary<string>> = {
  integers: fc.integer().map(String),
  "long integers": fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  codes: number("0123456789", 9),
  decimals: fc.tuple(fc.integer({ min: -999, max: 999 }), number("0123456789", 4)).map((parts) => parts.join(".")),
  doubles: fc.double({ noNaN: true }).map(String),
  "long decimals": fc.tuple(number("123456789", 16), number("0123456789", 6)).map((parts) => parts.join(".")),
  commas: fc.tuple(fc.nat(99), number("0123456789", 3)).map((parts) => parts.join(",")),
  days: day,
  moments: fc.tuple(day, clock).map((parts) => parts.join(" ")),
  booleans: fc.constantFrom("true", "false"),
  words: fc.string({ unit: fc.constantFrom("a", "é", " ", "日", '"', ",", ";", "\n", "0", "-", "'"), maxLength: 6 }),
};
const nasty = fc.constantFrom(
  ...["", "0", "-0", "00", "007", "+1", "1e5", "1E-7", "1.", ".5", "1.50", "1,234", "NA", "null", " 1", "2 ", "-"],
  ...["9223372036854775807", "9223372036854775808", "0.30000000000000004", "123456789012345678.5", "1e400", "inf"],
  ...["2024-02-30", "0000-01-01", "2024-1-2", "24:00:00", "True", "1_000", "٣", "12:30:00.10", "2024-01-01 24:00:00"],
);

/** So many that the last ones are in no sample. */
const ROWS = 2600;

interface Column {
  kind: string;
  seeds: string[];
  odd: [number, string][];
}

const column: fc.Arbitrary<Column> = fc.constantFrom(...Object.keys(kinds)).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    seeds: fc.array(kinds[kind] ?? nasty, { minLength: 5, maxLength: 40 }),
    odd: fc.array(fc.tuple(fc.nat(ROWS - 1), nasty), { maxLength: 2 }),
  }),
);

function cellsOf({ seeds, odd }: Column): string[] {
  const cells = Array.from({ length: ROWS }, (_, row) => seeds[(row * 7) % seeds.length] ?? "");
  for (const [row, cell] of odd) cells[row] = cell;
  return cells;
}

function write(columns: readonly string[][]): string {
  const quoted = (cell: string) => (/[",;'\n\r]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const rows = Array.from({ length: ROWS }, (_, row) => [`r${row}`, ...columns.map((cells) => cells[row] ?? "")]);
  const header = ["name", ...columns.map((_, index) => `c${index}`)];
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** True where the value says all that the text says, so that one could be written as the other. */
function saysTheSame(text: string, value: unknown, type: string, nulls: readonly string[]): boolean {
  if (value === null) return text === "" || (type !== "VARCHAR" && (text.trim() === "" || nulls.includes(text.trim())));
  if (type === "VARCHAR") return value === text;
  const plain = text.trim();
  if (type === "BIGINT" || type === "HUGEINT") return value === plain;
  if (type === "BOOLEAN") return String(value) === plain.toLowerCase();
  if (type === "DOUBLE") return isSameNumber(plain.replace(",", "."), value);
  if (type.startsWith("DECIMAL")) return withoutZeros(String(value)) === withoutZeros(plain);
  return withoutZeros(String(value)) === withoutZeros(plain.replace("T", " "));
}

/** The double is the nearest to the text, and so few digits are there that it is nobody else's, or all are its own. */
function isSameNumber(text: string, value: unknown): boolean {
  const said = decimalOf(text);
  if (said === undefined || !Object.is(Number(text), value)) return false;
  return said.digits.length <= 15 || JSON.stringify(said) === JSON.stringify(decimalOf(String(value)));
}

/** Digits without zeros around them, and the power of ten that goes with them. */
function decimalOf(text: string): { sign: string; digits: string; power: number } | undefined {
  const match = /^(-?)(?!0\d)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  return { sign, digits: short, power: Number(exponent) - fraction.length + digits.length - short.length };
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

describe("CSV to table", () => {
  test("table and report say all that the file says, whatever comes late", { timeout: 60_000 }, async () => {
    const samples = fc.sample(fc.array(column, { minLength: 2, maxLength: 4 }), 12);
    const tables = samples.map((columns) => columns.map(cellsOf));
    const files = Object.fromEntries(tables.map((columns, index) => [`f${index}.csv`, write(columns)]));
    const outcomes = await convertAll(files);
    for (const [index, columns] of tables.entries()) {
      const one = outcomes.get(`f${index}.csv`);
      if (one === undefined) throw new Error(`no report of file ${index}`);
      expect(one.report).toMatchObject({ status: "converted", rejected_rows: 0, rows: ROWS });
      expect(differences(one, columns), JSON.stringify(samples[index])).toEqual([]);
    }
  });
});

function differences(one: OneFile, columns: readonly string[][]): string[] {
  return columns.flatMap((cells, index) => {
    const { type = "", null_spellings: nulls = [] } = one.report.columns?.[index + 1] ?? {};
    const wrong = cells.findIndex((cell, row) => !saysTheSame(cell, one.rows[row]?.[index + 1], type, nulls));
    return wrong < 0 ? [] : [`row ${wrong}: "${cells[wrong]}" as ${type} is ${one.rows[wrong]?.[index + 1]}`];
  });
}
