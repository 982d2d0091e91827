/**
 * Bundles the program of a child process: `node bundle-child.ts <entry> <outfile>`. A step of its own, because a
 * `NodejsFunction` has one entry, and a process is started from a file.
 */
import { build } from "esbuild";
import { DUCKDB_BINDINGS, MAIN_FIELDS, REQUIRE_BANNER, TARGET } from "./bundle-settings.ts";

const [entry, outfile] = process.argv.slice(2);
if (entry === undefined || outfile === undefined) throw new Error("Usage: node bundle-child.ts <entry> <outfile>");

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: TARGET,
  mainFields: MAIN_FIELDS,
  banner: { js: REQUIRE_BANNER },
  charset: "utf8",
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  // DuckDB's own JavaScript goes in: reading its hundred files is a quarter of a child's start.
  external: [DUCKDB_BINDINGS],
  logLevel: "warning",
});
