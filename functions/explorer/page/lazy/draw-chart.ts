/** Charts by uPlot; fetched with the first one. */
import uPlot from "uplot";
import type { ChartKind, Drawing } from "../rules/charts.ts";

const HEIGHT = 340;

/** Draws into `parent`, as wide as it is, and again when that changes; answers how to take it away. */
export function drawChart(parent: HTMLElement, kind: ChartKind, drawing: Drawing): () => void {
  const data: uPlot.AlignedData = [drawing.x, ...drawing.series.map(({ values }) => values)];
  const plot = new uPlot(optionsOf(kind, drawing, parent.clientWidth), data, parent);
  const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }));
  observer.observe(parent);
  return () => {
    observer.disconnect();
    plot.destroy();
  };
}

function optionsOf(kind: ChartKind, drawing: Drawing, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--ink-2"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: "12px system-ui",
  };
  const isBars = kind === "bar" || kind === "histogram";
  return {
    width,
    height: HEIGHT,
    legend: { show: drawing.series.length > 1 },
    cursor: { drag: { x: !isBars, y: false } },
    scales: {
      x: { time: drawing.isTime, ...(isBars && { range: barRange(drawing.x) }) },
      y: { range: { min: { soft: 0, mode: 1, pad: 0 }, max: { pad: 0.1 } } },
    },
    axes: [
      { ...axis, ...(drawing.names !== undefined && namesAlong(drawing.names)) },
      { ...axis, size: 64 },
    ],
    series: [
      {},
      ...drawing.series.map(({ label }, index) => seriesOf(kind, label, colour(`--series-${(index % 6) + 1}`))),
    ],
  };
}

/** Half a bar of room at both ends. */
function barRange([first = 0, second = first + 1]: readonly number[]) {
  const half = (second - first) * 0.6;
  return (_plot: uPlot, low: number, high: number): [number, number] => [low - half, high + half];
}

function seriesOf(kind: ChartKind, label: string, stroke: string): uPlot.Series {
  const common = { label, stroke, width: 2 };
  if (kind === "scatter") return { ...common, paths: () => null, points: { show: true, size: 6, fill: stroke } };
  if (kind === "line") return { ...common, spanGaps: false, points: { show: false } };
  const paths = uPlot.paths.bars?.({ size: [kind === "histogram" ? 0.98 : 0.7, 90] });
  return { ...common, width: 0, fill: stroke, points: { show: false }, ...(paths !== undefined && { paths }) };
}

const MAX_NAME = 14;

function namesAlong(names: readonly string[]): uPlot.Axis {
  return {
    splits: () => names.map((_, index) => index),
    values: (plot, splits) => {
      // As many as stand beside each other.
      const step = Math.max(1, Math.ceil((names.length * 90) / Math.max(1, plot.width)));
      return splits.map((at) => (at % step === 0 ? shorten(names[at] ?? "") : ""));
    },
    grid: { show: false },
  };
}

function shorten(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}
