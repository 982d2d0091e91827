/**
 * `node .node24.mjs node test/bench/delimited/main.ts <folder> [details]`
 *
 * Loads every `.csv`, `.tsv`, `.tab` and `.txt` below the folder as a session would, without settings, and compares what
 * the tables give back as text with what Python's csv module reads (`python3`), cell by cell. Prints the share that is
 * identical and each file that is not; the file `details` gets a line of JSON for each of those.
 */
import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type LoadedFile, loadFiles } from "../pollock/load-files.ts";
import { compareTables, type TableComparison } from "./compare-tables.ts";

type Reference = { delimiter: string; rows: string[][] } | { error: string };

interface Outcome extends TableComparison {
  name: string;
  note: string;
}

const [root, detailsPath] = process.argv.slice(2);

async function main(root: string): Promise<void> {
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(csv|tsv|tab|txt)$/i.test(name)).sort();
  const scratch = await mkdtemp(join(tmpdir(), "cubby-delimited-"));
  const outcomes: Outcome[] = [];
  const refused: string[] = [];
  const python = new PythonReader();
  try {
    for await (const file of loadFiles(root, names, scratch)) {
      const theirs = await python.read(join(root, file.name));
      if (file.records === undefined) refused.push(`${file.name}: ${file.report.reason?.detail ?? file.report.status}`);
      if ("error" in theirs || file.records === undefined) continue;
      outcomes.push({
        name: file.name,
        note: noteOf(file, theirs.delimiter),
        ...compareTables(file.records, theirs.rows),
      });
    }
  } finally {
    python.end();
    await rm(scratch, { recursive: true });
  }
  await print(names.length, outcomes, refused);
}

function noteOf({ report }: LoadedFile, delimiter: string): string {
  const ours = `${report.encoding} ${JSON.stringify(report.delimiter)} header ${report.header_row}`;
  return `${ours}, Python ${JSON.stringify(delimiter)}; ${report.warnings.join("; ")}`;
}

class PythonReader {
  readonly #process = spawn("python3", [join(import.meta.dirname, "read_with_python.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  readonly #lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();

  async read(path: string): Promise<Reference> {
    this.#process.stdin.write(`${path}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("The other reader's process has ended");
    return JSON.parse(value) as Reference;
  }

  end(): void {
    this.#process.stdin.end();
  }
}

async function print(files: number, outcomes: readonly Outcome[], refused: readonly string[]): Promise<void> {
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const [cells, identical] = [sum((outcome) => outcome.cells), sum((outcome) => outcome.identical)];
  const different = outcomes.filter((outcome) => outcome.identical < outcome.cells);
  console.log(`${files} files, ${outcomes.length} read by both, ${outcomes.length - different.length} identical`);
  console.log(`${cells} cells, ${identical} identical: ${((identical / cells) * 100).toFixed(3)} %`);
  console.log(`Made no table: ${refused.length}`);
  for (const line of refused) console.log(`  ${line}`);
  for (const outcome of different.toSorted((a, b) => a.identical / a.cells - b.identical / b.cells)) {
    const share = ((outcome.identical / outcome.cells) * 100).toFixed(1);
    console.log(
      `${share} % of ${outcome.cells} cells: ${outcome.name} (${outcome.note.slice(0, 200)}): ${outcome.example}`,
    );
    if (detailsPath !== undefined) await appendFile(detailsPath, `${JSON.stringify(outcome)}\n`);
  }
}

if (root === undefined) throw new Error("Say which folder holds the files");
await main(root);
