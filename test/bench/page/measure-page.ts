/**
 * `npm run bench -- page`: what a first visit costs, with nothing in the browser's cache. Bytes as they come over the
 * wire; times in headless Chromium with its processor slowed down and its network shaped, as its own tools do it.
 *
 * Interactive is the later of two moments: the visitor has his session and the page its first button, and the end of
 * the last task of over 50 ms (at the throttled speed) before 5 seconds without one. The host answers from the same
 * machine, which is not slowed down.
 */
import type { BrowserContext } from "playwright-core";
import { startAcceptanceHost } from "../../support/acceptance.ts";
import { startBrowser } from "../../support/browser.ts";
import { best, median } from "../query/statistics.ts";
import { type Profile, type Visit, visit } from "./visit.ts";

const RUNS = 9;
const GOAL = { bytes: 250_000, interactiveMs: 1_500 };

/** Lighthouse's own settings: its desktop's network and its phone's, both with its phone's processor. */
const profiles: readonly (Profile & { name: string; hasGoal: boolean })[] = [
  { name: "slow laptop", cpuSlowdown: 4, megabitsPerSecond: 10, latencyMs: 40, hasGoal: true },
  { name: "slow 4G", cpuSlowdown: 4, megabitsPerSecond: 1.6, latencyMs: 150, hasGoal: false },
  { name: "as it is", cpuSlowdown: 1, megabitsPerSecond: undefined, latencyMs: 0, hasGoal: false },
];

export async function measurePage(): Promise<void> {
  const [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
  try {
    console.log(`\nThe page's first visit, ${RUNS} times each, cache empty`);
    await visit(browser, host.url, { cpuSlowdown: 1, megabitsPerSecond: undefined, latencyMs: 0 }); // wakes the host up
    for (const profile of profiles) await measureProfile(browser, host.url, profile);
  } finally {
    await browser.close();
    await host.close();
  }
}

async function measureProfile(browser: BrowserContext, url: string, profile: (typeof profiles)[number]): Promise<void> {
  const visits: Visit[] = [];
  for (let run = 0; run < RUNS; run++) visits.push(await visit(browser, url, profile));
  const figure = (of: (visit: Visit) => number) => {
    const values = visits.map(of);
    return `${median(values)} ms (best ${best(values)})`;
  };
  const [first] = visits;
  const { name, cpuSlowdown, megabitsPerSecond, latencyMs, hasGoal } = profile;
  const network = megabitsPerSecond === undefined ? "loopback" : `${megabitsPerSecond} Mbit/s, ${latencyMs} ms`;
  console.log(`  ${name}: processor ÷ ${cpuSlowdown}, ${network}`);
  console.log(
    `    first load   ${((first?.bytes ?? 0) / 1000).toFixed(0)} kB in ${first?.requests} requests, goal ≤ ${GOAL.bytes / 1000}`,
  );
  console.log(`    first paint  ${figure(({ paintMs }) => paintMs)}`);
  console.log(`    ready        ${figure(({ readyMs }) => readyMs)}`);
  console.log(
    `    interactive  ${figure(({ interactiveMs }) => interactiveMs)}${hasGoal ? `, goal < ${GOAL.interactiveMs}` : ""}`,
  );
  console.log(`    long tasks   ${figure(({ blockedMs }) => blockedMs)} beyond 50 ms each`);
}
