import type { Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { forgetParser, requireParser } from "./parser-files.ts";

type Ruff = typeof import("@astral-sh/ruff-wasm-nodejs");

/** Why a text is no Python 3: the code, and a sentence with the line. */
export interface Invalidity {
  code: "invalid_python" | "too_deep";
  detail: string;
}

interface Complaint {
  code: string | null;
  message: string;
  start_location: { row: number };
}

let workspace: Workspace | undefined;

/**
 * Whether a text is valid Python 3, by ruff's parser; undefined when it is. Tree-sitter takes almost anything for
 * Python, so this is the gate on both sides of a rewrite.
 *
 * Ruff's parser is recursive: nesting of thousands ends in an overflow of its stack. What is left of that instance is
 * not to be trusted, and the next text gets a new one.
 */
export function findInvalidity(text: string): Invalidity | undefined {
  try {
    workspace ??= openWorkspace();
    const complaints = workspace.check(text) as Complaint[];
    // No rule is selected, so whatever is said is about the syntax.
    const [first] = complaints;
    if (first === undefined) return undefined;
    return { code: "invalid_python", detail: `Line ${first.start_location.row}: ${first.message}` };
  } catch {
    workspace = undefined;
    forgetParser("ruff_wasm.cjs");
    return { code: "too_deep", detail: "It is nested too deeply to be read" };
  }
}

function openWorkspace(): Workspace {
  const ruff = requireParser<Ruff>("ruff_wasm.cjs");
  return new ruff.Workspace({ lint: { select: [] } }, ruff.PositionEncoding.Utf16);
}
