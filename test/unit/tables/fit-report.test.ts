import { describe, expect, test } from "vitest";
import { fitReport } from "../../../shared/tables/fit-report.ts";
import type { FileReport } from "../../../shared/tables/report.ts";

const columns = (count: number, length = 10) =>
  Array.from({ length: count }, (_, index) => ({
    name: `column_${index}`,
    original_name: "ä".repeat(length),
    type: "VARCHAR",
    evidence: "text",
  }));

const report = (more: Partial<FileReport>): FileReport => ({
  path: "uploads/t.csv",
  status: "converted",
  kind: "delimited",
  tables: ["t"],
  rejected_rows: 0,
  warnings: [],
  rows: 1,
  seconds: 0.1,
  ...more,
});

describe("fitReport()", () => {
  test("leaves a report alone that fits", () => {
    const small = report({ columns: columns(20) });
    expect(fitReport(small, 10_000)).toBe(small);
  });

  test.each<{ what: string; long: FileReport }>([
    { what: "thousands of columns", long: report({ columns: columns(16_000) }) },
    { what: "headers as long as a page", long: report({ columns: columns(50, 3000) }) },
    { what: "thousands of warnings", long: report({ warnings: Array.from({ length: 9000 }, () => "w".repeat(300)) }) },
    {
      what: "hundreds of wide sheets",
      long: report({
        sheets: Array.from({ length: 500 }, (_, index) => ({
          sheet: `s${index}`,
          sheet_order: index + 1,
          hidden: false,
          rows: 1,
          columns: columns(100),
          warnings: [],
          rejected_rows: 0,
        })),
      }),
    },
  ])("shortens $what until they fit, and says so", ({ long }) => {
    for (const maxBytes of [150_000, 16_000]) {
      const short = fitReport(long, maxBytes);
      expect(Buffer.byteLength(JSON.stringify(short))).toBeLessThanOrEqual(maxBytes);
      expect(short).toMatchObject({ path: "uploads/t.csv", tables: ["t"], rows: 1, shortened: true });
    }
  });

  test("counts the warnings that it leaves out", () => {
    const long = report({ warnings: Array.from({ length: 150 }, (_, index) => `${index} ${"w".repeat(2000)}`) });
    expect(fitReport(long, 100_000).warnings.at(-1)).toBe("… and 50 more");
  });
});
