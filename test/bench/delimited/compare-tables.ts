/** How two readings of one file agree. */
export interface TableComparison {
  /** Cells that hold something in either reading. */
  cells: number;
  identical: number;
  /** The first that differs. */
  example?: string;
}

type Rows = readonly (readonly string[])[];

/** So far apart two readings may drift, where one has records that the other has not. */
const MAX_DRIFT = 50;

/** Compares cell by cell, in order; records that only one reading has count with all their cells. */
export function compareTables(ours: Rows, theirs: Rows): TableComparison {
  const comparison: TableComparison = { cells: 0, identical: 0 };
  const left = ours.filter(isFilled);
  let at = 0;
  let other = 0;
  while (at < left.length || other < theirs.length) {
    const [skipOurs, skipTheirs] = findSame(left, at, theirs, other);
    for (let step = 0; step < Math.max(skipOurs, skipTheirs); step++) {
      const mine = step < skipOurs ? left[at + step] : undefined;
      const yours = step < skipTheirs ? theirs[other + step] : undefined;
      compareRows(comparison, mine ?? [], yours ?? [], other + step);
    }
    at += skipOurs;
    other += skipTheirs;
    if (at < left.length && other < theirs.length)
      compareRows(comparison, left[at++] ?? [], theirs[other] ?? [], other++);
  }
  return comparison;
}

/** How many records to pass over on either side until both readings have the same one; 0 and 0 where they do now. */
function findSame(left: Rows, at: number, right: Rows, other: number): [number, number] {
  if (at >= left.length || other >= right.length) return [left.length - at, right.length - other];
  for (let distance = 0; distance <= MAX_DRIFT; distance++) {
    for (let mine = 0; mine <= distance; mine++) {
      if (isSame(left[at + mine], right[other + distance - mine])) return [mine, distance - mine];
    }
  }
  return [0, 0];
}

function isSame(row: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return row !== undefined && other !== undefined && trimEnd(row).join("\u0001") === trimEnd(other).join("\u0001");
}

function compareRows(
  comparison: TableComparison,
  ours: readonly string[],
  theirs: readonly string[],
  row: number,
): void {
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const [mine, yours] = [ours[index] ?? "", theirs[index] ?? ""];
    if (mine === "" && yours === "") continue;
    comparison.cells++;
    if (mine === yours) comparison.identical++;
    else comparison.example ??= `record ${row + 1}, cell ${index + 1}: ${show(mine)} | ${show(yours)}`;
  }
}

function isFilled(row: readonly string[]): boolean {
  return row.some((cell) => cell.trim() !== "");
}

function trimEnd(row: readonly string[]): readonly string[] {
  return row.slice(0, row.findLastIndex((cell) => cell !== "") + 1);
}

function show(cell: string): string {
  return JSON.stringify(cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);
}
