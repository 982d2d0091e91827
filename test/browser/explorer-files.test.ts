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
  textFile,
  upload,
  uploadLine,
} from "../support/explorer.ts";

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser({ acceptDownloads: true })]);
  explorer = await openExplorer(browser, host);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

describe("the explorer's files", () => {
  test("a visitor has a session at once, and is told what to do", async () => {
    const { page } = explorer;
    await page.getByRole("heading", { name: "Drop a spreadsheet to begin" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "empty");
  });

  test("a spreadsheet that is uploaded becomes a table, and its row says so", async () => {
    const { page } = explorer;
    await upload(page, [
      textFile("sales.csv", "region,amount\nnorth,1.5\nsouth,2\n"),
      textFile("notes.txt", "Hello", "text/plain"),
    ]);
    await fileRow(page, "sales.csv").getByText("1 table").waitFor();
    await expectAccessible(page);
    await keepPicture(page, "files");
  });

  test("names and contents that are HTML stay text, wherever they are shown", async () => {
    const { page, problems } = explorer;
    const name = "<img src=x onerror=alert(1)>.csv";
    await upload(page, [textFile(name, 'a,b\n1,"<script>alert(1)</script>"\n')]);
    await fileRow(page, name).getByText(name).click();
    await page.getByRole("dialog").getByText("<script>alert(1)</script>").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("img, script:not([src]):not([type])").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("a file's details show its tables, how it was read, which rows were left out, and its first rows", async () => {
    const { page } = explorer;
    await fileRow(page, "sales.csv").getByText("sales.csv").click();
    const details = page.getByRole("dialog", { name: "sales.csv" });
    await details.getByRole("link", { name: "sales" }).waitFor();
    await details.getByText("comma").waitFor();
    await details.getByRole("cell", { name: "north" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "file-details");
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
  });

  test("a file is renamed, with its table", async () => {
    const { page } = explorer;
    await fileRow(page, "sales.csv").getByText("sales.csv").click();
    const rename = page.getByRole("dialog").getByRole("button", { name: "Rename", exact: true });
    await rename.click();
    await page.getByLabel("New name").fill("notes.txt");
    await page.getByRole("dialog").locator("form").getByRole("button", { name: "Rename" }).click();
    await page
      .getByRole("dialog")
      .getByText(/there is such a file/)
      .waitFor();
    await expectAccessible(page);
    await page.getByLabel("New name").fill("sales of 2025.csv");
    await page.keyboard.press("Enter");
    await page
      .getByRole("dialog", { name: "sales of 2025.csv" })
      .getByRole("link", { name: "sales_of_2025" })
      .waitFor();
    await page.keyboard.press("Escape");
    await fileRow(page, "sales of 2025.csv").waitFor();
    await fileRow(page, "sales of 2025.csv").getByText("sales of 2025.csv").click();
    await rename.click();
    await page.getByLabel("New name").fill("sales.csv");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "sales.csv" }).waitFor();
    await page.keyboard.press("Escape");
  });

  test("the keyboard moves, chooses and deletes, and a deletion is undone", async () => {
    const { page } = explorer;
    await page.getByRole("button", { name: "Name" }).click();
    await page.getByRole("grid", { name: "Files" }).focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Space");
    await page.getByText("1 file", { exact: true }).waitFor();
    expect(await fileRow(page, "sales.csv").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Delete");
    await fileRow(page, "sales.csv").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await fileRow(page, "sales.csv").waitFor();
  });

  test("a deletion that nobody undoes is done when its message goes", async () => {
    const { page } = explorer;
    await fileRow(page, "notes.txt").getByText("notes.txt").click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    const removed = page.waitForResponse((response) => response.url().endsWith("/files/delete"));
    await page.getByRole("button", { name: "Dismiss" }).click();
    expect(await (await removed).json()).toMatchObject({ files: [{ path: "uploads/notes.txt", status: "deleted" }] });
  });

  test("the filter finds by words of the name", async () => {
    const { page } = explorer;
    await page.getByLabel("Filter by name").fill("SALES csv");
    await page.getByText("1 file", { exact: true }).waitFor();
    await page.getByLabel("Filter by name").fill("");
  });

  test("one file is downloaded, and many as a ZIP", async () => {
    const { page } = explorer;
    await fileRow(page, "sales.csv").getByText("sales.csv").click();
    const [one] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "Download" }).click(),
    ]);
    expect(one.suggestedFilename()).toBe("sales.csv");
    await page.keyboard.press("Escape");
    const [all] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /Download as ZIP/ }).click(),
    ]);
    expect(all.suggestedFilename()).toMatch(/\.zip$/);
  });

  test("cells that are pasted become a table", async () => {
    const { page } = explorer;
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "city\tpeople\nBern\t134000\nBasel\t178000\n");
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    });
    await fileRow(page, "pasted_").getByText("1 table").waitFor();
  });

  test("a drop is announced while it hovers, and uploaded when it falls", async () => {
    const { page } = explorer;
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["x,y\n1,2\n"], "dropped.csv"));
      document.body.dispatchEvent(new DragEvent("dragenter", { dataTransfer: data, bubbles: true }));
      Object.assign(globalThis, { dropped: data });
    });
    await page.getByText("Let go to put it into Uploads").waitFor();
    await page.evaluate(() => {
      const { dropped } = globalThis as unknown as { dropped: DataTransfer };
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
    });
    await uploadLine(page, "dropped.csv").waitFor();
    await fileRow(page, "dropped.csv").getByText("1 table").waitFor();
  });

  test("nothing went wrong on the way", () => {
    const others = explorer.problems.filter((problem) => !problem.includes("status of 409")); // a name that was taken
    expect(others).toEqual([]);
  });
});
