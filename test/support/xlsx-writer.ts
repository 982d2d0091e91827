import { writeZip, type ZipWriterEntry } from "./zip-writer.ts";

/** One sheet of a test workbook. */
export interface XlsxWriterSheet {
  name?: string;
  /** What stands in `<sheetData>`. */
  data?: string;
  /** The whole part, in place of one made from `data`. */
  xml?: string | Buffer;
  /** What stands between `<worksheet>` and `<sheetData>`, say `<cols>`. */
  before?: string;
  state?: "hidden" | "veryHidden";
  type?: "chartsheet" | "dialogsheet" | "xlMacrosheet";
}

export interface XlsxWriterOptions {
  /** Each the content of one `<si>`. */
  strings?: string[];
  /** Format codes; cell style 1 is the first of them, 0 is General. */
  formats?: string[];
  /** Built-in format numbers, for the cell styles after those of `formats`. */
  formatIds?: number[];
  date1904?: boolean;
  /** Parts to add, or to put in place of those that are written otherwise. */
  parts?: Record<string, string | Buffer>;
  /** Paths of parts to leave out. */
  without?: string[];
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** Writes a workbook by hand, for what no program would write, or not on request. */
export function writeXlsx(sheets: XlsxWriterSheet[], options: XlsxWriterOptions = {}): Buffer {
  const parts: Record<string, string | Buffer> = {
    "_rels/.rels": writeRelationships([["rId1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": writeWorkbook(sheets, options),
    "xl/_rels/workbook.xml.rels": writeRelationships([
      ...sheets.map((sheet, i): [string, string, string] => [
        `rId${i + 1}`,
        sheet.type ?? "worksheet",
        `worksheets/sheet${i + 1}.xml`,
      ]),
      ["rIdS", "styles", "styles.xml"],
      ["rIdT", "sharedStrings", "sharedStrings.xml"],
    ]),
    "xl/styles.xml": writeStyles(options),
    "xl/sharedStrings.xml": `${head}<sst ${main}>${(options.strings ?? []).map((si) => `<si>${si}</si>`).join("")}</sst>`,
  };
  sheets.forEach((sheet, i) => {
    parts[`xl/worksheets/sheet${i + 1}.xml`] = sheet.xml ?? writeSheet(sheet);
  });
  const all = Object.entries({ ...parts, ...options.parts }).filter(([name]) => !options.without?.includes(name));
  const entries: ZipWriterEntry[] = all.map(([name, data]) => ({ name, data }));
  return writeZip(entries);
}

function writeSheet({ before = "", data = "" }: XlsxWriterSheet): string {
  return `${head}<worksheet ${main}>${before}<sheetData>${data}</sheetData></worksheet>`;
}

function writeWorkbook(sheets: XlsxWriterSheet[], options: XlsxWriterOptions): string {
  const listed = sheets.map(({ name, state }, i) => {
    const visibility = state === undefined ? "" : ` state="${state}"`;
    return `<sheet name="${name ?? `Sheet${i + 1}`}" sheetId="${i + 1}"${visibility} r:id="rId${i + 1}"/>`;
  });
  const properties = options.date1904 ? '<workbookPr date1904="1"/>' : "";
  return `${head}<workbook ${main} xmlns:r="${relationships}">${properties}<sheets>${listed.join("")}</sheets></workbook>`;
}

function writeStyles({ formats = [], formatIds = [] }: XlsxWriterOptions): string {
  const codes = formats.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${escapeAttribute(code)}"/>`);
  const ids = [0, ...formats.map((_, i) => 164 + i), ...formatIds];
  const cells = ids.map((id) => `<xf numFmtId="${id}"/>`);
  return `${head}<styleSheet ${main}><numFmts>${codes.join("")}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${cells.join("")}</cellXfs></styleSheet>`;
}

function writeRelationships(list: [id: string, type: string, target: string][]): string {
  const items = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${relationships}/${type}" Target="${target}"/>`,
  );
  return `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join("")}</Relationships>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
