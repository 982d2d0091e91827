/**
 * What goes wrong around Cubby, brought about between the SDK's clients and the engines, none of which knows: what
 * clients are told meanwhile, and, when it is over and the sweep has come by, whether the auditor finds all that they
 * were promised and nothing else.
 */
import { ENV } from "../../../shared/config.ts";
import { audit } from "../audit/auditor.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome } from "../claim.ts";
import { startGround } from "../ground.ts";
import { people } from "../sequences/model.ts";
import { principals } from "../sequences/play.ts";
import type { World } from "../world.ts";
import { drawnFrom } from "./draw.ts";
import type { Fault, FaultScene, Proxies } from "./fault.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { faults } from "./faults.ts";
import { Journal } from "./journal.ts";
import { clearAll, recover } from "./recover.ts";
import { type Row, toTable } from "./table.ts";

/** Nothing ends by itself while it is looked at: what is gone was lost. */
const SETTINGS = { [ENV.maxSessions]: "1000", [ENV.sessionTimeoutHours]: "1000" };

/** `--fault` picks some by what their names contain; `--table` prints what came of them as the README has it. */
export interface FaultsWanted {
  named?: string | undefined;
  asTable?: boolean | undefined;
}

export function faultsClaim({ named, asTable = false }: FaultsWanted = {}): Claim {
  return {
    name: "faults",
    promise: "whatever goes wrong around it, nobody is told a lie or waits in vain, and afterwards all is as promised",
    async prove({ runs, seed, tell }) {
      const proxies = {} as Proxies;
      const ground = await startGround(async ({ s3, dynamodb }) => {
        proxies.s3 = await startFaultProxy("s3", s3);
        proxies.dynamodb = await startFaultProxy("dynamodb", dynamodb);
        return { s3: proxies.s3.url, dynamodb: proxies.dynamodb.url };
      });
      const outcome: Outcome = { runs: 0, counted: { "calls struck": 0 }, findings: [] };
      const rows: Row[] = [];
      try {
        const world = await ground.newWorld(SETTINGS);
        for (const fault of faults.filter(({ name }) => name.includes(named ?? ""))) {
          const started = performance.now();
          const row: Row = { fault, runs: 0, answers: new Map(), findings: 0 };
          for (let run = 0; run < runs; run++) {
            const journal = await runOnce({ ground, world, proxies, fault, seed: seed + run });
            outcome.runs++;
            row.runs++;
            outcome.counted["calls struck"] = (outcome.counted["calls struck"] ?? 0) + journal.struck;
            for (const [what, times] of journal.answers) row.answers.set(what, (row.answers.get(what) ?? 0) + times);
            row.findings += journal.findings.length;
            outcome.findings.push(...journal.findings.map((found) => `${fault.name}, seed ${seed + run}: ${found}`));
          }
          rows.push(row);
          const seconds = ((performance.now() - started) / 1000).toFixed(1);
          tell(
            `${fault.name}: ${row.findings} findings, ${[...row.answers].map((each) => each.reverse().join(" × ")).join(", ")} (${seconds} s)`,
          );
        }
      } finally {
        await ground.close();
        for (const proxy of Object.values(proxies)) await proxy.close();
      }
      if (asTable) console.log(`\n${toTable(rows)}\n`);
      return outcome;
    },
  };
}

interface Run extends Pick<FaultScene, "ground" | "world" | "proxies" | "seed"> {
  fault: Fault;
}

async function runOnce({ ground, world, proxies, fault, seed }: Run): Promise<Journal> {
  const journal = new Journal();
  const told = new Told();
  try {
    await world.reset();
    await fault.strike({ ground, world, proxies, told, journal, seed, draw: drawnFrom(seed) });
    await journal.settled();
    // What failed inside while it lasted is what it was about, unless somebody was told what he should not be.
    const inside = world.takeErrors();
    if (journal.findings.length > 0) journal.findings.push(...inside.map((error) => `Failed inside: ${error}`));
    await recover(world);
    for (const found of await audit(world.main.clients, world.env, told, {
      listing: listingOf(world),
      afterDeath: true,
    })) {
      journal.find(found);
    }
    for (const found of await clearAll(world)) journal.find(found);
    for (const error of world.takeErrors()) journal.find(`Failed inside afterwards: ${error}`);
  } catch (error) {
    journal.find(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return journal;
}

function listingOf(world: World) {
  return async (session_id: string, owner: string) => {
    const who = people.find((one) => one === owner);
    if (who === undefined) return [];
    const paths: string[] = [];
    for await (const { path } of world.main.client(principals[who]).pages("listFiles", { params: { session_id } })) {
      paths.push(path);
    }
    return paths;
  };
}
