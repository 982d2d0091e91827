import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { createClient } from "../../shared/client/index.ts";

/** Pictures of the page for people to look at; kept by CI, not by the repository. */
const ARTIFACTS = "test/browser/artifacts";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The explorer in a tab, with what went wrong in it: a test that is fine leaves none. */
export interface Explorer {
  page: Page;
  /** Uncaught errors, refusals by the content security policy, and whatever else the console calls an error. */
  problems: string[];
}

/** Opens the page as a guest sees it first, and waits for his session. */
export async function openExplorer(browser: BrowserContext, host: Host, hash = ""): Promise<Explorer> {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(`${host.url}/${hash}`);
  await page.getByRole("button", { name: /your session$/ }).waitFor();
  return { page, problems };
}

/** One file as `setInputFiles` takes it. */
export function textFile(name: string, text: string, mimeType = "text/csv") {
  return { name, mimeType, buffer: Buffer.from(text) };
}

type Payload = ReturnType<typeof textFile>;

/** Uploads by the page's own field, and waits until nothing is on its way. */
export async function upload(page: Page, files: readonly Payload[]): Promise<void> {
  await page.getByLabel("Files to upload").setInputFiles([...files]);
  for (const { name } of files) await uploadLine(page, name).getByText("Done").waitFor();
}

/** What the panel says of one upload. */
export function uploadLine(page: Page, name: string) {
  return page.getByRole("region", { name: "Uploads" }).getByRole("listitem").filter({ hasText: name });
}

/** A row of the list of files. */
export function fileRow(page: Page, name: string) {
  return page.getByRole("grid", { name: "Files" }).getByRole("row").filter({ hasText: name });
}

/** What the page keeps of its guest's session. */
export async function guestOf({ page }: Explorer): Promise<{ session_id: string; token: string }> {
  const { cookies: _, origins } = await page.context().storageState();
  const kept = origins.find(({ origin }) => page.url().startsWith(origin))?.localStorage ?? [];
  const keptAs = (name: string) => kept.find((item) => item.name === `cubby.${name}`)?.value;
  const sessions: { session_id: string; token: string }[] = JSON.parse(keptAs("sessions") ?? "[]");
  const found = sessions.find(({ session_id }) => session_id === JSON.parse(keptAs("current") ?? '""'));
  if (found === undefined) throw new Error("The page keeps no session");
  return found;
}

/** A bot, or another program, on the page's session. */
export async function clientBeside(explorer: Explorer, host: Host) {
  const { session_id, token } = await guestOf(explorer);
  return { client: createClient({ baseUrl: host.url, token }), params: { session_id } };
}

/** A picture of the page as it stands, by name, under `test/browser/artifacts/`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}

/** Holds the page as it stands to WCAG 2.2 AA, as far as axe can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger's protocol: the page itself may run nothing that is not its own.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: await readFile(AXE, "utf8") });
  const expression = `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))`;
  const { result } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  expect(result.value).toEqual([]);
}
