/** Sequences that once failed, as JSON: plain steps, so that they mean the same when other deeds are added. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Step } from "./steps.ts";

const folder = fileURLToPath(new URL("kept/", import.meta.url));

export async function readKept(): Promise<{ name: string; steps: Step[] }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => ({ name, steps: JSON.parse(await readFile(join(folder, name), "utf8")) as Step[] })),
  );
}

/** Answers the file's name. Whoever mends what was found gives it one that says what it was. */
export async function keep(seed: number, steps: readonly Step[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `seed-${seed}.json`;
  await writeFile(join(folder, name), `${JSON.stringify(steps, null, 2)}\n`);
  return name;
}
