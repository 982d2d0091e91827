import { isAppError } from "../../../../shared/errors.ts";
import { parseFileName, parseFilePath } from "../../../../shared/files/file-names.ts";
import { nameFromForm } from "../../../../shared/files/sent-name.ts";
import { flattenEntryNames } from "../../../../shared/files/zip-flatten.ts";
import { toTableName } from "../../../../shared/tables/names.ts";
import { impossibleNames, nastyNames } from "../../../support/nasty-names.ts";
import { assertReason, Finding, type ReaderFamily, stateless } from "../reader.ts";

const seeds = [...nastyNames, ...impossibleNames.map(([name]) => name)].map((name) => Buffer.from(name));
const words = [
  "/",
  "\\",
  "..",
  "%2e%2e%2f",
  "%22",
  "\0",
  "\u202e",
  "\u0300",
  "\ufeff",
  ".csv",
  "uploads/",
  "\ud83d",
  "ﷺ",
  "İ",
  "ß",
  ":",
  "CON",
];

/** A name that is taken is kept: the same when it is taken again, no path, of at most 255 bytes. */
export const names: ReaderFamily = {
  name: "names",
  share: 14,
  open: async () => stateless({ seeds, words }, read),
};

async function read(bytes: Buffer): Promise<string> {
  // Half of them with lone surrogates, which no UTF-8 can hold and JSON can.
  const text = (bytes[0] ?? 0) % 2 === 0 ? bytes.toString("utf8") : bytes.toString("utf16le");
  check(toTableName(`uploads/${text}`).length > 0, "a table without a name");
  check([...flattenEntryNames([text, `x/${text}`]).values()].length > 0, "an entry without a name");
  try {
    const kept = parseFileName(nameFromForm(text));
    check(parseFileName(kept) === kept, "taken again it is another one");
    check(parseFilePath(`uploads/${kept}`).name === kept, "its path has another name");
    check(!/[/\\\0]/.test(kept) && kept !== "." && kept !== "..", "it is a path");
    check(Buffer.byteLength(kept) <= 255, "it is too long");
    check(decodeURIComponent(encodeURIComponent(kept)) === kept, "it does not survive a URL");
    return "read";
  } catch (error) {
    if (isAppError(error, "path_not_allowed")) return assertReason(error.code, error.message);
    throw error;
  }
}

function check(holds: boolean, sentence: string): void {
  if (!holds) throw new Finding(sentence);
}
