import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * The parsers' files: WebAssembly beside the JavaScript that loads it. From the sources they come out of the packages;
 * a bundle has copies in a folder beside itself, for nobody can bundle WebAssembly:
 *
 *     functions/convert/handler.ts -> index.mjs
 *     these files                  -> python/<name>
 */
export const parserFiles = {
  "web-tree-sitter.cjs": "web-tree-sitter",
  "web-tree-sitter.wasm": "web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-python.wasm": "tree-sitter-python/tree-sitter-python.wasm",
  "ruff_wasm.cjs": "@astral-sh/ruff-wasm-nodejs",
  "ruff_wasm_bg.wasm": "@astral-sh/ruff-wasm-nodejs/ruff_wasm_bg.wasm",
} as const;

export type ParserFile = keyof typeof parserFiles;

/** The folder's name in a bundle. */
export const PARSER_FOLDER = "python";

const require = createRequire(import.meta.url);

/** Where a file of the parsers is on this machine. */
export function locateParserFile(name: ParserFile): string {
  const bundled = fileURLToPath(new URL(`${PARSER_FOLDER}/${name}`, import.meta.url));
  if (existsSync(bundled)) return bundled;
  return require.resolve(parserFiles[name]);
}

/** Loads one of the parsers' own modules, which are CommonJS. */
export function requireParser<Module>(name: ParserFile): Module {
  return require(locateParserFile(name)) as Module;
}

/** Makes the next `requireParser` load the module, and its WebAssembly, anew. */
export function forgetParser(name: ParserFile): void {
  delete require.cache[locateParserFile(name)];
}
