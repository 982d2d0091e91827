/**
 * CSV as Pollock's evaluation reads and writes it (Python's `csv` with its defaults). A reader of its own on purpose:
 * what is measured must not also be the ruler.
 */
export function parsePlainCsv(text: string): string[][] {
  const rows: string[][] = [];
  const pattern = /(?:"((?:[^"]|"")*)"([^,\r\n]*)|([^,\r\n]*))(,|\r\n|\n|\r|$)/gy;
  let row: string[] = [];
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`Cannot read a clean file: at character ${pattern.lastIndex}`);
    const [, quoted, rest = "", plain = "", end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + rest);
    if (end === ",") {
      if (pattern.lastIndex === text.length)
        row.push(""); // the file ends with a separator
      else continue;
    }
    // An empty line is a record without cells to Python, and counts as one.
    rows.push(row.length === 1 && row[0] === "" && quoted === undefined ? [] : row);
    row = [];
  }
  return rows;
}

export function writePlainCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(writeCell).join(",")}\n`).join("");
}

function writeCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
