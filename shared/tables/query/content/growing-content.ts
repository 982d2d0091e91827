import type { QueryColumn, QueryEnd } from "../frames.ts";
import { resultTooLarge, tooLargeInline } from "../stream-limits.ts";
import type { Content, ContentBuilder } from "./content.ts";
import { createResultFile, type ResultFile } from "./result-file.ts";

/** How far a result may grow, and where to. */
export interface GrowingOptions {
  readonly format: "json" | "ndjson" | "csv";
  /** In memory, counted as the answer will be sent. 0 puts everything into the file. */
  readonly inlineBytes: number;
  /** Absent: there is only memory. */
  readonly file?: { readonly path: string; readonly maxBytes: number };
}

/**
 * Content that stays in memory as long as it fits into an answer, and goes on in a file when it does not. A file of
 * JSON is the document that the answer would have been: `{columns, rows, row_count}`.
 */
export function createGrowingContent({ format, inlineBytes, file }: GrowingOptions): ContentBuilder {
  const isRows = format === "json";
  const held: unknown[] = [];
  let heldLines: string[] = [];
  let bytes = 0;
  let written = 0;
  let spilled: ResultFile | undefined;

  const toText = (value: unknown, line: string): string => {
    if (!isRows) return String(value);
    return `${written++ === 0 ? "" : ","}\n${line}`;
  };
  const spill = async (): Promise<ResultFile> => {
    if (file === undefined) throw tooLargeInline(inlineBytes);
    if (inlineBytes > file.maxBytes) throw resultTooLarge(file.maxBytes);
    const opened = createResultFile(file.path, file.maxBytes);
    spilled = opened;
    if (isRows) await opened.write('{"rows":[');
    for (const [index, line] of heldLines.entries()) await opened.write(toText(held[index], line));
    heldLines = [];
    return opened;
  };
  return {
    add: (value, line) => {
      if (spilled !== undefined) return spilled.write(toText(value, line));
      held.push(value);
      heldLines.push(isRows ? line : "");
      bytes += Buffer.byteLength(line) + 1;
      return bytes > inlineBytes ? spill().then(() => {}) : undefined;
    },
    finish: async (columns, end): Promise<Content> => {
      const all = bytes + Buffer.byteLength(JSON.stringify(columns));
      if (spilled === undefined && (inlineBytes === 0 || all > inlineBytes)) await spill();
      if (spilled === undefined) {
        return isRows ? { kind: "rows", rows: held as unknown[][] } : { kind: "text", text: held.join("") };
      }
      if (isRows) await spilled.write(closing(columns, end));
      return spilled.finish();
    },
    discard: async () => {
      await spilled?.discard();
    },
  };
}

function closing(columns: readonly QueryColumn[], { row_count }: QueryEnd): string {
  return `\n],"columns":${JSON.stringify(columns)},"row_count":${row_count}}\n`;
}
