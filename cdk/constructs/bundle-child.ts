/**
 * Bundles the program of a child process: `node bundle-child.ts <entry> <outfile>`. A step of its own, because a
 * `NodejsFunction` has one entry, and a process is started from a file.
 */
import { build, type Plugin } from "esbuild";
import { DUCKDB_BINDINGS, MAIN_FIELDS, REQUIRE_BANNER, TARGET } from "./bundle-settings.ts";

const [entry, outfile] = process.argv.slice(2);
if (entry === undefined || outfile === undefined) throw new Error("Usage: node bundle-child.ts <entry> <outfile>");

/**
 * Goes to the binding of this platform straight away. DuckDB's own loader first finds out whose C library this is, which
 * is an eighth of a child's start; where the straight way leads nowhere (musl) it decides after all.
 */
const straightToBinding: Plugin = {
  name: "straight-to-binding",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@duckdb\/node-bindings$/ }, ({ namespace }) =>
      namespace === "binding"
        ? { path: "@duckdb/node-bindings", external: true }
        : { path: "it", namespace: "binding" },
    );
    onLoad({ filter: /./, namespace: "binding" }, () => ({ contents: findBinding }));
  },
};

const findBinding = `
  try {
    module.exports = require("@duckdb/node-bindings-" + process.platform + "-" + process.arch + "/duckdb.node");
  } catch {
    module.exports = require("@duckdb/node-bindings");
  }`;

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
  plugins: [straightToBinding],
  logLevel: "warning",
});
