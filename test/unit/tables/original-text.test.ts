import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { originalTextSql } from "../../../shared/tables/original-text.ts";
import { typeRules } from "../../../shared/tables/types/type-rules.ts";
import { type Workshop, workshop } from "./build-one.ts";

/** The texts of a table's cells, made again from its values by what the catalogue says. */
async function textsOf({ ask }: Workshop, table: string): Promise<unknown[][]> {
  const columns = await ask(
    `SELECT column_name, rule, null_text, text_sql, exceptions FROM cubby.columns
     WHERE table_name = '${table}' ORDER BY position`,
  );
  const written = columns.map(([name, rule, nullText, sql, exceptions]) => ({
    name: String(name),
    rule: String(rule),
    null_text: String(nullText),
    text_sql: String(sql),
    exceptions: Number(exceptions),
  }));
  return ask(originalTextSql(table, written));
}

function toCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
const two = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value).padStart(2, "0"));
const bare = (min: number, max: number) => fc.integer({ min, max }).map(String);
const joined = (separator: string, ...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.join(separator));
const sign = fc.constantFrom("", "", "-");
const whole = fc.tuple(sign, fc.bigInt({ min: 0n, max: 10n ** 25n })).map(([minus, value]) => `${minus}${value}`);
const year = fc.integer({ min: 1900, max: 2099 }).map(String);
const clock = joined(":", two(0, 23), two(0, 59), two(0, 59));
const isoDate = joined("-", year, two(1, 12), two(1, 28));

/** Ways in which a column may be written: evenly, and not. */
const styles: Record<string, fc.Arbitrary<string>> = {
  "small whole numbers": fc.integer().map(String),
  "large whole numbers": whole,
  "zeros in front": digits(5),
  "two decimals": fc.tuple(sign, fc.nat(99_999), digits(2)).map(([s, n, d]) => `${s}${n}.${d}`),
  "seven decimals": fc.tuple(sign, fc.nat(99_999), digits(7)).map(([s, n, d]) => `${s}${n}.${d}`),
  "tiny decimals": digits(3).map((d) => `0.00000${d}`),
  "as JavaScript writes": fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  "as Python writes": fc
    .integer({ min: -9999, max: 9999 })
    .map((n) => (Number.isInteger(n / 8) ? `${n / 8}.0` : String(n / 8))),
  "sometimes decimals": fc
    .tuple(fc.nat(99), fc.constantFrom("", ".5", ".50", ".0", ".", ".125"))
    .map(([n, d]) => `${n}${d}`),
  exponents: fc
    .tuple(fc.nat(9), fc.constantFrom("e5", "E+10", "e-07", ".5e+20", "e-7", ".50e-3"))
    .map(([n, e]) => `${n}${e}`),
  "a ledger": fc.tuple(sign, digits(16), digits(2)).map(([s, n, d]) => `${s}1${n}.${d}`),
  "an uneven ledger": fc.tuple(digits(16), fc.constantFrom("", ".5", ".50")).map(([n, d]) => `1${n}${d}`),
  "decimal comma": fc.tuple(fc.nat(999), digits(2)).map(([n, d]) => `${n},${d}`),
  "uneven comma": fc.tuple(fc.nat(9999), fc.constantFrom("", ",5", ",50")).map(([n, d]) => `${n}${d}`),
  booleans: fc.constantFrom("True", "False"),
  "mixed booleans": fc.constantFrom("true", "False", "TRUE"),
  dates: isoDate,
  times: clock,
  "times with a fraction": fc.tuple(clock, fc.constantFrom("", ".5", ".50", ".123456")).map(([c, f]) => c + f),
  timestamps: joined(" ", isoDate, clock),
  "timestamps with T": joined("T", isoDate, clock),
  "timestamps with milliseconds": fc.tuple(isoDate, clock, digits(3)).map(([d, c, f]) => `${d} ${c}.${f}`),
  "timestamps as they come": fc
    .tuple(isoDate, fc.constantFrom("T", " "), clock, fc.constantFrom("", ".5", ".500", ".123456"))
    .map((parts) => parts.join("")),
  "UTC timestamps": joined("T", isoDate, clock).map((text) => `${text}Z`),
  "uneven UTC timestamps": fc
    .tuple(isoDate, fc.constantFrom("T", " "), clock, fc.constantFrom("Z", ".25Z"))
    .map((parts) => parts.join("")),
  "timestamps to the minute": joined(" ", isoDate, joined(":", two(0, 23), two(0, 59))),
  "days first": joined(".", two(1, 28), two(1, 12), year),
  "days first, bare": joined(".", bare(1, 28), bare(1, 12), year),
  "days first, mixed": joined("/", fc.oneof(two(1, 28), bare(1, 28)), fc.oneof(two(1, 12), bare(1, 12)), year),
  "months first": joined("/", two(1, 12), two(13, 28), year),
  "months first, bare, with time": fc
    .tuple(joined("/", bare(1, 12), bare(13, 28), year), joined(":", bare(0, 23), two(0, 59)))
    .map((parts) => parts.join(" ")),
  "months by name": fc.tuple(two(1, 28), fc.constantFrom("Jan", "Feb", "Dec"), year).map((parts) => parts.join(" ")),
  words: fc.string({ unit: fc.constantFrom("a", "B", "é", " ", '"', ",", "\n", "'", "1", "."), maxLength: 6 }),
};

