/** The code of a script as lines: all of it, or a notebook's cells one by one. */
export interface ScriptCell {
  /** Of a notebook, counted from 1 over all its cells, as its report counts. */
  cell?: number;
  lines: string[];
}

interface NotebookCell {
  cell_type?: unknown;
  source?: unknown;
}

/** Undefined where a notebook is none. */
export function scriptCells(name: string, text: string): ScriptCell[] | undefined {
  if (!/\.ipynb$/i.test(name)) return [{ lines: linesOf(text) }];
  const cells = notebookCells(text);
  return cells?.flatMap(({ cell_type, source }, index) =>
    cell_type === "code" ? [{ cell: index + 1, lines: linesOf(sourceText(source)) }] : [],
  );
}

function notebookCells(text: string): NotebookCell[] | undefined {
  try {
    const { cells } = JSON.parse(text) as { cells?: unknown };
    return Array.isArray(cells) ? (cells as NotebookCell[]) : undefined;
  } catch {
    return undefined;
  }
}

/** A notebook keeps a cell's text whole, or as its lines. */
function sourceText(source: unknown): string {
  return Array.isArray(source) ? source.join("") : String(source ?? "");
}

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
