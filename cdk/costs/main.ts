/** `npm run costs [-- name=value …]`: what a month costs, from requests counted on a real local host. */
import { readFileSync } from "node:fs";
import { parseAssumptions } from "./assumptions.ts";
import { toBill } from "./bill.ts";
import { fixedCounts } from "./fixed-counts.ts";
import { measureSessions } from "./measure/measure.ts";
import { startMeteredHost } from "./measure/metered-host.ts";
import { printCosts } from "./print-costs.ts";
import { toFixedUses, toSessionUsage } from "./usage.ts";

const SIZES = [1e3, 1e6, 1e8];
const STAGE = "prod";

/** From the file and not by `stage.ts`, which takes the CDK along: synth checks it. */
function readThrottle(): number {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  return context[STAGE].http.requestsPerSecond;
}

async function main(words: string[]): Promise<void> {
  const mix = parseAssumptions(words);
  const metered = await startMeteredHost();
  try {
    const measured = await measureSessions(metered);
    const usage = toSessionUsage(measured, mix);
    const fixed = toFixedUses(measured, mix, fixedCounts);
    const bills = new Map(SIZES.map((sessions) => [sessions, toBill(usage.uses, fixed, sessions)]));
    console.log(printCosts({ mix, usage, bills, stage: { name: STAGE, requestsPerSecond: readThrottle() } }));
  } finally {
    await metered.close();
  }
}

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
