/**
 * Bytes of strangers at every place where they are read: files that somebody thought of, each with what must become of
 * it, and files that nobody did. Whatever comes, there is an answer with a reason, soon, and the next one is read.
 */
import { fileFamilies } from "../../support/hostile/families.ts";
import { judge } from "../../support/hostile/judge.ts";
import { openReaders } from "../../support/hostile/outcome.ts";
import type { Claim, Outcome, ProveOptions } from "../claim.ts";
import { families } from "./families.ts";
import { fuzz } from "./fuzz.ts";
import { parts as overHttp, proveOverHttp } from "./over-http/prove-over-http.ts";

export const hostile: Claim = {
  name: "hostile",
  promise: "whatever bytes come, they are read as what they are or refused with a reason, and the next ones are read",
  /**
   * `runs` inputs that nobody thought of, shared among the readers; the others are always read. `pick` chooses by a piece
   * of a name: `named`, `fuzz`, `http`, or a part of what goes over HTTP.
   */
  async prove({ runs, seed, tell, pick = "" }) {
    const outcome: Outcome = { runs: 0, counted: { "named cases": 0, "cases over HTTP": 0 }, findings: [] };
    const wants = (name: string) => name.includes(pick);
    if (wants("named")) await readNamed(outcome, tell);
    if (wants("fuzz")) await readFuzzed(outcome, { runs, seed, tell });
    const parts = wants("http") ? overHttp : overHttp.filter(({ name }) => wants(`http ${name}`));
    const count = (what: string, cases = 0) => {
      outcome.counted[what] = (outcome.counted[what] ?? 0) + cases;
    };
    for (const part of parts) {
      await proveOverHttp([part], {
        ...{ runs, seed, find: (sentence) => outcome.findings.push(sentence) },
        tell(line, cases) {
          tell(line);
          count("cases over HTTP", cases);
          // Files were counted where their readers read them.
          if (part.name !== "files") count("named cases", cases);
        },
      });
    }
    return outcome;
  },
};

async function readFuzzed(outcome: Outcome, { runs, seed, tell }: Pick<ProveOptions, "runs" | "seed" | "tell">) {
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
}

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
