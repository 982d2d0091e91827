import { describe, expect, test } from "vitest";
import { conversionSettings } from "../../../shared/contract/conversion.ts";
import {
  assertApplicable,
  type ConversionSettings,
  settingsFor,
  withSettings,
} from "../../../shared/tables/settings.ts";

describe("withSettings()", () => {
  const whole: ConversionSettings = { all_text: true };
  const sales: ConversionSettings = { sheet: "Sales", range: "B3:F20" };
  const costs: ConversionSettings = { sheet: "Costs", header_row: 2 };

  test.each<{ what: string; stored: ConversionSettings[]; add: ConversionSettings; left: ConversionSettings[] }>([
    { what: "keeps a first one", stored: [], add: whole, left: [whole] },
    { what: "replaces those of the whole file", stored: [whole], add: { nulls: ["-"] }, left: [{ nulls: ["-"] }] },
    { what: "leaves other sheets theirs", stored: [whole, sales], add: costs, left: [whole, sales, costs] },
    {
      what: "replaces those of one sheet",
      stored: [sales],
      add: { ...sales, range: "A:B" },
      left: [{ ...sales, range: "A:B" }],
    },
    { what: "takes one sheet's back", stored: [sales, costs], add: { sheet: "Sales" }, left: [costs] },
    { what: "takes all back", stored: [whole, sales], add: {}, left: [] },
  ])("$what", ({ stored, add, left }) => {
    expect(withSettings(stored, add)).toEqual(left);
  });
});

describe("settingsFor()", () => {
  const stored: ConversionSettings[] = [{ all_text: true }, { sheet: "Sales", header_row: 3 }];

  test.each([
    { sheet: "Sales", settings: stored[1] },
    { sheet: "Costs", settings: stored[0] },
    { sheet: undefined, settings: stored[0] },
  ])("of sheet $sheet", ({ sheet, settings }) => {
    expect(settingsFor(stored, sheet)).toEqual(settings);
  });
});

describe("assertApplicable()", () => {
  test.each<{ kind: "delimited" | "workbook" | "json" | "parquet"; settings: ConversionSettings; setting?: string }>([
    { kind: "delimited", settings: { delimiter: ";", decimal: "," } },
    { kind: "delimited", settings: { sheet: "Sales", all_text: true }, setting: "sheet" },
    { kind: "delimited", settings: { range: "A1:B2" }, setting: "range" },
    { kind: "workbook", settings: { range: "A1:B2", header_row: null } },
    { kind: "workbook", settings: { delimiter: ";" }, setting: "delimiter" },
    { kind: "json", settings: { flatten: true } },
    { kind: "json", settings: { header_row: 1 }, setting: "header_row" },
    { kind: "parquet", settings: { encoding: "utf-8" }, setting: "encoding" },
  ])("$kind takes $settings, unless it names $setting", ({ kind, settings, setting }) => {
    const assert = () => assertApplicable(kind, [settings]);
    if (setting === undefined) expect(assert).not.toThrow();
    else expect(assert).toThrow(expect.objectContaining({ code: "setting_not_possible", setting }));
  });
});

describe("the contract's settings", () => {
  test.each<{ settings: unknown; isValid: boolean }>([
    { settings: { range: "B3:F20" }, isValid: true },
    { settings: { range: "b3" }, isValid: true },
    { settings: { range: "A:F" }, isValid: true },
    { settings: { range: "3:20" }, isValid: true },
    { settings: { range: "B3:F" }, isValid: true },
    { settings: { range: "Sheet1!A1" }, isValid: false },
    { settings: { range: "A0" }, isValid: false },
    { settings: { encoding: "Shift_JIS" }, isValid: true },
    { settings: { encoding: "utf-9" }, isValid: false },
    { settings: { header_row: null }, isValid: true },
    { settings: { header_row: 0 }, isValid: false },
    { settings: { delimiter: "||" }, isValid: true },
    { settings: { delimiter: "" }, isValid: false },
    { settings: { delimiter: "a\nb" }, isValid: false },
    { settings: { quote: "" }, isValid: true },
    { settings: { decimal: "'" }, isValid: false },
    { settings: { delimeter: ";" }, isValid: false },
  ])("$settings: $isValid", ({ settings, isValid }) => {
    expect(conversionSettings.safeParse(settings).success).toBe(isValid);
  });
});
