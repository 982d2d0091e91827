import { createHash, randomUUID } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Everything the bundle is made of; what comes from `node_modules` is named by the lock file. */
const SOURCES = [
  "functions/explorer/{build,docs,page}/**/*",
  "shared/{client,files,contract}/**/*.ts",
  "package-lock.json",
];

/**
 * The page's folder for a host on this machine, built unless exactly these sources were built before. Several hosts
 * may ask at once: each builds for itself, the first one's folder is kept.
 */
export async function preparePage(): Promise<string> {
  const cache = join(root, "node_modules", ".cache", "cubby-page");
  const folder = join(cache, await fingerprint());
  if (existsSync(folder)) return folder;
  const { bundlePage } = await import("./page-bundle.ts");
  const draft = join(cache, `draft-${randomUUID()}`);
  await bundlePage(draft, 5);
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: root }).sort()) {
    const content = await readFile(join(root, file)).catch(() => undefined); // a folder, or just deleted
    if (content !== undefined) hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}
