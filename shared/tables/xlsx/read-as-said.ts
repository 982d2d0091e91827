/** How one sheet is to be read where somebody said so. */
import type { ConversionSettings } from "../settings.ts";
import { typingOf } from "../types/typing.ts";
import { findLayout, type SheetLayout } from "./find-layout.ts";
import { givenLayout } from "./given-layout.ts";
import { parseRange } from "./parse-range.ts";
import type { RowBatch } from "./row-batch.ts";
import type { SheetRange } from "./sheet-range.ts";

export interface SheetReading {
  /** Which of the tables on the sheet it is, where somebody said so: then none is looked for. */
  range?: SheetRange;
  isTableGiven: boolean;
  layoutOf: (first: RowBatch) => SheetLayout;
  /** Texts that mean NULL; none unless somebody said so. */
  nulls: ReadonlySet<string>;
  /** Whether the column of this header is to hold every cell as text. */
  isText: (header: string) => boolean;
}

export function readingOf(settings: ConversionSettings): SheetReading {
  const { header_row, range, all_text } = settings;
  const typing = typingOf(settings);
  return {
    ...(range !== undefined && { range: parseRange(range) }),
    isTableGiven: range !== undefined || typeof header_row === "number",
    layoutOf: header_row === undefined ? findLayout : (first) => givenLayout(first, header_row),
    nulls: typing.nullsInText ? typing.nulls : new Set(),
    isText: (header) => all_text === true || typing.asked.get(header)?.length === 0,
  };
}
