import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { childEntryPath } from "../../functions/query/child-entry.ts";

const bundler = fileURLToPath(new URL("../../cdk/constructs/bundle-child.ts", import.meta.url));
/** Inside `node_modules`, so that what is not bundled, DuckDB's native binding, is found from there. */
const folder = fileURLToPath(new URL("../../node_modules/.cache/cubby-query-child/", import.meta.url));

/** The file that query's child processes run, and how to remove it. */
export interface BundledChild {
  readonly path: string;
  remove(): void;
}

/** The child as a deployment bundles it. It starts in half the time that the sources take, which tests do hundreds of times. */
export async function bundleQueryChild(): Promise<BundledChild> {
  const path = `${folder}${randomUUID()}.mjs`;
  await promisify(execFile)(process.execPath, [bundler, childEntryPath(), path]);
  return {
    path,
    remove: () => {
      for (const file of [path, `${path}.map`]) rmSync(file, { force: true });
    },
  };
}
