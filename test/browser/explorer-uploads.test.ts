import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { writeZip } from "../support/zip-writer.ts";
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

describe("the explorer's uploads of many files", () => {
  test("take a folder with all that is in it, and leave out what no one means", async () => {
    const { page } = explorer;
    const folder = await mkdtemp(join(tmpdir(), "cubby-folder-"));
    await mkdir(join(folder, "2025", "may"), { recursive: true });
    await writeFile(join(folder, "2025", "may", "sales.csv"), "a\n1\n");
    await writeFile(join(folder, "2025", "notes.txt"), "x");
    await writeFile(join(folder, ".DS_Store"), "x");
    await page.getByLabel("Folder to upload").setInputFiles(folder);
    await fileRow(page, "sales.csv").getByText("1 table").waitFor();
    await fileRow(page, "notes.txt").waitFor();
    expect(await page.getByText(".DS_Store").count()).toBe(0);
    await rm(folder, { recursive: true });
  });

  test("unpack a ZIP, and keep it beside what was in it", async () => {
    const { page } = explorer;
    const zip = writeZip([
      { name: "inside/cities.csv", data: "city\nBern\n" },
      { name: "inside/read me.txt", data: "x" },
    ]);
    await page
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "archive.zip", mimeType: "application/zip", buffer: zip }]);
    await uploadLine(page, "archive.zip")
      .getByText(/^3 files, /)
      .waitFor();
    await fileRow(page, "cities.csv").getByText("1 table").waitFor();
  });
});
