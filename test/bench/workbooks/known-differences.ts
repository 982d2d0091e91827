/** Why Cubby and openpyxl differ, by class, as far as it was looked into; each still counts as a disagreement. */
export const knownDifferences: Record<string, string> = {
  "Cubby: number, openpyxl: instant": "a number below 0 with the format of a date, for which Excel shows none",
  "Cubby: number, openpyxl: error": "a number beyond the year 9999 with the format of a date; the file holds no error",
  "Cubby: instant, openpyxl: clock": "a number below 1 with the format of a date, which Excel shows as its day 0",
  "Cubby: instant, openpyxl: number":
    "a format openpyxl does not know or find: those built into East Asian versions, styles not in xl/styles.xml",
  "Cubby: duration, openpyxl: number": "formats such as [HH] and [SS], which openpyxl does not take for durations",
  "another instant": "an ISO date with a fraction of a second, which openpyxl drops",
  "another clock": "an ISO time with a fraction of a second, which openpyxl drops",
  "only Cubby has a text": "values under merged cells, which openpyxl drops when it reads a workbook whole",
  "only openpyxl has a text": "sheets of Excel 4 macros, which Cubby leaves alone",
};
