/**
 * Scores the reader on Pollock ("Pollock: A Data Loading Benchmark", Vitagliano et al., VLDB 2023), without telling it
 * anything about a file but its bytes and its name.
 *
 * `npm run bench -- pollock <folder> [--write <results>]`, the folder being a checkout of
 * https://github.com/HPI-Information-Systems/Pollock with `polluted_files`, `survey_sample` and `pollock_weights.json`.
 * Anything a dataset's folder lacks is left out and said. With `--write` the loaded files are written as Pollock's own
 * `evaluate.py --sut cubby --result <results>` expects them, to hold its score against this one.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadedFile, loadFiles } from "./load-files.ts";
import { parsePlainCsv, writePlainCsv } from "./plain-csv.ts";
import { FAILED, type FileScore, scoreFile, total } from "./score-file.ts";

interface Scored {
  name: string;
  score: FileScore;
  note: string;
}

const SYSTEM = "cubby";

/** Measures what `[folder, "--write", results]` says; without a folder it says what it would need. */
export async function measurePollock(args: readonly string[]): Promise<void> {
  const [folder] = args;
  const results = args[1] === "--write" ? args[2] : undefined;
  if (folder === undefined || !existsSync(folder)) {
    console.error(`Pollock: not measured, there is no folder ${folder ?? "given"}`);
    console.error("npm run bench -- pollock <checkout of HPI-Information-Systems/Pollock> [--write <results>]");
    process.exitCode = 1;
    return;
  }
  for (const dataset of ["polluted_files", "survey_sample"]) {
    const names = await listFiles(join(folder, dataset, "csv"));
    if (names === undefined) {
      console.log(`\nPollock, ${dataset}: not measured, there is no folder ${join(folder, dataset, "csv")}`);
      continue;
    }
    const weights = dataset === "polluted_files" ? await readWeights(folder) : undefined;
    print(dataset, await scoreAll(join(folder, dataset), names, results && join(results, SYSTEM, dataset)), weights);
  }
}

/** The files that Pollock's own evaluation takes: it passes over names that end with `.CSV`. */
async function listFiles(folder: string): Promise<string[] | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  return names?.filter((name) => name.endsWith("csv")).sort();
}

async function readWeights(folder: string): Promise<Record<string, number> | undefined> {
  const text = await readFile(join(folder, "pollock_weights.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function scoreAll(folder: string, names: string[], results: string | undefined): Promise<Scored[]> {
  const scratch = await mkdtemp(join(tmpdir(), "cubby-pollock-"));
  const scored: Scored[] = [];
  try {
    for await (const file of loadFiles(join(folder, "csv"), names, scratch)) {
      const clean = await readFile(join(folder, "clean", file.name), "utf8");
      const score =
        file.records === undefined ? FAILED : scoreFile(parsePlainCsv(clean.replace(/^\uFEFF/, "")), file.records);
      scored.push({ name: file.name, score, note: noteOf(file) });
      if (results !== undefined) await writeLoaded(join(results, "loading"), file);
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
  return scored;
}

function noteOf({ report }: LoadedFile): string {
  return report.reason?.detail ?? report.warnings.join("; ");
}

async function writeLoaded(folder: string, { name, records }: LoadedFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}_converted.csv`), records ? writePlainCsv(records) : "Application Error\n");
}

function print(dataset: string, scored: readonly Scored[], weights: Record<string, number> | undefined): void {
  console.log(`\nPollock, ${dataset}: ${scored.length} files without settings; per file at most 10 points`);
  const imperfect = scored.filter(({ score }) => total(score) < 9.9995).sort((a, b) => total(a.score) - total(b.score));
  for (const { name, score, note } of imperfect) {
    const parts = [score.header, score.record, score.cell].map(({ f1 }) => f1.toFixed(3)).join(" ");
    console.log(`${total(score).toFixed(3)}  header record cell ${parts}  ${name}  ${note.slice(0, 120)}`);
  }
  console.log(`${scored.length - imperfect.length} files are perfect`);
  console.log(`simple score ${mean(scored, () => 1).toFixed(4)}`);
  if (weights) console.log(`weighted score ${mean(scored, ({ name }) => weights[name] ?? -1).toFixed(4)}`);
}

/** Pollock gives a file without a weight −1. */
function mean(scored: readonly Scored[], weight: (file: Scored) => number): number {
  let sum = 0;
  let weights = 0;
  for (const file of scored) {
    sum += weight(file) * total(file.score);
    weights += weight(file);
  }
  return sum / weights;
}
