export interface Series {
  name: string;
  color: string;
  /** By `x`, in the order of `x`. */
  points: { x: number; y: number }[];
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const WIDTH = 720;
const HEIGHT = 400;
const frame: Frame = { left: 70, right: WIDTH - 190, top: 48, bottom: HEIGHT - 52 };

/** A line chart with logarithmic axes as SVG text. Both axes show powers of ten. */
export function plotLogLog(title: string, axes: { x: string; y: string }, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const x = scale(
    all.map((point) => point.x),
    frame.left,
    frame.right,
  );
  const y = scale(
    all.map((point) => point.y),
    frame.bottom,
    frame.top,
  );
  const lines = series.map((one, index) => drawSeries(one, index, x.place, y.place));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
<title>${title}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${frame.left}" y="24" font-size="15" font-weight="600">${title}</text>
${x.ticks.map((tick) => verticalTick(tick, x.place(tick))).join("\n")}
${y.ticks.map((tick) => horizontalTick(tick, y.place(tick))).join("\n")}
<text x="${(frame.left + frame.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${axes.x}</text>
<text transform="translate(18 ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle">${axes.y}</text>
${lines.join("\n")}
</svg>
`;
}

function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const place = (value: number) => from + ((Math.log10(value) - low) / Math.max(high - low, 1)) * (to - from);
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { place, ticks };
}

function verticalTick(tick: number, x: number): string {
  return `<line x1="${x}" x2="${x}" y1="${frame.top}" y2="${frame.bottom}" stroke="#e4e4e7"/><text x="${x}" y="${frame.bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
}

function horizontalTick(tick: number, y: number): string {
  return `<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}" stroke="#e4e4e7"/><text x="${frame.left - 8}" y="${y + 4}" text-anchor="end">${label(tick)}</text>`;
}

function drawSeries(
  { name, color, points }: Series,
  index: number,
  placeX: (value: number) => number,
  placeY: (value: number) => number,
): string {
  const path = points.map((point) => `${placeX(point.x).toFixed(1)},${placeY(point.y).toFixed(1)}`);
  const dots = path.map((at) => `<circle cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" r="3.5" fill="${color}"/>`);
  const y = frame.top + 14 + index * 22;
  const key = `<line x1="${frame.right + 16}" x2="${frame.right + 40}" y1="${y - 4}" y2="${y - 4}" stroke="${color}" stroke-width="2"/><text x="${frame.right + 46}" y="${y}">${name}</text>`;
  return `<polyline points="${path.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join("")}${key}`;
}

function label(tick: number): string {
  return tick >= 1 ? tick.toLocaleString("en") : String(Number(tick.toPrecision(1)));
}
