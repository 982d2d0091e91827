import { rm } from "node:fs/promises";
import { resultTooLarge } from "../stream-limits.ts";
import type { ContentBuilder } from "./content.ts";
import { measureFile } from "./result-file.ts";

/** The file that the child wrote by itself. Its size was the kernel's to limit; here it is only looked at once more. */
export function createParquetContent({ path, maxBytes }: { path: string; maxBytes: number }): ContentBuilder {
  return {
    add: () => {
      throw new Error("Cannot take rows of a Parquet file");
    },
    finish: async () => {
      const content = await measureFile(path);
      if (content.sizeBytes > maxBytes) throw resultTooLarge(maxBytes);
      return content;
    },
    discard: () => rm(path, { force: true }),
  };
}
