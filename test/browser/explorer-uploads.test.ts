import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { chooseLarge, countParts, holdParts, MIB } from "./large-upload.ts";
import {
  type Explorer,
  expectAccessible,
  fileRow,
  keepPicture,
  openExplorer,
  uploadLine,
} from "../support/explorer.ts";

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

describe("the explorer's large uploads", () => {
  test("200 MB that are interrupted by a reload go on where they were", async () => {
    const { page } = explorer;
    const hold = await holdParts(page, host, 9);
    await chooseLarge(explorer.page, "large.bin", 200 * MIB);
    const line = uploadLine(page, "large.bin");
    await line.getByText(/ of 209.7 MB/).waitFor();
    await expect.poll(() => hold.sent(), { timeout: 60_000 }).toBeGreaterThan(12);
    await expectAccessible(page);
    await keepPicture(page, "uploading");
    await page.reload();
    await hold.release();
    const resent = countParts(page, host);
    await fileRow(page, "large.bin").waitFor({ timeout: 90_000 });
    await line.getByText("Done").waitFor();
    // 25 parts, of which 9 were there.
    expect(resent()).toBe(16);
    await fileRow(page, "large.bin").getByRole("gridcell", { name: "209.7 MB", exact: true }).waitFor();
  }, 180_000);

  test("are paused, resumed and cancelled; what is cancelled leaves nothing behind", async () => {
    const { page } = explorer;
    const hold = await holdParts(page, host, 2);
    await chooseLarge(explorer.page, "second.bin", 120 * MIB);
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
    await chooseLarge(explorer.page, "third.bin", 5 * MIB);
    const line = uploadLine(page, "third.bin");
    await line.getByText("The service did not answer. Try again in a moment.").waitFor();
    await page.unroute("**/uploads");
    await page.getByRole("button", { name: "Retry third.bin" }).click();
    await line.getByText("Done").waitFor();
  });
});
