import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLongInteger, parseNumber } from "../../../shared/tables/xlsx/cell-number.ts";
import { meaningOfCode, meaningOfFormat } from "../../../shared/tables/xlsx/number-format.ts";
import {
  formatClock,
  formatDuration,
  formatInstant,
  parseIsoClock,
  parseIsoDuration,
  parseIsoInstant,
  toInstant,
  toMilliseconds,
} from "../../../shared/tables/xlsx/serial-date.ts";

function parse(text: string): number {
  const bytes = Buffer.from(`<v>${text}</v>`);
  return parseNumber(bytes, 3, bytes.length - 4);
}

describe("parseNumber()", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["-0.0", 0],
    ["007", 7],
    ["1.", 1],
    [".5", 0.5],
    ["-12.50", -12.5],
    ["+3", 3],
    ["123456789012345", 123456789012345],
    ["9007199254740991", 9007199254740991],
    ["0.30000000000000004", 0.30000000000000004],
    ["1E+20", 1e20],
    ["1.5e-7", 1.5e-7],
    [" 42 ", 42],
    ["0.000000000000001", 1e-15],
  ])("reads %j as %d", (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each(["", " ", "-", ".", "abc", "0x10", "1,5", "1 2", "Infinity", "NaN", "1e", "--1", "1.2.3"])(
    "does not read %j",
    (text) => {
      expect(parse(text)).toBeNaN();
    },
  );

  test("reads every double as JavaScript does", () => {
    const decimal = fc.tuple(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.integer({ min: 0, max: 15 }));
    const texts = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      decimal.map(([digits, scale]) => (digits / 10 ** scale).toFixed(scale)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parse(text)).toBe(Number(text) + 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("reads decimals of any length as JavaScript does", () => {
    const text = fc
      .tuple(fc.stringMatching(/^-?$/), fc.stringMatching(/^[0-9]{1,22}$/), fc.nat(22))
      .map(([sign, digits, scale]) => `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
    // Half-way between two doubles is where rounding goes wrong.
    const halfway = fc
      .tuple(
        fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: -1, max: 1 }),
      )
      .map(([mantissa, exponent, nudge]) => {
        const digits = (
          ((2n * mantissa + 1n) * 10n ** BigInt(exponent)) / 2n ** BigInt(exponent) +
          BigInt(nudge)
        ).toString();
        return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
      });
    fc.assert(
      fc.property(fc.oneof(text, halfway), (value) => {
        expect(parse(value)).toBe(Number(value) + 0);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("isLongInteger()", () => {
  test.each([
    ["9007199254740991", false],
    ["9007199254740993", true],
    ["-123456789012345678", true],
    ["1E+20", false],
    ["12345678901234567.5", false],
    ["1".repeat(39), false],
  ])("%s: %s", (text, expected) => {
    const bytes = Buffer.from(text);
    expect(isLongInteger(Number(text), bytes, 0, bytes.length)).toBe(expected);
  });
});

describe("meaningOfCode()", () => {
  test.each([
    ["General", "number"],
    ["GENERAL", "number"],
    ["Standard", "number"],
    ["0.00", "number"],
    ["#,##0.00;[Red]-#,##0.00", "number"],
    ['0.00 "days"', "number"],
    ['#,##0\\ "h"', "number"],
    ["0.00E+00", "number"],
    ["##0.0E+0", "number"],
    ["@", "number"],
    ['_-* #,##0.00\\ _€_-;\\-* #,##0.00\\ _€_-;_-* "-"??\\ _€_-;_-@_-', "number"],
    ["[$EUR] #,##0.00", "number"],
    ["[$$-409]#,##0.00", "number"],
    ["[Red]0", "number"],
    ["[>=1000]0,\\k;0", "number"],
    ["# ?/?", "number"],
    ["0%", "percent"],
    ["0.00%", "percent"],
    ["yyyy-mm-dd", "date"],
    ["yyyy\\-mm\\-dd;@", "date"],
    ["DD/MM/YYYY", "date"],
    ["[$-409]mmm\\-yy;@", "date"],
    ["[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "date"],
    ["mmmm", "date"],
    ["d/m/yy h:mm", "date"],
    ["m/d h:mm", "date"],
    ["mmm h:mm", "date"],
    ['[$-411]ggge"年"m"月"d"日"', "date"],
    ["h:mm AM/PM", "clock"],
    ["[$-F400]h:mm:ss\\ AM/PM", "clock"],
    ["hh:mm:ss.000", "clock"],
    ["mm:ss.0", "clock"],
    ["[h]:mm:ss", "duration"],
    ["[hh]:mm", "duration"],
    ["[mm]:ss", "duration"],
    ["[s]", "duration"],
    ["[Red][h]:mm;-[h]:mm", "duration"],
  ])("%s is a %s", (code, meaning) => {
    expect(meaningOfCode(code)).toBe(meaning);
  });

  test.each([
    [0, "number"],
    [9, "percent"],
    [14, "date"],
    [22, "date"],
    [20, "clock"],
    [45, "clock"],
    [46, "duration"],
    [49, "number"],
    [999, "number"],
  ])("built-in format %i is a %s", (id, meaning) => {
    expect(meaningOfFormat(id, undefined)).toBe(meaning);
  });
});

describe("toInstant()", () => {
  test.each([
    [0, "1899-12-31"],
    [1, "1900-01-01"],
    [59, "1900-02-28"],
    [60, "1900-02-28"],
    [61, "1900-03-01"],
    [25_569, "1970-01-01"],
    [45_322.5, "2024-01-31 12:00:00"],
    [45_322.999999999, "2024-02-01"],
    [43_831.6666666667, "2020-01-01 16:00:00"],
    [2_958_465, "9999-12-31"],
  ])("takes serial %d for %s", (serial, text) => {
    expect(formatInstant(toInstant(serial, false) ?? Number.NaN)).toBe(text);
  });

  test.each([
    [0, "1904-01-01"],
    [-1, "1903-12-31"],
    [43_860, "2024-01-31"],
  ])("takes serial %d for %s where day 0 is in 1904", (serial, text) => {
    expect(formatInstant(toInstant(serial, true) ?? Number.NaN)).toBe(text);
  });

  test.each([-1, 2_958_466, 1e300, Number.NaN])("takes serial %d for no date", (serial) => {
    expect(toInstant(serial, false)).toBeUndefined();
  });
});

describe("times", () => {
  test.each([
    [0.5, "12:00:00"],
    [0.000694444444444444, "00:01:00"],
    [0.9999999, "23:59:59.991"],
  ])("serial %d is %s", (serial, text) => {
    expect(formatClock(toMilliseconds(serial))).toBe(text);
  });

  test.each([
    [1.5, "36:00:00"],
    [-0.25, "-06:00:00"],
    [100.000011574, "2400:00:01"],
  ])("a duration of %d days is %s", (serial, text) => {
    expect(formatDuration(toMilliseconds(serial))).toBe(text);
  });

  test.each([
    ["2024-01-31", "2024-01-31"],
    ["2024-01-31T10:30:00Z", "2024-01-31 10:30:00"],
    ["2024-01-31T10:30:00.25", "2024-01-31 10:30:00.250"],
    ["2024-01-31T25:00", undefined],
    ["2024-02-31", undefined],
    ["31.1.2024", undefined],
  ])("ISO %s is %s", (iso, text) => {
    const instant = parseIsoInstant(iso);
    expect(instant === undefined ? undefined : formatInstant(instant)).toBe(text);
  });

  test.each([
    ["PT1H30M", "01:30:00"],
    ["PT0H11M0.000S", "00:11:00"],
    ["P1DT2H", "26:00:00"],
    ["-PT0.25S", "-00:00:00.250"],
    ["PT", undefined],
    ["P1M", undefined],
    ["1:30", undefined],
  ])("the ISO duration %s is %s", (iso, text) => {
    const duration = parseIsoDuration(iso);
    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(text);
  });

  test("ISO times without a date", () => {
    expect(parseIsoClock("10:30:00")).toBe(37_800_000);
    expect(parseIsoClock("2024-01-31")).toBeUndefined();
  });
});
