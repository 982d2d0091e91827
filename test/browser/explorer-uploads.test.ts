import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import {
  type Explorer,
  expectAccessible,
  fileRow,
  keepPicture,
  openExplorer,
  uploadLine,
} from "../support/explorer.ts";

const MIB = 1024 * 1024;

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost({ MAX_FILE_SIZE_MB: "300" }), startBrowser()]);
  explorer = await openExplorer(browser, host);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

/** Chooses a file of this size that the page makes itself: no test carries 200 MB through a pipe. */
async function choose(name: string, size: number): Promise<void> {
  await explorer.page.evaluate(
    ([fileName, bytes]) => {
      const parts = Array.from({ length: Math.ceil(bytes / 1_048_576) }, (_, index) => {
        return new Uint8Array(Math.min(1_048_576, bytes - index * 1_048_576)).fill(index % 251);
      });
      const files = new DataTransfer();
      files.items.add(new File(parts, fileName));
      const input = document.querySelector<HTMLInputElement>('input[aria-label="Files to upload"]');
      if (input === null) throw new Error("There is no field for files");
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [name, size] as const,
  );
}

/** Holds back what goes to the storage after some parts, as a network does that becomes slow. */
async function holdAfter(parts: number): Promise<{ sent: () => number; release: () => Promise<void> }> {
  const { page } = explorer;
  let count = 0;
  await page.route(`${host.endpoints.s3}/**`, (route) => {
    if (route.request().method() !== "PUT" || ++count <= parts) return route.continue();
    return undefined; // never answered
  });
  return { sent: () => count, release: () => page.unrouteAll({ behavior: "ignoreErrors" }) };
}

describe("the explorer's large uploads", () => {
  test("200 MB that are interrupted by a reload go on where they were", async () => {
    const { page } = explorer;
    const hold = await holdAfter(9);
    await choose("large.bin", 200 * MIB);
    const line = uploadLine(page, "large.bin");
    await line.getByText(/ of 209.7 MB/).waitFor();
    await expect.poll(() => hold.sent(), { timeout: 60_000 }).toBeGreaterThan(12);
    await expectAccessible(page);
    await keepPicture(page, "uploading");
    await page.reload();
    await hold.release();
    const sizes: number[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT" && request.url().startsWith(host.endpoints.s3)) sizes.push(1);
    });
    await fileRow(page, "large.bin").waitFor({ timeout: 90_000 });
    await line.getByText("Done").waitFor();
    // 25 parts, of which 9 were there.
    expect(sizes.length).toBe(16);
    await fileRow(page, "large.bin").getByRole("gridcell", { name: "209.7 MB", exact: true }).waitFor();
  }, 180_000);

  test("are paused, resumed and cancelled; what is cancelled leaves nothing behind", async () => {
    const { page } = explorer;
    const hold = await holdAfter(2);
    await choose("second.bin", 120 * MIB);
    const line = uploadLine(page, "second.bin");
    await expect.poll(() => hold.sent(), { timeout: 60_000 }).toBeGreaterThan(2);
    await page.getByRole("button", { name: "Pause second.bin" }).click();
    await line.getByText(/^Paused at/).waitFor();
    await page.getByRole("button", { name: "Resume second.bin" }).click();
    await page.getByRole("button", { name: "Pause second.bin" }).waitFor();
    const aborted = page.waitForResponse((response) => response.request().method() === "DELETE");
    await page.getByRole("button", { name: "Cancel second.bin" }).click();
    expect(await (await aborted).json()).toMatchObject({ status: "aborted" });
    await line.waitFor({ state: "detached" });
    await hold.release();
  });

  test("a file that is refused says why, and is tried again", async () => {
    const { page } = explorer;
    // As often as the client tries by itself.
    await page.route("**/uploads", (route) => route.fulfill({ status: 503, body: "busy" }));
    await choose("third.bin", 5 * MIB);
    const line = uploadLine(page, "third.bin");
    await line.getByText("The service did not answer. Try again in a moment.").waitFor();
    await page.unroute("**/uploads");
    await page.getByRole("button", { name: "Retry third.bin" }).click();
    await line.getByText("Done").waitFor();
  });
});
