import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { plotDots } from "../../bench/plot/dot-plot.ts";
import { plotLines } from "../../bench/plot/line-plot.ts";
import { linearScale, logScale } from "../../bench/plot/scale.ts";
import { showSpread, spreadOf, toRate } from "../../bench/report/spread.ts";
import { takeTurns } from "../../bench/report/take-turns.ts";

describe("spreadOf()", () => {
  test.each([
    { values: [3, 1, 2], spread: { low: 1.5, median: 2, high: 2.5, runs: 3 } },
    { values: [4, 1, 2, 3], spread: { low: 1.75, median: 2.5, high: 3.25, runs: 4 } },
    { values: [7], spread: { low: 7, median: 7, high: 7, runs: 1 } },
    { values: [], spread: { low: Number.NaN, median: Number.NaN, high: Number.NaN, runs: 0 } },
  ])("takes median and quartiles of $values", ({ values, spread }) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  test("is shown with its quartiles, and turned into rates slow end first", () => {
    const seconds = spreadOf([1, 2, 4]);
    expect(showSpread(seconds)).toBe("2.0 (1.5–3.0)");
    expect(showSpread(toRate(seconds, 6), 0)).toBe("3 (2–4)");
  });
});

describe("takeTurns()", () => {
  test("alternates, begins each round with another side, and does not count the first round", async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    const figures = await takeTurns({ a: side("a"), b: side("b") }, 2);
    expect(order.join("")).toBe("ab" + "ab" + "ba");
    expect(figures).toEqual({ a: [3, 6], b: [4, 5] });
  });
});

describe("scales", () => {
  test.each([
    { values: [3, 40], ticks: [1, 10, 100] },
    { values: [10, 100], ticks: [10, 100] },
    { values: [5, 5], ticks: [1, 10] },
    { values: [0.02], ticks: [0.01, 0.1] },
  ])("logScale() goes from power to power of ten around $values", ({ values, ticks }) => {
    const scale = logScale(values, 0, 100);
    expect(scale.ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
    expect(scale.place(ticks.at(-1) ?? 0)).toBeCloseTo(100);
  });

  test.each([
    { values: [2, 9.5], ticks: [0, 2, 4, 6, 8, 10] },
    { values: [0.31], ticks: [0, 0.1, 0.2, 0.3, 0.4] },
    { values: [1000], ticks: [0, 200, 400, 600, 800, 1000] },
  ])("linearScale() goes from 0 beyond $values", ({ values, ticks }) => {
    expect(linearScale(values, 0, 100).ticks).toEqual(ticks);
  });
});

describe("plots", () => {
  const figure = spreadOf([1, 2, 3]);

  test("are whole SVG files with every name and every median in them", () => {
    const dots = plotDots({
      ...{ title: "Up & down", axis: "ms", series: ["ours", "<theirs>"] },
      rows: [
        { name: "one", figures: [figure, undefined] },
        { name: "two", figures: [spreadOf([30, 40, 50]), figure] },
      ],
    });
    const lines = plotLines("Growth", { x: "count", y: "ms" }, [{ name: "a < b", points: [{ x: 10, y: figure }] }]);
    for (const svg of [dots, lines]) expect(XMLValidator.validate(svg)).toBe(true);
    for (const text of ["Up &amp; down", "&lt;theirs&gt;", ">two<", ">40<"]) expect(dots).toContain(text);
    expect(dots.match(/class="c0 w"/g)).toHaveLength(2);
    expect(lines).toContain("a &lt; b");
  });

  test("hold no digits that nobody sees", () => {
    const third = spreadOf([1 / 3, 2 / 3, 1]);
    const svg = plotDots({ title: "t", axis: "a", series: ["s"], rows: [{ name: "r", figures: [third] }] });
    expect(svg).not.toMatch(/\d\.\d{4}/);
  });
});
