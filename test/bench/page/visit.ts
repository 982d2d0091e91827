import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, CDPSession } from "playwright-core";

/** A machine and its network. */
export interface Profile {
  /** How many times slower than this machine its processor is. */
  cpuSlowdown: number;
  /** Both ways; undefined for a network that is not shaped. */
  megabitsPerSecond: number | undefined;
  /** Added to every request. */
  latencyMs: number;
}

/** One first visit; times in milliseconds since it was asked for. */
export interface Visit {
  /** Over the wire until the page was ready, headers included. */
  bytes: number;
  requests: number;
  paintMs: number;
  /** The session is there, and the first button. */
  readyMs: number;
  interactiveMs: number;
  /** What tasks took beyond 50 ms each. */
  blockedMs: number;
}

/** Without a task of over 50 ms: who waits that long for another one has waited for the page long enough. */
const QUIET_MS = 5_000;
const PATIENCE_MS = 60_000;
const WATCH = fileURLToPath(new URL("./watch-page.js", import.meta.url));

interface Watched {
  tasks: { end: number; duration: number }[];
  readyMs: number;
  paintMs: number;
}

/** Opens the page in a tab without a cache and without anything kept, and watches until it is quiet. */
export async function visit(browser: BrowserContext, url: string, profile: Profile): Promise<Visit> {
  const page = await browser.newPage();
  try {
    const session = await browser.newCDPSession(page);
    await session.send("Storage.clearDataForOrigin", { origin: new URL(url).origin, storageTypes: "all" });
    const traffic = await shape(session, profile);
    await page.addInitScript({ path: WATCH });
    await page.goto(url);
    await watched(session, 0);
    const loaded = traffic();
    const { tasks, readyMs, paintMs } = await watched(session, QUIET_MS);
    const interactiveMs = Math.max(readyMs, ...tasks.map(({ end }) => end));
    const blockedMs = tasks.reduce((sum, { duration }) => sum + duration - 50, 0);
    return { ...loaded, paintMs, readyMs, interactiveMs, blockedMs };
  } finally {
    await page.close();
  }
}

/** Slows down the processor and the network, and counts what comes through it. */
async function shape(session: CDPSession, { cpuSlowdown, megabitsPerSecond, latencyMs }: Profile) {
  const sizes: number[] = [];
  session.on("Network.loadingFinished", ({ encodedDataLength }) => sizes.push(encodedDataLength));
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  if (megabitsPerSecond !== undefined) {
    const bytesPerSecond = (megabitsPerSecond * 1_000_000) / 8;
    const throughput = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: latencyMs, ...throughput });
  }
  return () => ({ bytes: sizes.reduce((sum, size) => sum + size, 0), requests: sizes.length });
}

/** What the page noted, as soon as it was without a long task for so long. */
async function watched(session: CDPSession, quietMs: number): Promise<Watched> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    // By the debugger's protocol: the page's policy lets nothing else run in it.
    const { result } = await session.send("Runtime.evaluate", {
      expression: `cubbyVisit(${quietMs})`,
      returnByValue: true,
    });
    if (result.value !== undefined) return result.value as Watched;
    await pause(50);
  }
  throw new Error("The page did not become ready");
}
