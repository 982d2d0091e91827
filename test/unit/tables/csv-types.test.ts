import { describe, expect, test } from "vitest";
import { convertAll, convertOne } from "./build-one.ts";

/** One column of these cells between an id and a word, so that neither separator nor header is in doubt. */
function column(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `id,x,word\n${quoted.map((cell, index) => `${index + 1},${cell},w\n`).join("")}`;
}

async function typed(cells: readonly string[]) {
  const { report, rows, types } = await convertOne(column(cells));
  return { report, type: types.x, values: rows.map((row) => row[1]) };
}

const accepted = [
  { cells: ["1", "-2", "0", ""], type: "BIGINT", values: ["1", "-2", "0", null] },
  {
    cells: ["9223372036854775807", "-9223372036854775808"],
    type: "BIGINT",
    values: ["9223372036854775807", "-9223372036854775808"],
  },
  { cells: ["9223372036854775808", "1"], type: "HUGEINT", values: ["9223372036854775808", "1"] },
  {
    cells: ["123456789012345678901234567890123456789012345", "1"],
    type: "VARCHAR",
    values: ["123456789012345678901234567890123456789012345", "1"],
  },
  { cells: ["1.5", "2"], type: "DOUBLE", values: [1.5, 2] },
  { cells: ["12.50", "0.10", "-.5", "1.0"], type: "DOUBLE", values: [12.5, 0.1, -0.5, 1] },
  { cells: ["1.5e-05", "1e+20", "0.1"], type: "DOUBLE", values: [1.5e-5, 1e20, 0.1] },
  { cells: ["0.1234567890123456", "1"], type: "DOUBLE", values: [0.1234567890123456, 1] },
  { cells: ["12345678901234567.89", "1.50"], type: "DECIMAL(38,2)", values: ["12345678901234567.89", "1.50"] },
  { cells: ["-0", "1"], type: "DOUBLE", values: [-0, 1] },
  { cells: ["true", "false"], type: "BOOLEAN", values: [true, false] },
  { cells: ["TRUE", "FALSE", ""], type: "BOOLEAN", values: [true, false, null] },
  { cells: ["2024-02-29", "1999-12-31"], type: "DATE", values: ["2024-02-29", "1999-12-31"] },
  {
    cells: ["2024-01-02 03:04:05", "2024-01-02T03:04:05.250"],
    type: "TIMESTAMP",
    values: ["2024-01-02 03:04:05", "2024-01-02 03:04:05.25"],
  },
  { cells: ["2024-01-02T03:04:05Z"], type: "TIMESTAMP", values: ["2024-01-02 03:04:05"] },
  { cells: ["31/12/2024", "01/02/2024"], type: "DATE", values: ["2024-12-31", "2024-02-01"] },
  { cells: ["12/31/2024", "1/2/2024"], type: "DATE", values: ["2024-12-31", "2024-01-02"] },
  { cells: ["31.12.2024", "1.2.2024"], type: "DATE", values: ["2024-12-31", "2024-02-01"] },
  { cells: ["Jan 1 2000", "Feb 1 2000"], type: "DATE", values: ["2000-01-01", "2000-02-01"] },
  { cells: ["1,5", "2,25"], type: "DOUBLE", values: [1.5, 2.25] },
  { cells: [" 1", "2 ", "3"], type: "BIGINT", values: ["1", "2", "3"] },
];

const refused = [
  { what: "a leading zero", cells: ["1", "007"] },
  { what: "a plus sign", cells: ["+1", "2"] },
  { what: "an exponent that may be a code", cells: ["12E3", "45E6"] },
  { what: "underscores and hexadecimal", cells: ["1_000", "0x1F"] },
  { what: "infinity", cells: ["inf", "1.5"] },
  { what: "a date that is none", cells: ["2024-02-30", "2024-01-01"] },
  { what: "a date without padding", cells: ["2024-1-2", "2024-01-02"] },
  { what: "an unclear date", cells: ["01/02/2024", "03/04/2024"] },
  { what: "a zone that would be lost", cells: ["2024-01-02T03:04:05+01:00"] },
  { what: "nanoseconds", cells: ["2024-01-02 03:04:05.123456789"] },
  { what: "thousands that may be decimals", cells: ["1,234", "5,678"] },
  { what: "a currency", cells: ["$1.50", "$2"] },
  { what: "a percentage", cells: ["10%", "20%"] },
  { what: "yes and no", cells: ["yes", "no"] },
  { what: "booleans spelled in two ways", cells: ["true", "FALSE"] },
  { what: "a fraction of too many digits", cells: ["0.12345678901234567890123456789012345", "1"] },
];

