/** The readers to compare with. */
export type Reference = "openpyxl" | "exceljs";

/** Why Cubby and another reader differ, by class, as far as it was looked into; each counts as a disagreement. */
export const knownDifferences: Record<Reference, Record<string, string>> = {
  openpyxl: {
    "Cubby: number, other: instant": "a number below 0 with the format of a date, for which Excel shows none",
    "Cubby: number, other: error": "a number beyond the year 9999 with the format of a date; the file holds no error",
    "Cubby: instant, other: clock": "a number below 1 with the format of a date, which Excel shows as its day 0",
    "Cubby: instant, other: number":
      "a format openpyxl does not know or find: those built into East Asian versions, styles not in xl/styles.xml",
    "Cubby: duration, other: number": "formats such as [HH] and [SS], which openpyxl does not take for durations",
    "another instant": "an ISO date with a fraction of a second, which openpyxl drops",
    "another clock": "an ISO time with a fraction of a second, which openpyxl drops",
    "only Cubby has a text": "values under merged cells, which openpyxl drops when it reads a workbook whole",
    "only the other has a text": "sheets of Excel 4 macros, which Cubby leaves alone",
  },
  exceljs: {
    "only Cubby has a number": "a cached result 0, which exceljs drops, or a cell under merged ones",
    "only Cubby has a text": "parts whose paths differ in case from what refers to them, which exceljs does not find",
    "Cubby: text, other: instant": "the text result of a formula in a cell with the format of a date",
    "only Cubby has a boolean": "a cached result FALSE, which exceljs drops",
    "Cubby: clock, other: instant": "exceljs knows no times of day",
    "Cubby: duration, other: instant": "exceljs knows no durations",
    "Cubby: number, other: instant": "a number below 0 with the format of a date, for which Excel shows none",
    "another instant": "dates before March 1900, where exceljs does not count the 29 February that Excel believes in",
  },
};
