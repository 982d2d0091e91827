import { type Relationship, readRelationships, relationshipsPath } from "./relationships.ts";
import { unreadable } from "./unreadable.ts";
import type { WorkbookPackage } from "./workbook-package.ts";
import { elementName, scanXml, type XmlHandler } from "./xml-scanner.ts";
import { readAttributes } from "./xml-text.ts";

/** One sheet as the workbook lists it. */
export interface SheetOutline {
  name: string;
  /** Position in the workbook, from 1. */
  order: number;
  hidden: boolean;
  /** `worksheet`, or what there is to see instead of cells: `chartsheet`, `dialogsheet` … */
  type: string;
  /** Path of its part; absent where the workbook names one that is not there. */
  path: string | undefined;
  /** The name of an earlier sheet that has the same part; no program lists one twice. */
  sameAs?: string;
}

/** What a workbook is made of. */
export interface WorkbookOutline {
  sheets: SheetOutline[];
  /** Whether day 0 is in 1904, as on early Macs. */
  is1904: boolean;
  /** Where they would be; a workbook without texts or formats has no such part. */
  stylesPath: string;
  sharedStringsPath: string;
}

/** Finds the parts of a workbook through its relationships, as Excel does: the usual paths are just a habit. */
export async function readWorkbookOutline(workbook: WorkbookPackage): Promise<WorkbookOutline> {
  const path = await findWorkbookPath(workbook);
  const part = await workbook.find(path);
  if (part === undefined) throw unreadable("it holds no workbook.xml");
  const handler = new OutlineHandler();
  await scanXml(part, handler);
  const related = await relationshipsOf(workbook, path);
  const pathOf = (type: string) =>
    related.find((relationship) => relationship.type === type)?.target ?? `xl/${type}.xml`;
  const outlines = handler.sheets.map((sheet, index) => toOutline(sheet, index + 1, related, workbook));
  return {
    sheets: withRepetitions(outlines),
    is1904: handler.is1904,
    stylesPath: pathOf("styles"),
    sharedStringsPath: pathOf("sharedStrings"),
  };
}

/** A thousand names for one sheet would be a thousand tables of it. */
function withRepetitions(sheets: readonly SheetOutline[]): SheetOutline[] {
  const firstOf = new Map<string, string>();
  return sheets.map((sheet) => {
    if (sheet.path === undefined) return sheet;
    const sameAs = firstOf.get(sheet.path.toLowerCase());
    if (sameAs !== undefined) return { ...sheet, sameAs };
    firstOf.set(sheet.path.toLowerCase(), sheet.name);
    return sheet;
  });
}

async function findWorkbookPath(workbook: WorkbookPackage): Promise<string> {
  const related = await relationshipsOf(workbook, "");
  const path = related.find(({ type }) => type === "officeDocument")?.target ?? "xl/workbook.xml";
  if (path.endsWith(".bin")) throw unreadable("it is of the binary .xlsb kind; save it as .xlsx");
  return path;
}

async function relationshipsOf(workbook: WorkbookPackage, owner: string): Promise<Relationship[]> {
  const rels = await workbook.find(relationshipsPath(owner));
  return rels === undefined ? [] : await readRelationships(rels, owner);
}

interface ListedSheet {
  name: string;
  state: string;
  relationshipId: string;
}

const sheet = elementName("sheet");
const workbookPr = elementName("workbookPr");

class OutlineHandler implements XmlHandler {
  readonly sheets: ListedSheet[] = [];
  is1904 = false;
  /** By name how many sheets have it. */
  readonly #named = new Map<string, number>();

  open(name: number, bytes: Buffer, from: number, to: number): void {
    if (name === sheet) {
      const { name: title = "", state = "visible", id = "" } = readAttributes(bytes, from, to);
      this.sheets.push({ name: this.#toOwn(title), state, relationshipId: id });
    } else if (name === workbookPr) {
      // An extension of Excel 2013 has an element of the same name, without this attribute.
      const { date1904 } = readAttributes(bytes, from, to);
      this.is1904 ||= date1904 === "1" || date1904 === "true";
    }
  }

  close(): void {}
  text(): void {}

  /** No program gives two sheets one name: the later one's table would take the place of the first one's. */
  #toOwn(title: string): string {
    let own = title;
    while (this.#named.has(own)) {
      const number = (this.#named.get(title) ?? 1) + 1;
      this.#named.set(title, number);
      own = `${title} (${number})`;
    }
    this.#named.set(own, 1);
    return own;
  }
}

function toOutline(
  listed: ListedSheet,
  order: number,
  related: Relationship[],
  workbook: WorkbookPackage,
): SheetOutline {
  const relationship = related.find(({ id }) => id === listed.relationshipId);
  // Without any relationships the usual path is as good a guess as any. With them it would be another sheet's: Excel 97
  // listed its modules among the sheets, and they still stand there, with an id that leads nowhere.
  const path = related.length > 0 ? (relationship?.target ?? "") : `xl/worksheets/sheet${order}.xml`;
  return {
    name: listed.name,
    order,
    hidden: listed.state !== "visible",
    type: relationship?.type ?? "worksheet",
    path: workbook.has(path) ? path : undefined,
  };
}
