import { type ComparedCell, compareScripts, type ScriptReport } from "../rules/compare-scripts.ts";
import { decodeText } from "../rules/preview.ts";
import { type ScriptCell, scriptCells } from "../rules/script-cells.ts";
import { readBytes } from "../state/read-bytes.ts";

/** As large as a script may be to be rewritten; notebooks beyond it are pictures more than code. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Reads a script as it came in and as it was rewritten, and lays both beside each other. */
export async function readComparison(
  path: string,
  { output, rewritten, sites }: ScriptReport,
  signal: AbortSignal,
): Promise<ComparedCell[]> {
  const [before, after] = await Promise.all([
    readScript(path, signal),
    output === null || !rewritten ? undefined : readScript(output, signal),
  ]);
  return compareScripts(before, after, sites);
}

async function readScript(path: string, signal: AbortSignal): Promise<ScriptCell[]> {
  const bytes = await readBytes(path, MAX_BYTES + 1, signal);
  if (bytes.length > MAX_BYTES) throw new Error("It is too large to be shown here: download both, and compare them");
  const cells = scriptCells(path, decodeText(bytes, false) ?? "");
  if (cells === undefined) throw new Error("This notebook cannot be read");
  return cells;
}
