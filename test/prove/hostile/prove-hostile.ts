/**
 * Bytes of strangers at every place where they are read: files that somebody thought of, each with what must become of
 * it, and files that nobody did. Whatever comes, there is an answer with a reason, soon, and the next one is read.
 */
import { fileFamilies } from "../../support/hostile/families.ts";
import { judge } from "../../support/hostile/judge.ts";
import { openReaders } from "../../support/hostile/outcome.ts";
import type { Claim, Outcome } from "../claim.ts";
import { families } from "./families.ts";
import { fuzz } from "./fuzz.ts";

export const hostile: Claim = {
  name: "hostile",
  promise: "whatever bytes come, they are read as what they are or refused with a reason, and the next ones are read",
  /** `runs` inputs that nobody thought of, shared among the readers; the others are always read. */
  async prove({ runs, seed, tell }) {
    const outcome: Outcome = { runs: 0, counted: { "named cases": 0 }, findings: [] };
    await readNamed(outcome, tell);
    const shares = families.reduce((sum, { share }) => sum + share, 0);
    for (const family of families) {
      const inputs = Math.ceil((runs * family.share) / shares);
      const fuzzed = await fuzz(family, { inputs, seed });
      outcome.runs += inputs;
      outcome.findings.push(...fuzzed.findings.map((finding) => `${family.name}, ${finding}`));
      const came = Object.entries(fuzzed.came).map(([code, count]) => `${count} ${code}`);
      const slowest = `slowest ${Math.round(fuzzed.slowestMs)} ms of a processor`;
      tell(`${family.name}: ${inputs} inputs, ${came.join(", ")}; ${slowest}; ${fuzzed.deaths} processes died`);
    }
    return outcome;
  },
};

async function readNamed(outcome: Outcome, tell: (line: string) => void): Promise<void> {
  await using readers = await openReaders();
  for (const { name, cases } of await fileFamilies()) {
    let wrong = 0;
    for (const one of cases) {
      const fault = await readers.read(one).then(
        (read) => judge(one.expect, read),
        (error: unknown) => `an answer, and there was ${error instanceof Error ? error.stack : String(error)}`,
      );
      if (fault === undefined) continue;
      wrong++;
      outcome.findings.push(`${name}, ${one.name}: expected ${fault}`);
    }
    outcome.counted["named cases"] = (outcome.counted["named cases"] ?? 0) + cases.length;
    tell(`${name}: ${cases.length} named cases, ${wrong} wrong`);
  }
}
