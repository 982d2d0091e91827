/**
 * Pollock compares headers and records after bringing cells into one form (`pollock/data_types.py`): whole numbers,
 * numbers with a fraction and booleans as Python writes them, everything else in small letters.
 *
 * Its forms of dates, times and prices are left out: they make more cells equal, and what this reader gives back is
 * spelled as in the file, so that they hardly ever matter. A cell that might be one is set apart instead, because
 * records are compared with their cells joined: `1/2/2018` and `01:00` read as one cell are no longer a date and a time.
 * So a score is at most what `evaluate.py` finds over the written files (`--write`).
 */
export function normalizeCell(cell: string): string {
  if (cell.trim() === "") return cell;
  if (/^\s*[-+]?\d+(_\d+)*\s*$/.test(cell)) return normalizeInteger(cell);
  if (cell === "True" || cell === "true") return "1";
  if (cell === "False" || cell === "false") return "0";
  if (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(cell)) return `float ${Number(cell)}`;
  return /\d/.test(cell) ? `‹${cell.toLowerCase()}›` : cell.toLowerCase();
}

function normalizeInteger(cell: string): string {
  const value = BigInt(cell.replaceAll("_", "").trim().replace(/^\+/, ""));
  // Pollock's own way with the two whole numbers that might be booleans: `0` stays, ` 0` and `00` become `False`.
  if (value === 0n) return cell === "0" ? "0" : "False";
  if (value === 1n) return cell === "1" ? "1" : "True";
  return value.toString();
}
