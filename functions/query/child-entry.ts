import { fileURLToPath } from "node:url";

/**
 * Where the child's code is: `child.ts` beside this file when Node runs the sources, `query-child.mjs` beside the
 * bundle on Lambda. A bundler of `handler.ts` therefore has a second entry:
 *
 *     functions/query/handler.ts -> index.mjs
 *     functions/query/child.ts   -> query-child.mjs   (ESM, DuckDB's bindings external, in the same folder)
 */
export const bundledChildName = "query-child.mjs";

/** The child's file for the module at `moduleUrl`: sources lead to sources, a bundle to its neighbour. */
export function childEntryPath(moduleUrl: string = import.meta.url): string {
  const name = moduleUrl.endsWith(".ts") ? "child.ts" : bundledChildName;
  return fileURLToPath(new URL(name, moduleUrl));
}
