import { openPromise } from "yauzl";

/** The part that every workbook has; some writers use backslashes or capitals. */
const WORKBOOK_PART = /^[\\/]?xl[\\/]workbook\w*\.xml$/i;
const MAX_ENTRIES = 5000;

/** True for a zip that names a workbook's main part in its directory. Whether it can be read is for the reader. */
export async function isWorkbook(path: string): Promise<boolean> {
  try {
    const zip = await openPromise(path, { lazyEntries: true, decodeStrings: false, autoClose: false });
    try {
      let count = 0;
      for await (const entry of zip.eachEntry()) {
        if (WORKBOOK_PART.test(String(entry.fileName))) return true;
        if (++count === MAX_ENTRIES) return false;
      }
      return false;
    } finally {
      zip.close();
    }
  } catch {
    return false; // damaged: its name decides what it was meant to be
  }
}
