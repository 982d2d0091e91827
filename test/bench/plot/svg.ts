/** The paper that all plots are drawn on: their size, their colours by day and by night, and their legend. */

/** Where the curves and dots are; all else is around it. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const WIDTH = 720;

/** One colour and one shape each, so that a plot can be read without colours too. */
const shapes = ["circle", "square", "diamond", "triangle"] as const;

/**
 * Colours by class, so that a page at night gets other ones: an image's style sheet follows the reader's settings, and
 * the paper comes along with it. `c0` is ours in every plot.
 */
const style = `
.p{fill:#fff}text{fill:#27272a}.g{stroke:#e4e4e7}.q{fill:#71717a}
.c0{fill:#2563eb;stroke:#2563eb}.c1{fill:#c2410c;stroke:#c2410c}.c2{fill:#0f766e;stroke:#0f766e}.c3{fill:#7e22ce;stroke:#7e22ce}
@media(prefers-color-scheme:dark){.p{fill:#18181b}text{fill:#e4e4e7}.g{stroke:#3f3f46}.q{fill:#a1a1aa}
.c0{fill:#60a5fa;stroke:#60a5fa}.c1{fill:#fb923c;stroke:#fb923c}.c2{fill:#2dd4bf;stroke:#2dd4bf}.c3{fill:#d8b4fe;stroke:#d8b4fe}}
.l{fill:none;stroke-width:2}.b{stroke:none;opacity:.15}.w{stroke-width:4;opacity:.4}
`.replaceAll("\n", "");

/** A whole SVG file; `note` stands small under the title and says what the marks are. */
export function drawPaper({ title, note, height }: { title: string; note: string; height: number }, parts: string[]) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>${escapeText(title)}</title>
<style>${style}</style>
<rect class="p" width="${WIDTH}" height="${height}"/>
<text x="16" y="24" font-size="15" font-weight="600">${escapeText(title)}</text>
<text class="q" x="16" y="41" font-size="11">${escapeText(note)}</text>
${parts.join("\n")}
</svg>
`;
}

/** One entry of a legend with the mark of that series. */
export function drawKey(name: string, series: number, x: number, y: number): string {
  return `${drawMark(series, x, y - 4)}<text x="${round(x + 9)}" y="${round(y)}">${escapeText(name)}</text>`;
}

/** The mark of the series with this number, in its colour and its shape. */
export function drawMark(series: number, x: number, y: number): string {
  const [left, right, top, bottom] = [x - 4, x + 4, y - 4, y + 4].map(round);
  const shape = shapes[series % shapes.length];
  const color = `class="c${series % shapes.length}"`;
  if (shape === "circle") return `<circle ${color} cx="${round(x)}" cy="${round(y)}" r="3.5"/>`;
  if (shape === "square") return `<rect ${color} x="${round(x - 3)}" y="${round(y - 3)}" width="6" height="6"/>`;
  const far = shape === "diamond" ? ` ${round(x)},${bottom}` : "";
  const middle = shape === "diamond" ? round(y) : bottom;
  return `<polygon ${color} points="${left},${middle} ${round(x)},${top} ${right},${middle}${far}"/>`;
}

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A tenth of a pixel is nothing to see, and a file with every digit is twice as long. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
