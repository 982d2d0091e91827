import type { Spread } from "../report/spread.ts";
import { label, logScale, type Scale } from "./scale.ts";
import { drawKey, drawMark, drawPaper, escapeText, type Frame, round, WIDTH } from "./svg.ts";

export interface Line {
  name: string;
  /** In the order of `x`. */
  points: { x: number; y: Spread }[];
}

const HEIGHT = 400;
const frame: Frame = { left: 70, right: WIDTH - 200, top: 60, bottom: HEIGHT - 52 };

/** Medians as lines and the quartiles as bands around them; both axes are logarithmic. As SVG text. */
export function plotLines(title: string, axes: { x: string; y: string }, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const x = logScale(
    all.map((point) => point.x),
    frame.left,
    frame.right,
  );
  const y = logScale(
    all.flatMap((point) => [point.y.low, point.y.high]),
    frame.bottom,
    frame.top,
  );
  return drawPaper({ title, note: "Medians; bands between the quartiles", height: HEIGHT }, [
    ...x.ticks.map((tick) => verticalTick(tick, round(x.place(tick)))),
    ...y.ticks.map((tick) => horizontalTick(tick, round(y.place(tick)))),
    `<text x="${(frame.left + frame.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escapeText(axes.x)}</text>`,
    `<text transform="translate(18 ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(axes.y)}</text>`,
    ...lines.map((line, index) => drawLine(line, index, x, y)),
  ]);
}

function verticalTick(tick: number, x: number): string {
  return `<line class="g" x1="${x}" x2="${x}" y1="${frame.top}" y2="${frame.bottom}"/><text x="${x}" y="${frame.bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
}

function horizontalTick(tick: number, y: number): string {
  return `<line class="g" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text x="${frame.left - 8}" y="${y + 4}" text-anchor="end">${label(tick)}</text>`;
}

function drawLine({ name, points }: Line, index: number, x: Scale, y: Scale): string {
  const at = (part: "low" | "median" | "high") =>
    points.map((point) => `${round(x.place(point.x))},${round(y.place(point.y[part]))}`);
  const band = [...at("low"), ...at("high").reverse()].join(" ");
  const marks = points.map((point) => drawMark(index, x.place(point.x), y.place(point.y.median)));
  const key = drawKey(name, index, frame.right + 20, frame.top + 14 + index * 22);
  return `<polygon class="c${index} b" points="${band}"/><polyline class="c${index} l" points="${at("median").join(" ")}"/>${marks.join("")}${key}`;
}
