import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
const requirements = join(root, "test/fixtures/tables/requirements.txt");

/**
 * A Python with exactly the packages of test/fixtures/tables: the one that `CUBBY_PYTHON` names, or a venv that is made
 * once and kept. Throws where there is no Python, or no way to its packages.
 */
export async function preparePython(): Promise<string> {
  const named = process.env.CUBBY_PYTHON;
  if (named !== undefined) return named;
  const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const venv = join(root, "node_modules/.cache", `cubby-bench-python-${version}`);
  const python = join(venv, "bin/python");
  if (existsSync(join(venv, "complete"))) return python;
  await rm(venv, { recursive: true, force: true });
  await run("python3", ["-m", "venv", venv]);
  await run(python, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  await run("touch", [join(venv, "complete")]);
  return python;
}
