/**
 * One family's inputs, one after the other, in a process that may die or hang of them: the parent knows which one is
 * being read, and has only to start another process behind it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { families } from "./families.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";

/** What the parent asks for. */
export interface FuzzJob {
  family: string;
  seed: number;
  from: number;
  to: number;
}

/** What it is told: `at` before an input is read, `came` or `finding` when it was, and the processor time it took. */
export interface FuzzWord {
  at: number;
  cpuMs?: number;
  came?: string;
  finding?: string;
}

const job = JSON.parse(process.argv[2] ?? "{}") as FuzzJob;
const family = families.find(({ name }) => name === job.family);
if (family === undefined) throw new Error(`There is no family "${job.family}"`);
const say = (word: FuzzWord) => new Promise<void>((done) => process.send?.(word, () => done()));
const directory = await mkdtemp(join(tmpdir(), "cubby-fuzz-"));
process.once("disconnect", () => process.exit());
try {
  await using reader = await family.open({ directory });
  for (let at = job.from; at < job.to; at++) {
    await say({ at });
    const before = process.cpuUsage();
    const cpuMs = () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const bytes = mutate(createRandom(job.seed * 1_000_003 + at), reader.material);
    try {
      const came = await reader.read(bytes);
      await say({ at, came, cpuMs: cpuMs() });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await say({ at, cpuMs: cpuMs(), finding: `${text}\n${bytes.subarray(0, 3000).toString("base64")}` });
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exit();
