import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BundlingOptions, Charset, OutputFormat, SourceMapMode } from "aws-cdk-lib/aws-lambda-nodejs";
import type { FunctionTopology } from "../topology.ts";
import { DUCKDB, DUCKDB_BINDINGS, MAIN_FIELDS, REQUIRE_BANNER, TARGET } from "./bundle-settings.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** The repository's root: every path in the topology starts here. */
export const projectRoot = join(here, "..", "..");

/**
 * How a function becomes an asset without Docker: one minified ES module, the AWS SDK inside it.
 *
 * The runtime's own SDK changes under a function without a deployment and takes longer to load, so ours goes along.
 * Source maps name files and lines but carry no sources: enough for a stack trace, a third of the size.
 */
export function functionBundling(topology: FunctionTopology): BundlingOptions {
  const { entry, usesDuckDb } = topology;
  const options: BundlingOptions = {
    format: OutputFormat.ESM,
    target: TARGET,
    mainFields: MAIN_FIELDS,
    banner: REQUIRE_BANNER,
    charset: Charset.UTF8,
    minify: true,
    keepNames: true, // logs and metrics show names of errors and functions
    sourceMap: true,
    sourceMapMode: SourceMapMode.DEFAULT,
    sourcesContent: false,
    bundleAwsSDK: true,
    externalModules: [DUCKDB_BINDINGS],
  };
  if (usesDuckDb) return { ...options, ...duckDbBundling(topology) };
  return { ...options, commandHooks: { ...noHooks, afterBundling: (_input, output) => buildPage(entry, output) } };
}

const noHooks = { beforeBundling: () => [], beforeInstall: () => [] };

/** A function with a web page builds it into a folder of the asset: `functions/explorer/build/` → `page/`. */
function buildPage(entry: string, output: string): string[] {
  const program = join(projectRoot, dirname(entry), "build", "main.ts");
  return existsSync(program) ? [node(program, join(output, "page"))] : [];
}

function duckDbBundling({ entry, rewritesPython }: FunctionTopology): BundlingOptions {
  return {
    nodeModules: [DUCKDB],
    // npm picks the binding of the machine it runs on unless told whom the packages are for.
    environment: {
      npm_config_os: "linux",
      npm_config_cpu: "arm64",
      npm_config_libc: "glibc",
      npm_config_prefer_offline: "true", // the lock file says what each package is, so npm's cache will do
    },
    commandHooks: {
      ...noHooks,
      afterBundling: (_input, output) => [
        ...bundleChild(entry, output),
        node(join(here, "finish-duckdb-bundle.ts"), output),
        ...(rewritesPython ? [node(join(here, "copy-python-files.ts"), output)] : []),
      ],
    },
  };
}

/**
 * A function that works in a child process keeps its program in `child.ts` beside the handler; it becomes a second
 * file of the asset, named after the folder: `functions/query/child.ts` → `query-child.mjs`.
 */
function bundleChild(entry: string, output: string): string[] {
  const folder = dirname(entry);
  const child = join(projectRoot, folder, "child.ts");
  if (!existsSync(child)) return [];
  return [node(join(here, "bundle-child.ts"), child, join(output, `${basename(folder)}-child.mjs`))];
}

/** A line for bash, or for cmd.exe on Windows. */
function node(...words: string[]): string {
  const quote = process.platform === "win32" ? inDoubleQuotes : inSingleQuotes;
  return [process.execPath, ...words].map(quote).join(" ");
}

function inSingleQuotes(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function inDoubleQuotes(word: string): string {
  return `"${word}"`;
}
