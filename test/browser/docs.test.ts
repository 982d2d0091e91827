import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import * as contract from "../../shared/contract/routes.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { expectAccessible, keepPicture } from "../support/explorer.ts";

let host: Host;
let browser: BrowserContext;

beforeAll(async () => {
  host = await startAcceptanceHost();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await host.close();
});

/** The contract's page in a tab, with all that it asked for and all that went wrong. */
async function openDocs(): Promise<{ page: Page; asked: string[]; problems: string[] }> {
  const page = await browser.newPage();
  const asked: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${host.url}/docs`);
  return { page, asked, problems };
}

describe("/docs", () => {
  test("shows every route of the contract, and every link in it leads somewhere", async () => {
    const { page, asked, problems } = await openDocs();
    const shown = await page.locator("section[id^=tag-] > article").evaluateAll((all) => all.map(({ id }) => id));
    expect(shown.sort()).toEqual(Object.keys(contract).sort());
    const broken = await page
      .locator("a[href^='#']")
      .evaluateAll((links) =>
        links
          .map((link) => link.getAttribute("href") ?? "")
          .filter((href) => document.querySelector(`[id="${href.slice(1)}"]`) === null),
      );
    expect(broken).toEqual([]);
    expect({ origins: [...new Set(asked)], problems }).toEqual({ origins: [host.url], problems: [] });
    await page.close();
  });

  test.each([
    { name: "wide-light", width: 1280, colorScheme: "light" },
    { name: "wide-dark", width: 1280, colorScheme: "dark" },
    { name: "phone-light", width: 360, colorScheme: "light" },
    { name: "phone-dark", width: 360, colorScheme: "dark" },
  ] as const)("is fit for everybody: $name", async ({ name, width, colorScheme }) => {
    const { page } = await openDocs();
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    // Every chapter is made by the same few functions: axe needs half a minute for all of them, and a second for one.
    await page.locator("section[id^=tag-]:not(#tag-Tables)").evaluateAll((all) => {
      for (const one of all) one.remove();
    });
    await page.locator("#query summary").evaluateAll((all) => {
      for (const one of all) (one as HTMLElement).click();
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expectAccessible(page);
    await keepPicture(page, `docs-${name}`);
    await page.locator("#query").scrollIntoViewIfNeeded();
    await page.evaluate(() => document.querySelector("#query")?.scrollIntoView());
    await keepPicture(page, `docs-${name}-query`);
    await page.close();
  });
});
