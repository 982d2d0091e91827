/**
 * `npm run prove`: tries to break what Cubby promises, prints each claim with its runs, its seed and what was found, and
 * ends non-zero when anything was. `--runs` and `--seed` apply to every claim, `--only` picks some by their names, and
 * `--pick` a part of one by a piece of its name. Of the faults `--fault` picks those whose names contain it, and `--table`
 * prints what came of them as Markdown.
 */
import { parseArgs } from "node:util";
import type { Claim } from "./claim.ts";
import { hostile } from "./hostile/prove-hostile.ts";
import { faultsClaim } from "./faults/prove-faults.ts";
import { crashes } from "./crashes/prove-crashes.ts";
import { deaths } from "./deaths/prove-deaths.ts";
import { raceClaim } from "./races/prove-races.ts";
import { sequences } from "./sequences/prove-sequences.ts";
import { soak } from "./soak/prove-soak.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
    fault: { type: "string" },
    table: { type: "boolean" },
    pick: { type: "string" },
  },
});

/** Each with the runs that are cheap enough for every day; by hand one asks for more. */
const claims: [Claim, number][] = [
  [sequences, 100],
  [raceClaim, 3],
  [deaths, 1],
  [crashes, 10],
  [faultsClaim({ named: values.fault, asTable: values.table }), 1],
  [soak, 100],
  [hostile, 2000],
];

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const chosen = values.only?.split(",");
const known = claims.map(([{ name }]) => name);
for (const name of chosen ?? []) {
  if (!known.includes(name)) throw new Error(`Cannot prove "${name}": the claims are ${known.join(", ")}`);
}

let found = 0;
const environment = { ...process.env };
for (const [claim, everyday] of claims) {
  if (chosen !== undefined && !chosen.includes(claim.name)) continue;
  console.log(`${claim.name}: ${claim.promise}`);
  const started = performance.now();
  const runs = Number(values.runs ?? everyday);
  const tell = (line: string) => console.log(`  ${line}`);
  const outcome = await claim.prove({ runs, seed, tell, ...(values.pick === undefined ? {} : { pick: values.pick }) });
  const counted = Object.entries(outcome.counted).map(([what, count]) => `, ${count} ${what}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${outcome.runs} runs${counted.join("")}, seed ${seed}, ${seconds} s`);
  console.log(`  ${outcome.findings.length} findings`);
  for (const finding of outcome.findings) console.log(`  - ${finding}`);
  found += outcome.findings.length;
  // Engines of one claim stand in the environment as the SDK's endpoints; the next one has its own.
  process.env = { ...environment };
}
// Not left to Node: what died in a proof has timers that go on.
process.exit(found > 0 ? 1 : 0);
