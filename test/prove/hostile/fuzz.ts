import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FuzzWord } from "./fuzz-process.ts";
import type { ReaderFamily } from "./reader.ts";

const module = fileURLToPath(new URL("fuzz-process.ts", import.meta.url));

/** No input may take longer, of a processor's time: others may be at work on this machine. */
const LONGEST_CPU_MS = 10_000;
/** Then it hangs, or will soon have taken too long. */
const LONGEST_MS = 60_000;
/** A process is as old as this many inputs. */
const INPUTS_PER_PROCESS = 20_000;

/** What came of a family's inputs. */
export interface Fuzzed {
  /** By `read` or the code of the refusal. */
  came: Record<string, number>;
  /** Processes that are there to die, and did. */
  deaths: number;
  /** Of a processor's time: for all of them, and for the slowest. */
  cpuMs: number;
  slowestMs: number;
  findings: string[];
}

/** Reads so many inputs of the family. The same seed gives the same inputs; a finding names its own number. */
export async function fuzz(family: ReaderFamily, { inputs, seed }: { inputs: number; seed: number }): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { came: {}, deaths: 0, cpuMs: 0, slowestMs: 0, findings: [] };
  for (let from = 0; from < inputs; ) {
    const to = Math.min(inputs, from + INPUTS_PER_PROCESS);
    from = await readSome(fuzzed, family, { seed, from, to });
  }
  return fuzzed;
}

/** Answers with which input the next process begins. */
async function readSome(fuzzed: Fuzzed, family: ReaderFamily, span: { seed: number; from: number; to: number }) {
  const job = JSON.stringify({ family: family.name, ...span });
  const child = fork(module, [job], {
    execArgv: ["--max-old-space-size=1500"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let words = "";
  child.stderr?.on("data", (text) => {
    words = `${words}${text}`.slice(-2000);
  });
  const place = { at: span.from, started: performance.now(), done: false };
  const watch = setInterval(() => {
    if (performance.now() - place.started > LONGEST_MS) child.kill("SIGKILL");
  }, 500);
  child.on("message", (word: FuzzWord) => note(fuzzed, place, span.seed, word));
  const [code, signal] = await ended(child);
  clearInterval(watch);
  if (code === 0 && place.at === span.to - 1 && place.done) return span.to;
  const took = Math.round(performance.now() - place.started);
  if (family.mayDie === true) fuzzed.deaths++;
  else
    fuzzed.findings.push(
      `seed ${span.seed}, input ${place.at}: the process ended (${signal ?? code}) after ${took} ms ${words}`,
    );
  return place.at + 1;
}

function note(
  fuzzed: Fuzzed,
  place: { at: number; started: number; done: boolean },
  seed: number,
  word: FuzzWord,
): void {
  place.at = word.at;
  place.done = word.came !== undefined || word.finding !== undefined;
  if (!place.done) {
    place.started = performance.now();
    return;
  }
  const { cpuMs = 0 } = word;
  fuzzed.cpuMs += cpuMs;
  fuzzed.slowestMs = Math.max(fuzzed.slowestMs, cpuMs);
  if (cpuMs > LONGEST_CPU_MS) fuzzed.findings.push(`seed ${seed}, input ${word.at}: it took ${Math.round(cpuMs)} ms`);
  if (word.came !== undefined) fuzzed.came[word.came] = (fuzzed.came[word.came] ?? 0) + 1;
  if (word.finding !== undefined) fuzzed.findings.push(`seed ${seed}, input ${word.at}: ${word.finding}`);
}

async function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
}
