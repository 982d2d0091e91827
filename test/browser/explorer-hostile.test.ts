import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import {
  clientBeside,
  type Explorer,
  expectAccessible,
  fileRow,
  keepPicture,
  openExplorer,
} from "../support/explorer.ts";
import { nastyNames } from "../support/nasty-names.ts";

const EVIL = "<img src=x onerror=alert(1)>";
/** By the name they are opened by: what a browser that took them for more than text would run, load or follow. */
const contents: Record<string, string> = {
  "page.html": `<!doctype html><script>alert(1)</script>${EVIL}<meta http-equiv=refresh content="0;url=//evil.example">`,
  "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(1)</script>
    <image href="http://evil.example/x.png"/></svg>`,
  "readme.md": `# ${EVIL}\n\n[click](javascript:alert(1)) <script>alert(1)</script>\n\n| ${EVIL} |\n| --- |\n| <iframe> |\n`,
  "data.json":
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"x":"</script><script>alert(1)"}',
  "cells.csv": `"${EVIL}",'+formula\n"=HYPERLINK(""javascript:alert(1)"")","<script>alert(1)</script>"\n`,
  "script.py": `import pandas as pd\npd.read_csv("${EVIL}")\n# </code></td><script>alert(1)</script>\n`,
};

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
  explorer = await openExplorer(browser, host);
  const { page, problems } = explorer;
  page.on("dialog", (dialog) => {
    problems.push(`A dialog was opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().includes("evil.example")) problems.push(`${request.url()} was asked for`);
  });
  const { client, params } = await clientBeside(explorer, host);
  const body = new FormData();
  for (const [name, text] of Object.entries(contents)) body.append("files", new Blob([text]), name);
  await client.call("uploadFiles", { params, body });
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

/** Nothing of a file became part of the page: no element of its, no handler, no way out. */
async function expectInert(): Promise<void> {
  const strangers =
    'script:not([src^="/assets/"]):not([type="application/json"]), iframe, object, embed, [onerror], [onload]';
  const links = 'a[href^="javascript:"], a[href*="evil.example"], img:not([src^="blob:"]), base, form[action]';
  const { page, problems } = explorer;
  expect(await page.locator(`${strangers}, ${links}`).count()).toBe(0);
  expect(await page.evaluate(() => "polluted" in {})).toBe(false);
  expect(problems).toEqual([]);
}

describe("hostile contents", () => {
  test.each(Object.keys(contents))("of %s are shown as what they are, and nothing of them runs", async (name) => {
    const { page } = explorer;
    await fileRow(page, name).first().getByText(name).click();
    const details = page.getByRole("dialog", { name, exact: true });
    await details.getByRole("heading", { name: "Preview" }).waitFor();
    await details.getByText("Reading…").waitFor({ state: "detached" });
    if (name.endsWith(".svg")) await details.getByRole("img", { name }).waitFor();
    else await details.getByText("alert(1)").first().waitFor();
    await expectInert();
    await page.keyboard.press("Escape");
  });

  test("stay text in tables, in the editor's completion, in answers and in the history", async () => {
    const { page } = explorer;
    const { client, params } = await clientBeside(explorer, host);
    await client.call("appendHistory", { params, body: { role: "assistant", content: EVIL } });
    const asked = { tool_name: "send", description: EVIL, args: { html: EVIL } };
    await client.call("setApproval", { params, body: asked });
    await page.goto(`${host.url}/#tables/cells`);
    await page.getByRole("gridcell", { name: "<script>alert(1)</script>" }).waitFor();
    await page.getByRole("tab", { name: "Columns" }).click();
    await page.getByRole("list", { name: "Columns of cells" }).getByText("<script>alert(1)</script>").first().waitFor();
    await expectInert();
    await page.goto(`${host.url}/#ask`);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("SELECT * FROM cells WHERE cells.");
    await page.keyboard.press("Control+Space");
    await page.getByRole("option").first().waitFor();
    await expectInert();
    await page.keyboard.press("Escape");
    await page.goto(`${host.url}/#history`);
    await page.getByRole("list").getByText(EVIL).first().waitFor();
    await page.getByRole("region", { name: "Waiting for your decision" }).getByText(EVIL).first().waitFor();
    await expectInert();
    await keepPicture(page, "hostile-history");
  });
});

describe("hostile names", () => {
  test("are listed as they are, each once, and removed at once", async () => {
    const { page } = explorer;
    const { client, params } = await clientBeside(explorer, host);
    const body = new FormData();
    for (const name of nastyNames) body.append("files", new Blob(["x"]), name);
    const { files } = await client.call("uploadFiles", { params, query: { folder: "outputs/bulk" }, body });
    const stored = files.map(({ path }) => path.replace(/^outputs\/bulk\//, ""));
    expect(stored).toHaveLength(nastyNames.length);
    // High enough for all of them: only rows in view exist.
    await page.setViewportSize({ width: 1280, height: 4000 });
    await page.goto(`${host.url}/#files/outputs/bulk`);
    const names = page.getByRole("grid", { name: "Files" }).locator(".cell-name > .name");
    await expect.poll(() => names.count(), { timeout: 20_000 }).toBe(stored.length);
    expect((await names.allTextContents()).sort()).toEqual(stored.sort());
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await keepPicture(page, "hostile-names-360");
    await page.getByRole("grid", { name: "Files" }).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    const removed = page.waitForResponse((response) => response.url().endsWith("/files/delete"));
    await page.getByRole("button", { name: "Dismiss" }).click();
    const results: { status: string }[] = (await (await removed).json()).files;
    expect(results.filter(({ status }) => status !== "deleted")).toEqual([]);
    await expectInert();
  });
});
