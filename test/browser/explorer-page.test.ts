import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { expectAccessible, keepPicture, openExplorer, textFile, upload } from "../support/explorer.ts";

/** Before the SQL editor and the charts are asked for. */
const MAX_FIRST_LOAD_BYTES = 250_000;

let host: Host;
let browser: BrowserContext;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

describe("the web page", () => {
  test("comes with a policy that admits its own scripts, its own bucket, and nobody's frame", async () => {
    const response = await fetch(host.url);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ${host.endpoints.s3};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
  });

  test("has assets that may be kept for ever, compressed as the browser asks", async () => {
    const [path = ""] = /\/assets\/app-\w+\.js/.exec(await (await fetch(host.url)).text()) ?? [];
    for (const encoding of ["br", "gzip"]) {
      const response = await fetch(`${host.url}${path}`, { headers: { "accept-encoding": encoding } });
      expect(response.headers.get("content-encoding")).toBe(encoding);
      expect(response.headers.get("cache-control")).toContain("immutable");
      expect(await response.text()).toContain("function");
    }
    const plain = await fetch(`${host.url}${path}`, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect((await fetch(`${host.url}/assets/../manifest.json`)).status).not.toBe(200);
    expect((await fetch(`${host.url}/assets/manifest.json`)).status).toBe(404);
  });

  test("first loads at most 250 kB compressed, of its own origin alone, and the editor when it is asked for", async () => {
    const page = await browser.newPage();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const loaded = new Map<string, number>();
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
      loaded.set(requestId, encodedDataLength),
    );
    await page.goto(host.url);
    await page.getByRole("heading", { name: "Drop a spreadsheet to begin" }).waitFor();
    const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
    console.log(`First load: ${Math.round(bytes / 1000)} kB over the wire, ${urls.length} requests`);
    expect(bytes).toBeLessThanOrEqual(MAX_FIRST_LOAD_BYTES);
    expect(urls.filter((url) => !url.startsWith(host.url))).toEqual([]);
    expect(urls.some((url) => url.includes("sql-editor"))).toBe(false);
    await page.goto(`${host.url}/#ask`);
    await page.locator(".cm-content").waitFor();
    await page.close();
  });
});

describe("the web page on every screen", () => {
  test.each([
    { width: 360, height: 740, colorScheme: "light" },
    { width: 360, height: 740, colorScheme: "dark" },
    { width: 1280, height: 800, colorScheme: "dark" },
    { width: 1920, height: 1080, colorScheme: "light" },
  ] as const)("$width px, $colorScheme: everything fits, and axe finds nothing", async ({ colorScheme, ...size }) => {
    const { page, problems } = await openExplorer(browser, host);
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await upload(page, [
      textFile(
        "a rather long name of a spreadsheet, as people have them (final) (2).csv",
        "city,people\nBern,134000\n",
      ),
    ]);
    for (const view of ["files", "tables", "ask", "history"]) {
      await page.goto(`${host.url}/#${view}`);
      await page
        .getByRole("region", { name: new RegExp(view, "i") })
        .first()
        .waitFor();
      if (view === "ask") await page.locator(".cm-content").waitFor();
      if (view === "tables") await page.getByRole("gridcell", { name: "Bern" }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
      await expectAccessible(page);
      await keepPicture(page, `${size.width}-${colorScheme}-${view}`);
    }
    expect(problems).toEqual([]);
    await page.close();
  });
});
