import { describe, expect, test } from "vitest";
import { samplesOfLine } from "../../breakdowns/emf-lines.ts";
import { MetricBook } from "../../breakdowns/metric-book.ts";
import { parseExpression } from "../../breakdowns/metric-math.ts";

describe("parseExpression()", () => {
  const values: Record<string, (number | undefined)[]> = {
    failed: [6, 0],
    requests: [120, 10],
    none: [undefined, undefined],
    bytes: [70, 50],
  };
  const lookup = (id: string, ago: number) => values[id]?.[ago];

  test.each([
    { expression: "requests", value: 120 },
    { expression: "2 + 3 * 4 - 1", value: 13 },
    { expression: "(2 + 3) * 4 / 8", value: 2.5 },
    { expression: "-2 + 3", value: 1 },
    { expression: "IF(failed >= 5, 100 * failed / requests, 0)", value: 5 },
    { expression: "IF(failed > 6, 1, 0)", value: 0 },
    { expression: "failed + none", value: undefined },
    { expression: "IF(none > 0, 1, 0)", value: undefined },
    { expression: "FILL(none, 7) + 1", value: 8 },
    { expression: "DIFF(bytes)", value: 20 },
    { expression: "DIFF(none)", value: undefined },
    { expression: "IF(FILL(none, 0) < 1 AND requests > 0, 1, 0)", value: 1 },
    { expression: "IF(requests < 1 OR failed == 6, 1, 0)", value: 1 },
    { expression: "requests / (failed - 6)", value: undefined },
  ])("computes $expression", ({ expression, value }) => {
    expect(parseExpression(expression)(lookup)).toBe(value);
  });

  test.each(["1 +", "(1", "SEARCH(a)", "a b", "1 % 2"])("refuses %s", (expression) => {
    expect(() => parseExpression(expression)(lookup)).toThrow(/^Cannot/);
  });
});

describe("MetricBook", () => {
  const metric = { namespace: "N", name: "m", dimensions: { b: "2", a: "1" } };
  const book = new MetricBook();
  for (const [at, value] of [5, 1, 9, 2, 3].entries()) book.add({ ...metric, value }, at + 1);

  test.each([
    { statistic: "Sum", value: 15 },
    { statistic: "Average", value: 3.75 },
    { statistic: "Maximum", value: 9 },
    { statistic: "SampleCount", value: 4 },
    { statistic: "p50", value: 2 },
    { statistic: "p99", value: 9 },
  ])("tells $statistic of what came after a moment and up to another", ({ statistic, value }) => {
    const reordered = { ...metric, dimensions: { a: "1", b: "2" } };
    expect(book.statistic(reordered, statistic, { from: 1, to: 5 })).toBe(value);
  });

  test("has no value where nothing came, and none of another dimension", () => {
    expect(book.statistic(metric, "Sum", { from: 5, to: 9 })).toBeUndefined();
    expect(book.has({ ...metric, dimensions: { a: "1" } })).toBe(false);
  });
});

describe("samplesOfLine()", () => {
  test("reads each value of each metric under each set of dimensions", () => {
    const _aws = {
      Timestamp: 1,
      CloudWatchMetrics: [{ Namespace: "N", Dimensions: [["s"]], Metrics: [{ Name: "m" }] }],
    };
    const common = { namespace: "N", name: "m", dimensions: { s: "x" } };
    expect(samplesOfLine(JSON.stringify({ _aws, s: "x", m: [1, 2] }))).toEqual([
      { ...common, value: 1 },
      { ...common, value: 2 },
    ]);
    expect(samplesOfLine('{"message":"no metrics"}')).toEqual([]);
    expect(samplesOfLine("Error: not JSON")).toEqual([]);
  });
});
