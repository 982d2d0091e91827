/** The cloud assembly for the emulator: synthesized as for AWS, then fitted to this machine where nothing else will do. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { missingAttribute, missingResources } from "./gaps.ts";
import { runCommand } from "./run-command.ts";

/** Synthesizes the stacks into `folder`; functions are bundled as for AWS. */
export async function synthesize(folder: string, issuer: string): Promise<void> {
  const app = ["--app", "node test/deployed/app.ts", "--output", folder, "-c", `issuer=${issuer}`];
  await runCommand({ words: ["cdk", "synth", "--quiet", ...app] });
  for (const entry of readdirSync(folder)) if (entry.startsWith("asset.")) useOwnBinding(join(folder, entry));
  for (const entry of readdirSync(folder))
    if (entry.endsWith(".template.json")) fitTemplate(join(folder, entry), issuer);
}

/** Functions are bundled for arm64, and run here on whatever this machine is. */
function useOwnBinding(asset: string): void {
  const bindings = join(asset, "node_modules", "@duckdb");
  const own = `node-bindings-${process.platform}-${process.arch}`;
  if (!existsSync(bindings) || existsSync(join(bindings, own))) return;
  rmSync(join(bindings, "node-bindings-linux-arm64"), { recursive: true, force: true });
  const installed = createRequire(import.meta.url).resolve(`@duckdb/${own}/package.json`);
  cpSync(dirname(installed), join(bindings, own), { recursive: true });
}

/** Leaves out of a template what the emulator refuses; gaps.ts says what that is, and why no more than that. */
function fitTemplate(file: string, issuer: string): void {
  const isMissing = (value: unknown) => JSON.stringify(value)?.endsWith(`,"${missingAttribute.name}"]}`);
  const template = JSON.parse(readFileSync(file, "utf8"), (_key, value) => (isMissing(value) ? issuer : value));
  const resources = Object.entries<{ Type: string }>(template.Resources);
  const kept = resources.filter(([, resource]) => !missingResources.some(({ is }) => is(resource)));
  writeFileSync(file, JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }));
}
