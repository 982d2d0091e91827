/**
 * `npm run bench -- scripts <folder>`: rewrites every script and notebook below a folder, as if each data file that
 * one names were a table, and holds the results against the originals: they compile, and their trees are the same
 * outside of the edits, by Python's own parser.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import type { RewrittenScript } from "../../../shared/python/rewrite-script.ts";
import { chooseHelperName } from "../../../shared/python/rewriting/helper-name.ts";
import { findScripts, programOf } from "./find-scripts.ts";

const comparer = fileURLToPath(new URL("compare_trees.py", import.meta.url));

interface Case {
  name: string;
  before: string;
  after: string;
  helper: string;
}

/** What came of a folder. */
export interface FolderResult {
  scripts: number;
  /** Of the whole scripts that were left alone, by code. */
  reasons: Record<string, number>;
  /** Of the reads, by class or code. */
  sites: Record<string, number>;
  /** Results that do not compile, or differ outside of the edits. */
  problems: { name: string; problem: string }[];
}

/** Rewrites and compares all of a folder; `onScript` hears of each. */
export async function checkFolder(
  folder: string,
  onScript: (path: string, result: RewrittenScript) => void = () => {},
): Promise<FolderResult> {
  const total: FolderResult = { scripts: 0, reasons: {}, sites: {}, problems: [] };
  const cases: Case[] = [];
  for (const { path, bytes, files } of findScripts(folder)) {
    const result = await rewriteScript(path, bytes, files);
    total.scripts++;
    count(total.reasons, result.reason?.code ?? "rewritten");
    for (const { class: kind, code } of result.report.sites) count(total.sites, code ?? kind);
    onScript(path, result);
    if (result.output !== undefined) cases.push(toCase(path, bytes, result.output));
  }
  total.problems.push(...(await compareTrees(cases)));
  return total;
}

function toCase(path: string, bytes: Buffer, output: Buffer): Case {
  const before = programOf(path, bytes);
  const after = programOf(path, output);
  return { name: path, before, after, helper: chooseHelperName(before).name };
}

/** What Python finds different that may not be; needs `python3`. */
export async function compareTrees(cases: readonly Case[]): Promise<{ name: string; problem: string }[]> {
  const python = spawn("python3", [comparer], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(python, "exit");
  const problems: { name: string; problem: string }[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: python.stdout })) {
      const { name, problem } = JSON.parse(line) as { name: string; problem: string | null };
      if (problem !== null) problems.push({ name, problem });
    }
  })();
  for (const each of cases) python.stdin.write(`${JSON.stringify(each)}\n`);
  python.stdin.end();
  await reading;
  const [code] = await exited;
  if (code !== 0) throw new Error(`Cannot compare the trees: python3 ended with ${code}`);
  return problems;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
