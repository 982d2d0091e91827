import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import {
  DUCKDB,
  DUCKDB_BINDINGS,
  MAIN_FIELDS,
  REQUIRE_BANNER,
  TARGET,
} from "../../../cdk/constructs/bundle-settings.ts";
import { type FunctionName, type FunctionTopology, functions } from "../../../cdk/topology.ts";
import { copyPythonFiles } from "../../../cdk/constructs/copy-python-files.ts";

const root = join(import.meta.dirname, "../../..");

/** What Lambda would get of a function, and how large its code is. */
export interface Bundle {
  readonly folder: string;
  /** Of the function's module and, where it has one, of its child's; without DuckDB's native binding. */
  readonly codeBytes: number;
  readonly zippedBytes: number;
}

/** One minified module as `cdk/constructs/function-bundling.ts` has it made, with the child's beside it. */
export async function bundleFunction(name: FunctionName, folder: string): Promise<Bundle> {
  const topology: FunctionTopology = functions[name];
  await mkdir(folder, { recursive: true });
  // A deployment installs DuckDB into the asset.
  if (topology.usesDuckDb) await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const code = [join(folder, "index.mjs")];
  await build({
    ...{ entryPoints: [join(root, topology.entry)], outfile: code[0] ?? "", bundle: true },
    ...{ platform: "node", format: "esm", target: TARGET, mainFields: MAIN_FIELDS, banner: { js: REQUIRE_BANNER } },
    ...{ charset: "utf8", minify: true, keepNames: true, sourcemap: true, sourcesContent: false },
    external: [DUCKDB_BINDINGS, ...(topology.usesDuckDb ? [DUCKDB] : [])],
    logLevel: "error",
  });
  const child = join(root, dirname(topology.entry), "child.ts");
  if (existsSync(child)) {
    const outfile = join(folder, `${basename(dirname(topology.entry))}-child.mjs`);
    await promisify(execFile)(process.execPath, [join(root, "cdk/constructs/bundle-child.ts"), child, outfile]);
    code.push(outfile);
  }
  if (topology.rewritesPython) copyPythonFiles(folder);
  const files = await Promise.all(code.map((path) => readFile(path)));
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    folder,
    codeBytes: sum(files.map((file) => file.length)),
    zippedBytes: sum(files.map((file) => gzipSync(file).length)),
  };
}
