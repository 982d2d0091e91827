import type { SiteCode } from "../../contract/script.ts";

/** What a code of a site says to a person. */
export const siteSentences: Readonly<Record<SiteCode, string>> = {
  url: "It reads from the network",
  buffer: "It reads what is already open, or in memory",
  no_table: "No file of the session that became a table has this name",
  also_written: "The script writes a file of this name, too: what it reads may be its own",
  cell_level_openpyxl: "It works on the cells of a workbook, which a table does not have",
  inside_string: "The read is inside a text, which is run as it stands",
  shadowed_name: "The name means something else here, or may do so",
  ambiguous_path: "Several files may be meant, and nothing tells which",
  not_supported: "No table can stand in for this way of reading",
  not_understood: "What it reads cannot be told from the script",
};
