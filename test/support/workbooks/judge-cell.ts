import type { Cell } from "./cells.ts";

/** `identical`, or the name of the class of disagreement. */
export type Verdict = string;

/**
 * Compares one cell as read by Cubby with the same cell as read by openpyxl or exceljs.
 *
 * What counts as identical, beyond the same kind and value: the same double however it is written; times a
 * millisecond apart (openpyxl keeps microseconds and truncates); line breaks `\r\n`, `\r` and `\n`; characters that
 * are written `_x000D_`, which openpyxl leaves as they are. Everything else is a disagreement.
 */
export function judgeCell(ours: Cell | undefined, theirs: Cell | undefined): Verdict {
  if (theirs === undefined) return `only Cubby has a ${ours?.kind}`;
  if (ours === undefined) return `only the other has a ${theirs.kind}`;
  if (ours.kind !== theirs.kind) return `Cubby: ${ours.kind}, other: ${theirs.kind}`;
  return isSame(ours, theirs) ? "identical" : `another ${ours.kind}`;
}

function isSame(ours: Cell, theirs: Cell): boolean {
  if (ours.value === theirs.value) return true;
  switch (ours.kind) {
    case "number":
      return isSameNumber(String(ours.value), String(theirs.value));
    case "instant":
    case "clock":
    case "duration":
      return Math.abs(Number(ours.value) - Number(theirs.value)) <= 1;
    case "text":
      return normalise(String(ours.value)) === normalise(String(theirs.value));
    default:
      return false;
  }
}

/** Whole numbers written out in full have to agree in every digit, others as doubles. */
function isSameNumber(ours: string, theirs: string): boolean {
  const isLong = (text: string) => /^-?\d{16,}$/.test(text);
  return isLong(ours) && isLong(theirs) ? BigInt(ours) === BigInt(theirs) : Number(ours) === Number(theirs);
}

function normalise(text: string): string {
  const plain = text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain.replace(/\r\n?/g, "\n");
}
