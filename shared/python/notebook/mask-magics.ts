import { findInvalidity } from "../parsing/validity.ts";

/** Cell magics whose cell is Python all the same. */
const PYTHON_CELLS = /^%%(time|timeit|capture|prun|memit|mprun|lprun)\b/;

/**
 * A cell as plain Python of the same length, so that every offset stays: lines that only IPython understands (`%…`,
 * `!…`, `name?`) become comments, or a number where a block needs a statement. A cell that is no Python at all, or an
 * invalid one, becomes blank.
 */
export function maskMagics(cell: string): { text: string; isPython: boolean } {
  if (/^\s*%%/.test(cell) && !PYTHON_CELLS.test(cell.trimStart())) return { text: blank(cell), isPython: false };
  if (!/[%!?]/.test(cell)) return judged(cell, cell);
  if (!/^\s*%%/.test(cell) && findInvalidity(cell) === undefined) return { text: cell, isPython: true };
  return judged(cell, maskLines(cell));
}

function judged(cell: string, text: string): { text: string; isPython: boolean } {
  return findInvalidity(text) === undefined ? { text, isPython: true } : { text: blank(cell), isPython: false };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

function maskLines(cell: string): string {
  let goesOn = false;
  return cell.replace(/[^\r\n]+/g, (line) => {
    const isMagic = goesOn || /^\s*(%|!|\?)/.test(line) || /^\s*[\w.]+\?{1,2}\s*$/.test(line);
    if (isMagic) {
      const masked = goesOn ? `#${line.slice(1)}` : maskLine(line);
      goesOn = line.endsWith("\\");
      return masked;
    }
    // `files = !ls data` and `line = %magic`
    return line.replace(
      /^(\s*[\w., ]+=\s*)([!%])(.?)/,
      (_whole, before, _mark, next) => `${before}0${next === "" ? "" : "#"}`,
    );
  });
}

/** A comment is no statement: where the line is indented, a block may have no other. */
function maskLine(line: string): string {
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const rest = line.slice(indent.length);
  if (indent === "") return `#${rest.slice(1)}`;
  return rest.length === 1 ? `${indent}0` : `${indent}0#${rest.slice(2)}`;
}
