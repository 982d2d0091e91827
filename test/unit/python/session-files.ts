import type { SessionFile } from "../../../shared/python/reads/session-files.ts";

/** A session's files for the scripts of the labelled set. */
export const sessionFiles: readonly SessionFile[] = [
  { path: "uploads/sales.csv", kind: "delimited", tables: ["sales"], sheets: 1 },
  { path: "uploads/stations.tsv", kind: "delimited", tables: ["stations"], sheets: 1 },
  { path: "uploads/notes.txt", kind: "delimited", tables: ["notes"], sheets: 1 },
  { path: "uploads/events.json", kind: "json", tables: ["events"], sheets: 1 },
  { path: "uploads/readings.parquet", kind: "parquet", tables: ["readings"], sheets: 1 },
  { path: "uploads/budget.xlsx", kind: "workbook", tables: ["budget"], sheets: 1 },
  {
    path: "uploads/parameters.xlsx",
    kind: "workbook",
    tables: ["parameters_parameters", "parameters_settings"],
    sheets: 2,
  },
  { path: "uploads/train__data.csv", kind: "delimited", tables: ["train__data"], sheets: 1 },
  { path: "uploads/test__data.csv", kind: "delimited", tables: ["test__data"], sheets: 1 },
];
