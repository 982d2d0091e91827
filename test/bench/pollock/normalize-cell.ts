/**
 * Pollock compares headers and records after bringing cells into one form (`pollock/data_types.py`): whole numbers,
 * numbers with a fraction and booleans as Python writes them, everything else in small letters.
 *
 * Its forms of dates, times and prices are left out: they make more cells equal, never fewer, so a score without them
 * can only be lower than Pollock's own. What this reader gives back is spelled as in the file, so that it hardly ever
 * is; `evaluate.py` over the written files (`--write`) says how much.
 */
export function normalizeCell(cell: string): string {
  if (cell.trim() === "") return cell;
  if (/^\s*[-+]?\d+(_\d+)*\s*$/.test(cell)) return normalizeInteger(cell);
  if (cell === "True" || cell === "true") return "1";
  if (cell === "False" || cell === "false") return "0";
  if (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(cell)) return `float ${Number(cell)}`;
  return cell.toLowerCase();
}

function normalizeInteger(cell: string): string {
  const value = BigInt(cell.replaceAll("_", "").trim().replace(/^\+/, ""));
  // Pollock's own way with the two whole numbers that might be booleans: `0` stays, ` 0` and `00` become `False`.
  if (value === 0n) return cell === "0" ? "0" : "False";
  if (value === 1n) return cell === "1" ? "1" : "True";
  return value.toString();
}
