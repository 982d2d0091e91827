/** What the bundles of a function and of its child process have in common. Imports nothing heavy. */

/** Installed into the asset with its native binding instead of being bundled; the version is the lock file's. */
export const DUCKDB = "@duckdb/node-api";

/** The native binding is found at run time, by platform; a bundler would want to read it. */
export const DUCKDB_BINDINGS = "@duckdb/node-bindings*";

/** Lambda's Node. */
export const TARGET = "node24";

/** Some bundled CommonJS calls `require`, which an ES module does not have. */
export const REQUIRE_BANNER =
  'import { createRequire as cubbyRequire } from "node:module"; const require = cubbyRequire(import.meta.url);';

/** A package's ES module before its CommonJS, because only the former can be shaken. */
export const MAIN_FIELDS = ["module", "main"];
