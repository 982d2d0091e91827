import { SettingError } from "../settings.ts";
import { findLayout, type Layout, namesOf, withoutEmptyEnd } from "./find-layout.ts";
import { isBlank, type TextRecord } from "./parse-records.ts";
import { commonestWidth, isHeaderAgain } from "./record-shape.ts";

/** The layout of a file of which somebody said where its header is: in this line, or nowhere. */
export function givenLayout(records: readonly TextRecord[], headerRow: number | null): Layout {
  return headerRow === null ? withoutHeader(records) : withHeader(records, headerRow);
}

function withHeader(records: readonly TextRecord[], headerRow: number): Layout {
  const at = records.findIndex((record) => record.line === headerRow && !isBlank(record));
  const header = records[at];
  if (header === undefined) {
    throw new SettingError("header_row", `Cannot take line ${headerRow} for the header: no record begins there`);
  }
  const below = records.slice(at + 1).filter((record) => !isBlank(record));
  const data = below.filter((record) => !isHeaderAgain(header, record));
  const common = data.length === 0 ? header.cells.length : commonestWidth(data).width;
  const names = namesOf(header.cells, data, common);
  const width = Math.max(common, withoutEmptyEnd(names).length);
  return {
    width,
    header: [header],
    names: Array.from({ length: width }, (_, index) => names[index] ?? null),
    preamble: records.slice(0, at).filter((record) => !isBlank(record)),
    skip: at + 1,
    dataStart: header.end,
    data,
    isHeaderAgain: data.length < below.length,
  };
}

/** What was taken for the header is the first record of data; titles above it stay what they are. */
function withoutHeader(records: readonly TextRecord[]): Layout {
  const { header, ...found } = findLayout(records);
  if (header.length === 0) return { ...found, header };
  const data = [...header, ...found.data];
  const { width } = commonestWidth(data);
  const dataStart = found.preamble.at(-1)?.end ?? 0;
  const skip = records.filter((record) => record.end <= dataStart).length;
  return {
    ...found,
    header: [],
    isHeaderAgain: false,
    width,
    names: Array.from({ length: width }, () => null),
    skip,
    dataStart,
    data,
  };
}
