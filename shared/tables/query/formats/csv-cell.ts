/** How a cell of a CSV file is written. */

/** In quotes where it must be; an empty text is `""`, as nothing at all means NULL. */
export function quoteCell(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What Excel, LibreOffice and Google Sheets begin to compute, or send somewhere, when a cell begins with it. */
const formula = /^[=+\-@\t\r]/;

/** True for a text that a spreadsheet would take for a formula. */
export function looksLikeFormula(text: string): boolean {
  return formula.test(text);
}

/** With an apostrophe in front, by which spreadsheets know a text. */
export function safeCell(text: string): string {
  return looksLikeFormula(text) ? `'${text}` : text;
}
