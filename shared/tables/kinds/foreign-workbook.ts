import { extname } from "node:path";

/** The first entry of an OpenDocument file, which is stored as it is, so that any program can tell. */
const openDocument = Buffer.from("mimetypeapplication/vnd.oasis.opendocument.spreadsheet");
const firstEntryName = 30;

/**
 * What a spreadsheet of another kind is and what to do with it, as a sentence without its beginning: `it is an
 * OpenDocument spreadsheet …`. By its first bytes; undefined for all that is no spreadsheet.
 */
export function explainForeignWorkbook(head: Buffer, fileName: string): string | undefined {
  const ending = extname(fileName).toLowerCase();
  const isZip = head.subarray(0, 2).toString("latin1") === "PK";
  if (isZip && head.subarray(firstEntryName).indexOf(openDocument) === 0)
    return "it is an OpenDocument spreadsheet (.ods); save it as .xlsx";
  if (isZip && ending === ".numbers") return "it is of Apple's Numbers; export it as .xlsx";
  if (isZip && ending === ".xlsb") return "it is of the binary .xlsb kind; save it as .xlsx";
  if (isZip) return undefined;
  const text = head.subarray(0, 4_096).toString("latin1");
  if (text.includes("urn:schemas-microsoft-com:office:spreadsheet"))
    return "it is of the XML kind of Excel 2003; save it as .xlsx";
  const isNamedSo = ending.startsWith(".xls");
  if (isNamedSo && /<(html|table|meta|head)\b/i.test(text))
    return "it is a web page with the name of a workbook; open it in a spreadsheet program and save it as .xlsx";
  return undefined;
}
