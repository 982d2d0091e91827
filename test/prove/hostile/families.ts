import type { ReaderFamily } from "./reader.ts";
import { forms } from "./readers/forms.ts";
import { names } from "./readers/names.ts";
import { scripts } from "./readers/scripts.ts";
import { statements } from "./readers/statements.ts";
import { tableFamilies } from "./readers/table-families.ts";
import { tokens } from "./readers/tokens.ts";
import { zips } from "./readers/zips.ts";

/** Every place at which bytes of strangers are read. */
export const families: readonly ReaderFamily[] = [zips, forms, names, scripts, statements, tokens, ...tableFamilies];
