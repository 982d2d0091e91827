import type { BrowserContext, Page } from "playwright-core";
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
  textFile,
  upload,
  uploadLine,
} from "../support/explorer.ts";
import { chooseLarge, countParts, holdParts, MIB } from "./large-upload.ts";

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

/** Uploads that tabs of this browser wait for, because another tab has them. */
function waitingUploads(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.filter(({ name }) => name?.startsWith("cubby-upload-")).length;
  });
}

describe("two tabs on one session", () => {
  test("show the same files soon after one of them changed them", async () => {
    const other = await openExplorer(browser, host);
    await upload(other.page, [textFile("from the other tab.csv", "a\n1\n")]);
    await explorer.page.bringToFront();
    await fileRow(explorer.page, "from the other tab.csv").waitFor();
    await other.page.close();
    expect(other.problems).toEqual([]);
  });

  test("send an upload once: the other one goes on with it when its own tab is closed", async () => {
    const { page } = explorer;
    const hold = await holdParts(page, host, 3);
    await chooseLarge(page, "shared.bin", 120 * MIB);
    await expect.poll(() => hold.sent(), { timeout: 60_000 }).toBeGreaterThan(3);
    const other = await openExplorer(browser, host);
    const sentByOther = countParts(other.page, host);
    await expect.poll(() => waitingUploads(other.page), { timeout: 20_000 }).toBe(1);
    expect(sentByOther()).toBe(0);
    await page.close();
    await fileRow(other.page, "shared.bin").waitFor({ timeout: 60_000 });
    await uploadLine(other.page, "shared.bin").getByText("Done").waitFor();
    expect(sentByOther()).toBe(15 - 3);
    explorer = other;
  });

  test("are both told when one of them starts over", async () => {
    const other = await openExplorer(browser, host);
    await other.page.getByRole("button", { name: /your session$/ }).click();
    await other.page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
    await other.page.getByRole("dialog").getByRole("button", { name: "Remove everything" }).click();
    await other.page.getByText(/^Removed \d+ objects/).waitFor();
    await explorer.page.bringToFront();
    await explorer.page.getByRole("heading", { name: "This session has ended" }).waitFor();
    await other.page.close();
    await explorer.page.getByRole("button", { name: "Start a new session" }).click();
    await explorer.page.getByRole("button", { name: /your session$/ }).waitFor();
  });
});

describe("the explorer without a network", () => {
  test("says so, and goes on when it is back", async () => {
    const { page } = explorer;
    await browser.setOffline(true);
    await page.getByText("Offline", { exact: true }).waitFor();
    await page.getByLabel("Files to upload").setInputFiles([textFile("later.csv", "a\n1\n")]);
    await page.getByText(/it goes on by itself/).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "offline");
    await browser.setOffline(false);
    await fileRow(page, "later.csv").getByText("1 table").waitFor();
    await page.getByText("Offline", { exact: true }).waitFor({ state: "detached" });
  });
});
