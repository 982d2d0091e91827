import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { type Explorer, openExplorer, textFile, upload } from "../support/explorer.ts";

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
  explorer = await openExplorer(browser, host);
  await upload(explorer.page, [textFile("cities.csv", "city,people\nBern,134000\nBasel,178000\n")]);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

/** More steps than any way through the page has. */
const MAX_STEPS = 60;

/** What has the focus: its name, and whether one sees that it has. */
function focused(page: Page): Promise<{ name: string; isVisible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return { name: "", isVisible: false };
    // The editor and a row of the list are outlined around what has the focus.
    const outlined = [element, element.closest(".editor")].some((box) => {
      return box !== null && getComputedStyle(box).outlineStyle !== "none";
    });
    const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
    return { name: name.trim(), isVisible: outlined };
  });
}

/** Walks with the Tab key until something of this name has the focus, which has to be seen on every step. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < MAX_STEPS; step++) {
    await page.keyboard.press("Tab");
    const present = await focused(page);
    passed.push(present.name);
    if (present.name !== "") expect(present).toEqual({ ...present, isVisible: true });
    if (name.test(present.name)) return;
  }
  throw new Error(`The Tab key does not lead to ${name}, but to ${passed.join(" → ")}`);
}

describe("the explorer without a mouse", () => {
  test("skips to the content", async () => {
    const { page } = explorer;
    await page.reload();
    await page.getByRole("button", { name: /your session$/ }).waitFor();
    await tabTo(page, /^Skip to the content$/);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  test("opens a menu, walks in it and leaves it where it began", async () => {
    const { page } = explorer;
    await tabTo(page, /^Upload$/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^A folder…$/);
    await page.keyboard.press("Escape");
    expect((await focused(page)).name).toBe("Upload");
    await page.getByRole("button", { name: "A folder…" }).waitFor({ state: "hidden" });
  });

  test("opens a file, and has the list again when its details are closed", async () => {
    const { page } = explorer;
    await tabTo(page, /^Files$/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await focused(page)).name).toBe("Files");
  });

  test("goes to a table, changes the tab by arrows, and walks through its cells", async () => {
    const { page } = explorer;
    await page.goto(`${host.url}/#tables`);
    await page.getByRole("gridcell", { name: "Bern" }).waitFor();
    await tabTo(page, /^Rows$/);
    await page.keyboard.press("ArrowRight");
    await page.getByRole("list", { name: "Columns of cities" }).waitFor();
    expect((await focused(page)).name).toBe("Columns");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("gridcell", { name: "Bern" }).waitFor();
    await tabTo(page, /^Rows of cities$/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    const active = await page.getByRole("grid").getAttribute("aria-activedescendant");
    await page.locator(`#${active}`).getByText("178000").waitFor();
  });

  test("writes a statement, runs it, and is not caught in the editor", async () => {
    const { page } = explorer;
    await page.goto(`${host.url}/#ask`);
    await page.locator(".cm-content").waitFor();
    await tabTo(page, /^SQL statement$/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("SELECT 41 + 1 AS x");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("gridcell", { name: "42" }).waitFor();
    await tabTo(page, /^Run$/);
    await tabTo(page, /^Answer$/);
  });
});
