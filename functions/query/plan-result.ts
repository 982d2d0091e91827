import { join } from "node:path";
import type { QueryRequest } from "../../shared/contract/functions.ts";
import type { ContentBuilder } from "../../shared/tables/query/content/content.ts";
import { createGrowingContent } from "../../shared/tables/query/content/growing-content.ts";
import { createParquetContent } from "../../shared/tables/query/content/parquet-content.ts";
import { createWorkbookContent, MAX_SHEET_BYTES } from "../../shared/tables/query/content/workbook-content.ts";

/** How a request's result comes about on this machine. */
export interface ResultPlan {
  /** Of what the child makes, before the parent packs it. */
  readonly maxBytes: number;
  /** Where the child itself writes. */
  readonly outputPath?: string;
  content(): ContentBuilder;
}

/** Where results grow, and how large one may be inside an answer. */
export interface ResultRoom {
  readonly directory: string;
  readonly inlineBytes: number;
  /** A word of its own for each result. */
  nextName(): string;
}

/** Decides between memory and disk: text begins in memory, the others are always files first. */
export function planResult({ format, output, upload }: QueryRequest, room: ResultRoom): ResultPlan {
  const { inlineBytes } = room;
  const fileBytes = upload?.max_bytes ?? inlineBytes;
  const path = () => join(room.directory, room.nextName());
  if (format === "parquet") {
    const outputPath = path();
    return {
      maxBytes: fileBytes,
      outputPath,
      content: () => createParquetContent({ path: outputPath, maxBytes: fileBytes }),
    };
  }
  if (format === "xlsx") {
    return { maxBytes: MAX_SHEET_BYTES, content: () => createWorkbookContent({ path: path(), maxBytes: fileBytes }) };
  }
  const growing = (inline: number, maxBytes?: number) =>
    createGrowingContent({
      format,
      inlineBytes: inline,
      ...(maxBytes === undefined ? {} : { file: { path: path(), maxBytes } }),
    });
  if (upload === undefined) return { maxBytes: inlineBytes, content: () => growing(inlineBytes) };
  const inline = output === "file" ? 0 : Math.min(inlineBytes, fileBytes);
  return { maxBytes: fileBytes, content: () => growing(inline, fileBytes) };
}
