/**
 * Shows that scripts give the same after their files have become tables. `npm run test:scripts [folder …]`
 *
 * Without folders it takes the scripts of `test/fixtures/scripts/`, whose data `make_data.py` makes, and then compares
 * frames argument by argument over the shapes of `make_shapes.py`. A folder holds scripts with the data they read.
 * Needs Python with pandas and duckdb: `python3`, or the one that CUBBY_PYTHON names.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { convertFolder } from "./convert-folder.ts";
import { preparePairs } from "./prepare-pairs.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const fixtures = join(here, "../../fixtures/scripts");

async function python(script: string, args: readonly string[], cwd = here): Promise<boolean> {
  const child = spawn(process.env.CUBBY_PYTHON ?? "python3", [script, ...args], { cwd, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0;
}

/** Runs every script of a folder before and after. */
async function compareScripts(project: string, work: string, mustRewrite: boolean): Promise<boolean> {
  await mkdir(work, { recursive: true });
  const { pairs, same } = await preparePairs(project, work);
  for (const path of same) console.log(`untouched ${path}`);
  const list = join(work, "pairs.json");
  await writeFile(list, JSON.stringify(pairs));
  const isSame = await python(join(here, "run_pairs.py"), [list]);
  return isSame && !(mustRewrite && same.length > 0);
}

async function compareFixtures(work: string): Promise<boolean> {
  const project = join(work, "project");
  await mkdir(join(project, "data"), { recursive: true });
  await cp(join(fixtures, "programs"), project, { recursive: true });
  const isMade = await python(join(fixtures, "make_data.py"), [], join(project, "data"));
  return isMade && compareScripts(project, join(work, "pairs"), true);
}

async function compareArguments(work: string): Promise<boolean> {
  const shapes = join(work, "shapes");
  await mkdir(shapes);
  if (!(await python(join(fixtures, "make_shapes.py"), [], shapes))) return false;
  const database = join(work, "shapes.db");
  await convertFolder(shapes, database);
  return python(join(here, "compare_arguments.py"), [shapes, database]);
}

const work = await mkdtemp(join(tmpdir(), "scripts-"));
try {
  const folders = process.argv.slice(2);
  const results =
    folders.length > 0
      ? await Promise.all(folders.map((folder, at) => compareScripts(resolve(folder), join(work, `${at}`), false)))
      : [await compareFixtures(work), await compareArguments(work)];
  if (results.includes(false)) process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
