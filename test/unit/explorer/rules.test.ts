import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arrangement, arrangeFiles, kindOf } from "../../../functions/explorer/page/rules/arrange.ts";
import { chartChoices, drawingOf, toNumber } from "../../../functions/explorer/page/rules/charts.ts";
import { endingOf } from "../../../functions/explorer/page/rules/ending.ts";
import type { CubbyFile } from "../../../functions/explorer/page/rules/folders.ts";
import { parseMarkdown, parseSpans } from "../../../functions/explorer/page/rules/markdown.ts";
import { parseCells, previewText } from "../../../functions/explorer/page/rules/preview.ts";
import { createMeter } from "../../../functions/explorer/page/rules/rate.ts";
import { MAX_HEIGHT, rowWindow, scrollTo } from "../../../functions/explorer/page/rules/row-window.ts";
import { barsOf } from "../../../functions/explorer/page/rules/shapes.ts";
import { durationText, sizeText } from "../../../functions/explorer/page/rules/words.ts";

const viewport = fc.record({
  rowCount: fc.integer({ min: 1, max: 5_000_000 }),
  rowHeight: fc.constantFrom(32, 52),
  viewHeight: fc.integer({ min: 100, max: 2000 }),
});

describe("rowWindow()", () => {
  test("shows the first rows at the top and the last ones at the bottom, and few at a time, however many there are", () => {
    fc.assert(
      fc.property(viewport, (view) => {
        const bottom = Math.max(0, Math.min(view.rowCount * view.rowHeight, MAX_HEIGHT) - view.viewHeight);
        const [first, last] = [0, bottom].map((scrollTop) => rowWindow({ ...view, scrollTop }));
        expect(first?.from).toBe(0);
        expect(last?.to).toBe(view.rowCount);
        expect((last?.to ?? 0) - (last?.from ?? 0)).toBeLessThan(view.viewHeight / view.rowHeight + 20);
        expect(last?.height).toBeLessThanOrEqual(MAX_HEIGHT);
      }),
    );
  });

  test("has the row in view that scrollTo() went to", () => {
    fc.assert(
      fc.property(viewport, fc.nat(), (view, wish) => {
        const row = wish % view.rowCount;
        const scrollTop = scrollTo(row, { ...view, scrollTop: 0 });
        const { from, to, top } = rowWindow({ ...view, scrollTop });
        expect(row).toBeGreaterThanOrEqual(from);
        expect(row).toBeLessThan(to);
        expect(top + (row - from) * view.rowHeight).toBeGreaterThanOrEqual(scrollTop - 1);
      }),
    );
  });
});

const file = (path: string, size_bytes: number, modified_at = "2026-01-01T00:00:00.000Z") => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.slice(0, path.lastIndexOf("/"));
  return { path, name, folder, size_bytes, modified_at, content_type: "text/plain" } as CubbyFile;
};

