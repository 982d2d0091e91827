import { once } from "node:events";
import { PassThrough } from "node:stream";
import { packWhole, writeZip, type StreamedFile, type WholeFile } from "../../../files/archive/write-zip.ts";
import { sheetPart, workbookParts } from "../formats/sheet-styles.ts";
import type { ContentBuilder } from "./content.ts";
import { createResultFile } from "./result-file.ts";

/** The earliest time that ZIP can say: the same result makes the same bytes, whenever it is asked for. */
const NO_TIME = new Date(1980, 0, 1);
/** Below this no program has to know of ZIP64. */
export const MAX_SHEET_BYTES = 0xf0000000;

/** Packs the sheet's XML, as it comes, into an XLSX file. More than `MAX_SHEET_BYTES` of it the child does not send. */
export function createWorkbookContent({ path, maxBytes }: { path: string; maxBytes: number }): ContentBuilder {
  const sheet = new PassThrough({ highWaterMark: 1024 * 1024 });
  const file = createResultFile(path, maxBytes);
  sheet.on("error", () => {}); // it is `packed` that everybody waits for
  const packed = pack();
  packed.catch((error: Error) => sheet.destroy(error));

  async function pack(): Promise<void> {
    for await (const piece of writeZip(parts())) await file.write(piece);
  }
  async function* parts(): AsyncGenerator<WholeFile | StreamedFile> {
    for (const [name, xml] of workbookParts) {
      yield await packWhole({ name, modifiedAt: NO_TIME, compress: true }, Buffer.from(xml));
    }
    yield { name: sheetPart, modifiedAt: NO_TIME, plainBytes: 0, compress: true, open: async () => sheet };
  }
  return {
    add: (value) => {
      if (sheet.write(String(value))) return undefined;
      return Promise.race([once(sheet, "drain").then(() => {}), packed]);
    },
    finish: async () => {
      sheet.end();
      await packed;
      return file.finish();
    },
    discard: async () => {
      sheet.destroy();
      await packed.catch(() => {});
      await file.discard();
    },
  };
}
