/**
 * What the rewriting of scripts costs: what it adds to the function's bundle, what loading it takes in a process of
 * its own, and the time for a script of 5,000 lines in one that is warm. CPU time, the best of several.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { MAIN_FIELDS, REQUIRE_BANNER, TARGET } from "../../../cdk/constructs/bundle-settings.ts";
import { copyPythonFiles } from "../../../cdk/constructs/copy-python-files.ts";
import type { SessionFile } from "../../../shared/python/reads/session-files.ts";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { checkFolder } from "./check-folder.ts";

const entry = fileURLToPath(new URL("../../../shared/python/rewrite-script.ts", import.meta.url));
const files: SessionFile[] = [{ path: "uploads/sales.csv", kind: "delimited", tables: ["sales"], sheets: 1 }];
const RUNS = 7;

/** Run in a process of its own, beside the bundle. */
const LOADING = `
  const milliseconds = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
  const start = milliseconds();
  const { rewriteScript } = await import("./index.mjs");
  const imported = milliseconds();
  await rewriteScript("uploads/a.py", Buffer.from('import pandas as pd\\npd.read_csv("sales.csv")\\n'), ${JSON.stringify(files)});
  console.log(JSON.stringify({ imported: imported - start, first: milliseconds() - imported }));`;

/** `npm run bench -- rewrite`: figures of the bundle, of loading it, and of a long script. */
export async function measureRewriting(folder: string): Promise<void> {
  await bundleInto(folder);
  for (const [name, bytes] of sizesIn(folder)) console.log(`rewrite: ${name} ${(bytes / 1e6).toFixed(2)} MB`);
  const runs: { imported: number; first: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", LOADING], {
      cwd: folder,
    });
    runs.push(JSON.parse(stdout) as { imported: number; first: number });
  }
  const best = (name: "imported" | "first") => Math.min(...runs.map((run) => run[name])).toFixed(0);
  console.log(`rewrite: import ${best("imported")} ms, first script with its parsers ${best("first")} ms of CPU`);
  for (const every of [1, 20]) {
    const script = longScript(every);
    const times: number[] = [];
    for (let run = 0; run < 3 * RUNS; run++) times.push(await timeOf(script));
    const lines = script.toString().split("\n").length;
    const reads = Math.ceil(STEPS / every);
    console.log(`rewrite: ${lines} lines with ${reads} reads ${Math.min(...times).toFixed(0)} ms of CPU, warm`);
  }
}

/** `npm run bench -- rewrite <folder>`: every script below it, held against its original. */
export async function checkRewriting(folder: string): Promise<void> {
  const result = await checkFolder(folder);
  console.log(JSON.stringify(result, null, 2));
  if (result.problems.length > 0) process.exitCode = 1;
}

async function bundleInto(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  copyPythonFiles(folder);
  const settings = { bundle: true, minify: true, keepNames: true, platform: "node", format: "esm" } as const;
  await build({
    ...settings,
    entryPoints: [entry],
    outfile: join(folder, "index.mjs"),
    target: TARGET,
    mainFields: MAIN_FIELDS,
    banner: { js: REQUIRE_BANNER },
  });
  writeFileSync(join(folder, "package.json"), "{}");
}

function sizesIn(folder: string): [string, number][] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return entries.map((each) => [each.name, statSync(join(each.parentPath, each.name)).size]);
}

async function timeOf(script: Buffer): Promise<number> {
  const before = process.cpuUsage();
  await rewriteScript("uploads/long.py", script, files);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const STEPS = 416;

/** Twelve lines a step, and a read in every so many. */
function longScript(every: number): Buffer {
  const steps = Array.from({ length: STEPS }, (_, step) => {
    const read = step % every === 0 ? 'pd.read_csv(os.path.join(FOLDER, "sales.csv"))' : `step_${step}(None)`;
    return `
def step_${step}(frame, limit=${step}):
    """Step ${step}."""
    result = {"a": frame, "b": [limit, limit + 1]}
    if result["a"] is not None:
        return pd.DataFrame(result).groupby("a").agg({"b": "sum"})
    for index in range(10):
        print(index, f"{index}: {limit}")
    return None


data_${step} = ${read}
`;
  });
  return Buffer.from(`import os\nimport pandas as pd\n\nFOLDER = "data"\n${steps.join("")}`);
}