describe("arrangeFiles()", () => {
  const files = [file("uploads/b10.csv", 1), file("uploads/B9.csv", 30), file("workspace/a.md", 20)];
  test.each<[Partial<Arrangement>, string[]]>([
    [{}, ["a.md", "B9.csv", "b10.csv"]],
    [{ sort: "size", isDescending: true }, ["B9.csv", "a.md", "b10.csv"]],
    [{ folder: "uploads" }, ["B9.csv", "b10.csv"]],
    [{ filter: "CSV b1" }, ["b10.csv"]],
  ])("%o → %j", (wanted, names) => {
    const arrangement = { folder: undefined, filter: "", sort: "name", isDescending: false, ...wanted } as const;
    expect(arrangeFiles(files, arrangement).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ["a.CSV", "Table as text"],
    ["a.xlsx", "Spreadsheet"],
    ["a.json.gz", "JSON"],
    ["a", "Text"],
  ])("kindOf(%s) is %s", (name, kind) => {
    expect(kindOf({ name, content_type: "text/plain" })).toBe(kind);
  });
});

describe("chartChoices()", () => {
  const columns = (...types: string[]) => types.map((type, index) => ({ name: `c${index}`, type }));
  const rows = [
    ["2025-01-01", 1, 5],
    ["2025-01-02", 2, 4],
    ["2025-01-03", 3, 9],
  ];
  test.each([
    ["a time and numbers", columns("DATE", "BIGINT", "DOUBLE"), "line"],
    ["a name and a number", columns("VARCHAR", "BIGINT", "DOUBLE"), "bar"],
    ["text alone", columns("VARCHAR", "VARCHAR", "VARCHAR"), undefined],
  ])("of %s begins with %3$s", (_, of, kind) => {
    expect(chartChoices(of, rows)[0]?.kind).toBe(kind);
  });

  test("draws points from left to right, and counts each value of a histogram once", () => {
    const of = columns("DATE", "BIGINT", "DOUBLE");
    const line = drawingOf({ kind: "line", x: 0, y: [1] }, of, [...rows].reverse());
    expect(line.series[0]?.values).toEqual([1, 2, 3]);
    const histogram = drawingOf({ kind: "histogram", x: 2, y: [] }, of, rows);
    expect(histogram.series[0]?.values.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBe(3);
  });

  test.each([
    ["2025-01-01", "time", 1_735_689_600],
    ["2025-01-01 00:00:01", "time", 1_735_689_601],
    ["12.5", "number", 12.5],
    [null, "number", null],
    ["x", "number", null],
  ] as const)("toNumber(%j, %s) is %j", (value, kind, number) => {
    expect(toNumber(value, kind)).toBe(number);
  });
});

describe("previews", () => {
  test("show cells with quotes, other separators and line breaks, and no half row", () => {
    expect(parseCells('a;b\n"x;""y""\nz";2\n3', true)).toEqual([
      ["a", "b"],
      ['x;"y"\nz', "2"],
    ]);
  });

  test("lay JSON out without touching a digit or a key", () => {
    const bytes = new TextEncoder().encode('{"a":12345678901234567890,"a":["x, {y}"]}');
    const preview = previewText("a.json", bytes, false);
    const laidOut = '{\n  "a": 12345678901234567890,\n  "a": [\n    "x, {y}"\n  ]\n}';
    expect(preview).toEqual({ kind: "text", text: laidOut, isCut: false });
  });

  test("read what is not UTF-8, and refuse what is no text", () => {
    expect(previewText("a.txt", new Uint8Array([0x63, 0xe9]), false)).toMatchObject({ text: "cé" });
    expect(previewText("a.txt", new Uint8Array([0x50, 0x00, 0x01]), false)).toMatchObject({ kind: "none" });
  });

  test("take Markdown apart, and end on any text", () => {
    const blocks = parseMarkdown("# T\n\n| a | b\\|c |\n|---|---|\n| 1 | 2 |\n\n- x\n- y\n\n```\nSELECT\n```\ntext");
    expect(blocks.map(({ kind }) => kind)).toEqual(["heading", "table", "list", "code", "paragraph"]);
    expect(blocks[1]).toMatchObject({ header: ["a", "b|c"], rows: [["1", "2"]] });
    expect(parseSpans("a `b` \\*c")).toEqual([
      { isCode: false, text: "a " },
      { isCode: true, text: "b" },
      { isCode: false, text: " *c" },
    ]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("#", "`", "|", "-", " ", "\n", "a", "*") }),
        (text) => void parseMarkdown(text),
      ),
    );
  });
});

describe("words", () => {
  test.each([
    [0, "0 s"],
    [59.6, "1 min"],
    [3_900, "1 h 5 min"],
    [86_400, "1 d"],
    [93_600, "1 d 2 h"],
  ])("durationText(%d) is %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test("sizeText() counts in thousands, as storage does", () => {
    expect(
      [sizeText(1), sizeText(999), sizeText(1500), sizeText(2_000_000)].map((text) => text.replace(",", ".")),
    ).toEqual(["1 byte", "999 bytes", "1.5 kB", "2 MB"]);
  });

  test("endingOf() tells the end by age, which nothing moves, from the end by rest", () => {
    const facts = {
      created_at: "2026-01-01T00:00:00Z",
      last_activity: "",
      retention: { idle_minutes: 60, max_age_minutes: 1440 },
    };
    const now = Date.parse("2026-01-01T00:55:00Z");
    expect(endingOf({ ...facts, expires_at: "2026-01-01T01:00:00Z" }, now)).toMatchObject({
      canExtend: true,
      isSoon: true,
    });
    expect(endingOf({ ...facts, expires_at: "2026-01-02T00:00:00Z" }, now)).toMatchObject({
      canExtend: false,
      isSoon: false,
    });
  });
});

test("createMeter() knows rate and time left once a moment has passed", () => {
  const meter = createMeter();
  meter.note(0, 0);
  expect(meter.secondsLeft(100)).toBeUndefined();
  meter.note(1000, 1000);
  expect([meter.rate, meter.secondsLeft(500)]).toEqual([1000, 0.5]);
});

test("barsOf() shows bins where there are enough, else the most frequent values", () => {
  const edges = [0, 10, 20, 30, 40, 50, 6000];
  const counts = [3, 0, 1, 1, 1, 9];
  expect(barsOf({ histogram: { edges, counts } })).toHaveLength(6);
  expect(barsOf({ histogram: { edges, counts } })[5]).toEqual({ label: "50 to 6,000", count: 9 });
  const top_values = [{ value: true, count: 4 }];
  const few = { edges: ["2026-01-01", "2026-02-01"], counts: [2] };
  expect(barsOf({ histogram: few, top_values })).toEqual([{ label: "true", count: 4 }]);
  expect(barsOf({ histogram: few })).toEqual([{ label: "2026-01-01 to 2026-02-01", count: 2 }]);
  expect(barsOf({})).toEqual([]);
});
