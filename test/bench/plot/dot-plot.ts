import type { Spread } from "../report/spread.ts";
import { label, linearScale, logScale, type Scale } from "./scale.ts";
import { drawKey, drawMark, drawPaper, escapeText, type Frame, round, WIDTH } from "./svg.ts";

export interface DotPlot {
  title: string;
  axis: string;
  /** Powers of ten instead of lengths from 0, where figures are far apart. */
  isLogarithmic?: boolean;
  /** What is compared in each row; a colour and a shape each, at most four. */
  series: readonly string[];
  /** A figure for each of the series; none where there is nothing to compare. */
  rows: readonly { name: string; figures: readonly (Spread | undefined)[] }[];
}

const LINE = 17;
const GAP = 10;
const TOP = 76;

/** A row for each thing and a line in it for each side: the median as a mark, the quartiles as a bar. As SVG text. */
export function plotDots({ title, axis, isLogarithmic = false, series, rows }: DotPlot): string {
  const heights = rows.map(({ figures }) => figures.filter((figure) => figure !== undefined).length * LINE + GAP);
  const bottom = TOP + heights.reduce((sum, height) => sum + height, 0);
  const frame: Frame = { left: 190, right: WIDTH - 70, top: TOP, bottom };
  const values = rows.flatMap(({ figures }) => figures.flatMap((one) => (one ? [one.low, one.high] : [])));
  const scale = (isLogarithmic ? logScale : linearScale)(values, frame.left, frame.right);
  const keys = series.map((name, index) => drawKey(name, index, 20 + legendOffset(series, index), 60));
  const drawn = rows.map((row, index) => {
    const top = TOP + heights.slice(0, index).reduce((sum, height) => sum + height, 0);
    return drawRow(row, top + GAP / 2, heights[index] ?? 0, scale);
  });
  const note = "Marks at the medians, bars between the quartiles";
  return drawPaper({ title, note, height: bottom + 52 }, [
    ...(series.length > 1 ? keys : []),
    ...scale.ticks.map((tick) => drawTick(tick, round(scale.place(tick)), frame)),
    ...drawn,
    `<text x="${(frame.left + frame.right) / 2}" y="${bottom + 40}" text-anchor="middle">${escapeText(axis)}</text>`,
  ]);
}

/** Letters differ in width; seven pixels are as wide as they are on average. */
function legendOffset(series: readonly string[], index: number): number {
  return series.slice(0, index).reduce((sum, name) => sum + name.length * 7 + 26, 0);
}

function drawTick(tick: number, x: number, { top, bottom }: Frame): string {
  return `<line class="g" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
}

function drawRow({ name, figures }: DotPlot["rows"][number], top: number, height: number, scale: Scale): string {
  const present = figures.flatMap((figure, series) => (figure === undefined ? [] : [{ figure, series }]));
  const marks = present.map(({ figure, series }, line) => drawFigure(figure, series, top + (line + 0.5) * LINE, scale));
  const middle = round(top + (height - GAP) / 2 + 4);
  return `<text x="178" y="${middle}" text-anchor="end">${escapeText(name)}</text>${marks.join("")}`;
}

function drawFigure({ low, median, high }: Spread, series: number, y: number, scale: Scale): string {
  const [from, to] = [round(scale.place(low)), round(scale.place(high))];
  const bar = `<line class="c${series} w" x1="${from}" x2="${to}" y1="${round(y)}" y2="${round(y)}"/>`;
  const text = `<text class="q" x="${to + 9}" y="${round(y + 4)}" font-size="11">${label(Number(median.toPrecision(3)))}</text>`;
  return bar + drawMark(series, scale.place(median), y) + text;
}
