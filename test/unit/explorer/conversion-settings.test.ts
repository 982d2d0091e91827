import { describe, expect, test } from "vitest";
import { readSettings } from "../../../functions/explorer/page/rules/conversion-settings.ts";

describe("readSettings()", () => {
  test.each([
    { fields: {}, settings: {} },
    { fields: { sheet: "", range: "", header: "", delimiter: "", encoding: "", decimal: "", nulls: "" }, settings: {} },
    { fields: { header: "none", header_row: "3" }, settings: { header_row: null } },
    { fields: { header: "row", header_row: "3" }, settings: { header_row: 3 } },
    { fields: { header: "", header_row: "3" }, settings: {} },
    { fields: { delimiter: "tab" }, settings: { delimiter: "\t" } },
    { fields: { nulls: " NA, -, ,n/a" }, settings: { nulls: ["NA", "-", "n/a"] } },
    { fields: { all_text: "on", percent: "on" }, settings: { all_text: true, percent: true } },
    { fields: { sheet: "May", range: " B3:F20 " }, settings: { sheet: "May", range: "B3:F20" } },
    { fields: { encoding: "windows-1250", decimal: "," }, settings: { encoding: "windows-1250", decimal: "," } },
  ])("reads $fields as $settings", ({ fields, settings }) => {
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(fields)) form.set(name, value);
    expect(readSettings(form)).toEqual(settings);
  });
});
