import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NEVER_PROVEN } from "../../../shared/tables/csv/cell-counter.ts";
import { readCsvSql } from "../../../shared/tables/csv/read-csv-sql.ts";
import { NORMAL_DIALECT } from "../../../shared/tables/csv/read-tolerantly.ts";
import type { TypeRule } from "../../../shared/tables/types/type-rule.ts";
import { typeRules } from "../../../shared/tables/types/type-rules.ts";
import { workshop } from "./build-one.ts";

const provable = typeRules.filter((rule) => rule.proves !== undefined);

/** Any number of decimals, with as many digits before them as fit or a few more. */
function fixedDecimal(): fc.Arbitrary<string> {
  const any = fc.string({ unit: fc.constantFrom(..."00123456789"), minLength: 40, maxLength: 40 });
  const whole = fc.oneof(fc.constant("0"), fc.nat(9999).map(String), any);
  return fc
    .tuple(fc.constantFrom("", "-"), whole, any, fc.integer({ min: 1, max: 31 }), fc.nat(2))
    .map(([sign, before, decimals, scale, more]) => {
      const room = before.slice(0, Math.max(1, 38 - scale + more));
      return `${sign}${room}.${decimals.slice(0, scale)}`;
    });
}

function proves(rule: TypeRule | undefined, text: string): boolean {
  // Among other bytes, as a cell stands in its file.
  const bytes = Buffer.from(`9${text}0`);
  return rule?.proves?.(bytes, 1, bytes.length - 1) ?? false;
}

function rule(id: string): TypeRule | undefined {
  return provable.find((one) => one.id === id);
}

/** Texts that are nearly numbers, dates and words of truth. */
function nasty(): fc.Arbitrary<string> {
  const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789019"), minLength: 1, maxLength: 22 });
  const sign = fc.constantFrom("", "", "-", "+", "--");
  const end = fc.constantFrom("", "", "", ".", ".0", ".50", "e5", "E-3", "Z", " ", ",5");
  const year = fc.constantFrom("0000", "0001", "1900", "2000", "2023", "2024", "9999");
  const date = fc.tuple(year, two(13), two(32)).map((parts) => parts.join("-"));
  const fraction = fc.constantFrom(
    "",
    "",
    ".5",
    ".50",
    ".000000",
    ".123456",
    ".1234567",
    ".",
    ".25",
    ".125",
    ".1234",
    ".12345",
  );
  const clock = fc.tuple(two(24), two(60), two(60), fraction).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`);
  const join3 = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(""));
  return fc.oneof(
    join3(sign, digits, end),
    join3(sign, fc.bigInt({ min: 2n ** 63n - 3n, max: 2n ** 63n + 3n }).map(String)),
    fc.double({ noNaN: true }).map(String),
    join3(sign, fc.nat(9999).map(String), fc.constant("."), digits),
    join3(sign, fc.constantFrom("0.", "0.0", "0.000", "0.0000", "0.00000", "7."), digits),
    date,
    clock,
    join3(date, fc.constantFrom(" ", "T", "t", "  "), clock, fc.constantFrom("", "", "Z", "+00")),
    join3(date, fc.constantFrom(" ", "T"), two(24), fc.constant(":"), two(60)),
    fc.constantFrom("true", "false", "True", "FALSE", "TRUE", "tRue", "t", "yes", "inf", "nan", "-", ".", "-.5", "1_0"),
  );
}

describe("proofs of types", () => {
  test("what is proven makes the same value in DuckDB's CSV reader as by SQL's own proof", async () => {
    // So many that each of the rules meets some of its own: of the rarest 15 are to be expected.
    const texts = [...new Set([...fc.sample(nasty(), 60_000), ...fc.sample(fixedDecimal(), 6_000)])];
    const { directory } = await workshop();
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      for (const one of provable) {
        const proven = texts.filter((text) => proves(one, text));
        expect(proven.length, one.id).toBeGreaterThan(0);
        const path = join(directory, `${one.id}.csv`);
        await writeFile(path, proven.map((text) => `${text},${text}\n"${text}",${text}\n`).join(""));
        const source = { path, dialect: NORMAL_DIALECT, width: 2, skip: 0, longest: 100 };
        const read = readCsvSql(source, new Map([[0, one.type]]));
        const different = `c0 IS NULL OR ${one.value("c1")} IS DISTINCT FROM c0 OR ${one.value("c1")}::VARCHAR <> c0::VARCHAR`;
        const reader = await connection.runAndReadAll(`SELECT c1 FROM ${read} WHERE ${different}`);
        expect(reader.getRowsJson(), one.id).toEqual([]);
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  test("nothing that holds a separator, a quote or a line break is proven", () => {
    const stray = fc.constantFrom(...NEVER_PROVEN, "\n", "\r");
    const property = fc.property(nasty(), stray, fc.nat(30), (text, mark, at) => {
      const broken = text.slice(0, at) + mark + text.slice(at);
      expect(provable.filter((one) => proves(one, broken)).map(({ id }) => id)).toEqual([]);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test.each([
    ["bigint", ["0", "7", "-12", "9223372036854775807", "-9223372036854775807"]],
    ["double", ["0", "-0", "1.50", "0.000000123", "-122.419415", "123456789012345", "0.100000000000000"]],
    ["decimal_fixed_18", ["0.000000000000000000", "-7.100000000000000009", `${"9".repeat(20)}.${"9".repeat(18)}`]],
    ["date", ["2024-02-29", "2000-02-29", "0001-01-01"]],
    ["timestamp", ["2024-12-31 23:59:59", "2024-12-31T00:00:00.250000"]],
    ["timestamp_minutes", ["2024-12-31 23:59"]],
    ["timestamp_utc", ["2024-12-31T23:59:59.5Z"]],
    ["time", ["23:59:59", "00:00:00.5"]],
    ["boolean_true", ["true", "false"]],
  ])("%s holds for %j", (id, texts) => {
    for (const text of texts) expect(proves(rule(id), text), text).toBe(true);
  });

  test.each([
    ["bigint", ["-0", "00", "007", "+1", "-", "1.0", "1e3", " 1", "1 ", "9223372036854775808", "1_0", "१"]],
    ["double", [".", "-", "1.", "01.5", "1.2.3", "1e5", "1234567890.123456", "+1.5", "inf", "1,5"]],
    ["decimal_fixed_2", ["-0.00", ".50", "01.50", "-.50", "1.5", "1.500", "1e1.50", `${"9".repeat(37)}.99`, "1,50"]],
    ["date", ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "0000-01-01", "2024-1-02"]],
    ["timestamp", ["2024-12-31 24:00:00", "2024-12-31 23:60:00", "2024-12-31 23:59:60", "2024-12-31 23:59:59."]],
    ["timestamp_minutes", ["2024-12-31 23:59:00", "2024-12-31x23:59"]],
    ["timestamp_utc", ["2024-12-31T23:59:59", "2024-12-31T23:59:59z"]],
    ["time", ["23:59:59.50", "1:00:00", "24:00:00"]],
    ["boolean_true", ["True", "FALSE", "truefalse", "t", ""]],
  ])("%s does not hold for %j", (id, texts) => {
    for (const text of texts) expect(proves(rule(id), text), text).toBe(false);
  });
});