/** All in one build: a database for each would take most of the time. */
const outcomes = await convertAll(
  Object.fromEntries([...accepted, ...refused].map(({ cells }) => [`${cells.join()}.csv`, column(cells)])),
);

function outcome(cells: readonly string[]) {
  const one = outcomes.get(`${cells.join()}.csv`);
  return { type: one?.types.x, values: one?.rows.map((row) => row[1]) };
}

describe("column types", () => {
  test.each(accepted)("$cells become $type", ({ cells, type, values }) => {
    expect(outcome(cells)).toEqual({ type, values });
  });

  test.each(refused)("text stays text: $what", ({ cells }) => {
    expect(outcome(cells)).toEqual({ type: "VARCHAR", values: cells });
  });

  test("says why dates that can be read two ways stay text", async () => {
    const { report } = await typed(["01/02/2024", "03/04/2024"]);
    expect(report.warnings.join()).toContain("day first or month first");
  });

  test("takes spellings of NULL only in columns that otherwise have a type, and lists them", async () => {
    const number = await typed(["1", "NA", "n/a", "", "2"]);
    expect(number).toMatchObject({ type: "BIGINT", values: ["1", null, null, null, "2"] });
    expect(number.report.columns?.[1]?.null_spellings).toEqual(["NA", "n/a"]);
    expect(await typed(["Bob", "NA", "None"])).toMatchObject({ type: "VARCHAR", values: ["Bob", "NA", "None"] });
    expect(await typed(["NA", "NA"])).toMatchObject({ type: "VARCHAR", values: ["NA", "NA"] });
  });

  test("takes an empty cell in quotes for NULL like one without", async () => {
    const { rows } = await convertOne('a,b,c\n1,"",x\n2,,y\n');
    expect(rows.map((row) => row[1])).toEqual([null, null]);
  });
});

describe("types beyond the sample", () => {
  const late = (last: string) =>
    `id,x\n${Array.from({ length: 40_000 }, (_, index) => `${index},${index}\n`).join("")}40000,${last}\n`;

  test.each([
    { last: "1.5", type: "DOUBLE", value: 1.5 },
    { last: "00123", type: "VARCHAR", value: "00123" },
    { last: "9223372036854775808", type: "HUGEINT", value: "9223372036854775808" },
    { last: "N/A", type: "BIGINT", value: null },
    { last: "none of these", type: "VARCHAR", value: "none of these" },
    { last: "99999999999999999999.5", type: "DECIMAL(38,2)", value: "99999999999999999999.50" },
  ])("$last after 40,000 integers makes $type", async ({ last, type, value }) => {
    const { rows, types, report } = await convertOne(late(last));
    expect(types.x).toBe(type);
    expect(rows.at(-1)?.[1]).toBe(value);
    expect(rows).toHaveLength(40_001);
    expect(report.reader).toBe("strict");
  });

  test("a column that is empty for long gets its type from where it begins", async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => `${index},${index > 39_990 ? "2024-01-02" : ""}\n`);
    expect((await convertOne(`id,x\n${rows.join("")}`)).types).toEqual({ id: "BIGINT", x: "DATE" });
  });

  test("a date that settles the order comes late", async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => `${index},01/02/2024\n`);
    const { types, rows: read } = await convertOne(`id,x\n${rows.join("")}40000,01/31/2024\n`);
    expect(types.x).toBe("DATE");
    expect(read[0]?.[1]).toBe("2024-01-02");
  });
});
