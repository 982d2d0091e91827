/**
 * `npm run breakdowns`: breaks one thing at a time on a real local host and looks which alarms ring, by the metrics that
 * its functions emit and by the alarms of the synthesized template alone. Ends non-zero where one rings that should not,
 * does not ring that should, or rings on when all is mended. `-- --only clock,queue` picks breakdowns by their names.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Breakdown } from "./breakdown.ts";
import { converting } from "./kinds/converting.ts";
import { ending } from "./kinds/ending.ts";
import { keeping } from "./kinds/keeping.ts";
import { serving } from "./kinds/serving.ts";
import type { MetricBook } from "./metric-book.ts";
import { type Stage, startStage } from "./stage.ts";
import { type Drawn, readTemplate, type WatchedTemplate } from "./template.ts";
import { busyHour, someCalls } from "./traffic.ts";

const OWN = "Cubby";
/** Periods after which a mended stage has to be quiet. */
const PATIENCE = 4;

const breakdowns: readonly Breakdown[] = [...serving, ...ending, ...converting, ...keeping];
const runbook = readFileSync(new URL("../../cdk/RUNBOOK.md", import.meta.url), "utf8");

async function tryBreakdown(
  stage: Stage,
  { template, breakdown }: { template: WatchedTemplate; breakdown: Breakdown },
) {
  const findings: string[] = [];
  const healthy = { traffic: () => someCalls(stage) };
  const { break: breakIt, during = () => healthy, after = () => healthy } = breakdown;
  const before = await stage.period(healthy);
  if (before.length > 0) findings.push(`rings before anything is broken: ${before.join(", ")}`);
  let ringing: string[] = [];
  try {
    await breakIt(stage);
    for (let period = 0; period < breakdown.periods; period++) ringing = await stage.period(during(stage));
  } finally {
    await breakdown.mend(stage); // whatever came of it, the next one begins healthy
  }
  findings.push(...compare(ringing, breakdown.rings), ...ringing.flatMap((subject) => unexplained(template, subject)));
  let still = ringing;
  for (let period = 0; period < PATIENCE && still.length > 0; period++) still = await stage.period(after(stage));
  if (still.length > 0) findings.push(`rings on when it is mended: ${still.join(", ")}`);
  return findings;
}

function compare(ringing: readonly string[], wanted: readonly string[]): string[] {
  const missing = wanted.filter((subject) => !ringing.includes(subject));
  const wrong = ringing.filter((subject) => !wanted.includes(subject));
  return [
    ...(missing.length === 0 ? [] : [`does not ring: ${missing.join(", ")}`]),
    ...(wrong.length === 0 ? [] : [`rings for nothing: ${wrong.join(", ")}`]),
  ];
}

/** Whoever is woken finds the paragraph by the mail alone. */
function unexplained({ alarms }: WatchedTemplate, subject: string): string[] {
  const description = alarms.find((alarm) => alarm.subject === subject)?.description ?? "";
  const anchor = /cdk\/RUNBOOK\.md#([\w-]+)$/.exec(description)?.[1];
  return runbook.includes(`\n## ${anchor}\n`) ? [] : [`${subject} leads to no paragraph of the runbook`];
}

/** Metrics of ours that an alarm watches or the dashboard draws, and that no function emitted in the whole run. */
function neverEmitted({ alarms, drawn }: WatchedTemplate, book: MetricBook): string[] {
  const watched: Drawn[] = [...alarms.flatMap(({ metrics }) => [...metrics.values()]), ...drawn];
  const ours = watched.filter(({ namespace }) => namespace === OWN);
  const absent = ours.filter((metric) => {
    if (metric.openDimension === undefined) return !book.has(metric);
    return book.valuesOf(metric, metric.openDimension).length === 0;
  });
  return absent.map(({ name, dimensions }) => `nobody emits ${name} of ${JSON.stringify(dimensions)}`);
}

async function main(only: readonly string[]): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const started = performance.now();
  const template = await readTemplate();
  const stage = await startStage(template, stack);
  let found = 0;
  const tell = (what: string, findings: readonly string[]) => {
    console.log(`${findings.length === 0 ? "ok " : "NOT"} ${what}`);
    for (const finding of findings) console.log(`    - ${finding}`);
    found += findings.length;
  };
  const busy = await stage.period({ traffic: () => busyHour(stage) });
  tell("a busy period of a healthy stage: nothing rings", compare(busy, []));
  const chosen = breakdowns.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)));
  for (const breakdown of chosen) {
    const findings = await tryBreakdown(stage, { template, breakdown }).catch((error: unknown) => [String(error)]);
    tell(`${breakdown.name}: ${breakdown.rings.join(", ")}`, findings);
  }
  if (only.length === 0)
    tell("every metric of ours that is drawn or watched is emitted", neverEmitted(template, stage.book));
  const rung = new Set(chosen.flatMap(({ rings }) => rings));
  const unheard = template.alarms.map(({ subject }) => subject).filter((subject) => !rung.has(subject));
  if (only.length === 0)
    tell("every alarm rings by one of them", unheard.length === 0 ? [] : [`does not: ${unheard.join(", ")}`]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${chosen.length} breakdowns, ${found} findings, ${seconds} s`);
  return found;
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
process.exitCode = (await main(values.only?.split(",") ?? [])) > 0 ? 1 : 0;
