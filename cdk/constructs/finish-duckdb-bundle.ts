/**
 * Last step of bundling a function that uses DuckDB: `node finish-duckdb-bundle.ts <folder>`.
 *
 * npm leaves out a binding that it cannot have without a word, and the function would then fail at its first call
 * on AWS. A bundle without the right binding stops the synth here instead.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const WANTED = "node-bindings-linux-arm64";

/** Throws a sentence that says what is wrong with the bundle in `folder`, and drops what it does not need. */
export function finishDuckDbBundle(folder: string, wantedVersion: string): void {
  const bindings = join(folder, "node_modules", "@duckdb");
  const found = existsSync(bindings) ? readdirSync(bindings).filter((name) => name.startsWith("node-bindings-")) : [];
  if (!existsSync(join(bindings, WANTED, "duckdb.node"))) {
    throw new Error(
      `Cannot bundle DuckDB for Lambda: @duckdb/${WANTED}/duckdb.node is missing (found ${found.join(", ") || "none"}). ` +
        "Check that npm can reach that package and that package-lock.json lists it",
    );
  }
  const others = found.filter((name) => name !== WANTED);
  if (others.length > 0) throw new Error(`Cannot bundle DuckDB for Lambda: ${others.join(", ")} would go along`);
  const version = readVersion(join(bindings, "node-api", "package.json"));
  if (version !== wantedVersion) {
    throw new Error(
      `Cannot bundle DuckDB for Lambda: version ${version} was installed, package.json pins ${wantedVersion}`,
    );
  }
  // The whole project's lock file would change the asset, and redeploy 64 MB, with every unrelated dependency.
  for (const name of ["package-lock.json", "node_modules/.package-lock.json"])
    rmSync(join(folder, name), { force: true });
}

function readVersion(manifest: string): string {
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

if (import.meta.main) {
  const project = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  try {
    finishDuckDbBundle(process.argv[2] ?? ".", project.dependencies["@duckdb/node-api"]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error); // the sentence, without a stack trace over it
    process.exitCode = 1;
  }
}
