import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

/** Debian's package; CI installs it. Another build of Chromium by `CHROMIUM`. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Nothing that a browser does by itself: no first run, no updates, no calls home. */
const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type ContextOptions = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

/** A Chromium with a profile of its own, which is gone when it is closed. Pages of one context share storage. */
export async function startBrowser(options: ContextOptions = {}): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), "cubby-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: QUIET,
    ...options,
  });
  context.on("close", () => void rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return context;
}