const gaps: Record<string, (text: fc.Arbitrary<string>) => fc.Arbitrary<string>> = {
  "no gaps": (text) => text,
  "empty cells": (text) => fc.oneof({ weight: 4, arbitrary: text }, fc.constant("")),
  NA: (text) => fc.oneof({ weight: 4, arbitrary: text }, fc.constant("NA")),
  "several spellings of NULL": (text) =>
    fc.oneof({ weight: 4, arbitrary: text }, fc.constantFrom("", "NA", "null", "n/a")),
  "spaces around some": (text) =>
    fc.tuple(fc.constantFrom("", " ", "  "), text, fc.constantFrom("", " ")).map((parts) => parts.join("")),
};

describe("the original text of a table", () => {
  test.each(Object.keys(gaps))("comes back from its values, however columns are written: %s", async (gap) => {
    const withGaps = gaps[gap] ?? ((text) => text);
    const columns = Object.values(styles).map(
      (style) => fc.sample(fc.array(withGaps(style), { minLength: 60, maxLength: 60 }), 1)[0] ?? [],
    );
    const names = ["id", ...Object.keys(styles).map((name) => name.replaceAll(",", ""))];
    const rows = Array.from({ length: 60 }, (_, row) => [`r${row}`, ...columns.map((cells) => cells[row] ?? "")]);
    const shop = await workshop();
    const { reports } = await shop.build({ "uploads/t.csv": toCsv([names, ...rows]) });
    expect(reports).toMatchObject([{ status: "converted", rows: 60, header_row: 1 }]);
    const texts = await textsOf(shop, "t");
    for (const [index, name] of names.entries()) {
      expect(
        texts.map((row) => row[index]),
        name,
      ).toEqual(rows.map((row) => row[index]));
    }
  });

  test("comes back of cells that differ from the others far below", async () => {
    const shop = await workshop();
    const lines = Array.from({ length: 5000 }, (_, row) => [
      `${row}.25`,
      `2024-01-01 00:00:${row % 60 < 10 ? "0" : ""}${row % 60}`,
    ]);
    lines.push(["7.5", "2024-01-01T00:00:00"], ["8", "2024-01-01 00:00:00.5"]);
    await shop.build({ "uploads/t.csv": toCsv([["n", "at"], ...lines]) });
    expect(await textsOf(shop, "t")).toEqual(lines);
    expect(await shop.ask("SELECT column_name, row, text FROM cubby.cells WHERE column_name = 'at'")).toEqual([
      ["at", "5000", "2024-01-01T00:00:00"],
    ]);
  });

  test("needs nothing beside the table where a column is written evenly", async () => {
    const shop = await workshop();
    const even = toCsv([
      ["price", "at", "day", "flag", "n"],
      ["1.50", "2024-01-01T00:00:00Z", "31/12/2024", "True", "NA"],
      ["22.00", "2024-01-02T10:20:30Z", "01/02/2024", "False", "5"],
    ]);
    await shop.build({ "uploads/t.csv": even });
    expect(await shop.ask("SELECT column_name, type, rule, null_text, exceptions FROM cubby.columns")).toEqual([
      ["price", "DOUBLE", "double_fixed_2", "", "0"],
      ["at", "TIMESTAMP", "timestamp_utc#t_0", "", "0"],
      ["day", "DATE", "dmy_slash#padded", "", "0"],
      ["flag", "BOOLEAN", "boolean_True", "", "0"],
      ["n", "BIGINT", "bigint", "NA", "0"],
    ]);
    expect(await shop.ask("SELECT count(*) FROM cubby.cells")).toEqual([["0"]]);
  });

  test("goes with its table", async () => {
    const shop = await workshop();
    await shop.build({ "uploads/t.csv": "a,b\n1.5,x\n1.50,y\n" });
    expect(await shop.ask("SELECT table_name, column_name, row, text FROM cubby.cells")).toEqual([
      ["t", "a", "1", "1.50"],
    ]);
    await shop.build({}, ["uploads/t.csv"]);
    expect(await shop.ask("SELECT count(*) FROM cubby.cells")).toEqual([["0"]]);
  });
});

describe("type rules", () => {
  test("have names of their own, and every spelling belongs to a rule that takes it too", () => {
    const ids = typeRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, isExact, formOf } of typeRules) {
      if (formOf === undefined) continue;
      expect(isExact, id).toBe(true);
      expect(
        ids.some((other) => other === formOf || other.startsWith(`${formOf}_`)),
        id,
      ).toBe(true);
    }
  });
});
