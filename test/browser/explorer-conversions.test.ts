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
} from "../support/explorer.ts";

const SCRIPT = `import os
import pandas as pd

sales = pd.read_csv("sales.csv")
notes = open("notes.txt").read()
later = pd.read_csv(os.environ["PLACE"])
`;
const NOTEBOOK = JSON.stringify({
  cells: [
    { cell_type: "markdown", metadata: {}, source: "# <script>alert(1)</script>" },
    { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: "import pandas as pd" },
    { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: "pd.read_csv('sales.csv')" },
  ],
  metadata: { language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
});

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
  explorer = await openExplorer(browser, host);
  await upload(explorer.page, [
    textFile("sales.csv", "region,amount\nnorth,1.5\nsouth,2\n"),
    textFile("rain.csv", "day,rain,snow\n1,2.5,0\n# the gauge was moved\n2,3.5,1\n"),
    textFile("analysis.py", SCRIPT, "text/x-python"),
    textFile("book.ipynb", NOTEBOOK, "application/json"),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

/** Opens a file's details; of a script, those of the one that came in. */
async function openDetails(name: string) {
  const { page } = explorer;
  await page.goto(`${host.url}/#files/uploads`);
  await fileRow(page, name).getByText(name).click();
  return page.getByRole("dialog", { name, exact: true });
}

describe("a file's conversion", () => {
  test("tells which rows were left out, with their line and why", async () => {
    await fileRow(explorer.page, "rain.csv").getByText("1 table, 1 row left out").waitFor();
    const details = await openDetails("rain.csv");
    const rejected = details.getByRole("group").filter({ hasText: "1 row left out" }).getByRole("listitem");
    await rejected.getByText("Line 3").waitFor();
    expect(await rejected.textContent()).toBe("Line 3 it is a comment# the gauge was moved");
    await keepPicture(explorer.page, "rejected-rows");
    await explorer.page.keyboard.press("Escape");
  });

  test("is previewed with other settings, which changes nothing", async () => {
    const { page } = explorer;
    const details = await openDetails("sales.csv");
    await details.getByRole("button", { name: "Read it differently…" }).click();
    await details.getByLabel("Names of columns").selectOption("row");
    await details.getByLabel("Line of the names").fill("2");
    await details.getByRole("button", { name: "Preview" }).click();
    const preview = details.getByRole("region", { name: "What it would become" });
    await preview.getByText("It would become 1 table.").waitFor();
    await preview.getByRole("columnheader", { name: "north" }).waitFor();
    await preview.getByRole("cell", { name: "south" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "conversion-preview");
    await details.getByLabel("Line of the names").fill("1");
    await preview.waitFor({ state: "detached" }); // it was of other settings
    await page.keyboard.press("Escape");
    await page.goto(`${host.url}/#tables/sales`);
    await page.getByRole("columnheader", { name: "region" }).waitFor();
  });

  test("says what does not fit the file, and leaves the tables as they were", async () => {
    const details = await openDetails("sales.csv");
    await details.getByRole("button", { name: "Read it differently…" }).click();
    await details.getByLabel("Names of columns").selectOption("row");
    await details.getByLabel("Line of the names").fill("900");
    await details.getByRole("button", { name: "Preview" }).click();
    await details.getByRole("alert").getByText(/900/).waitFor();
    await details.getByRole("button", { name: "Cancel" }).click();
    await explorer.page.keyboard.press("Escape");
  });

  test("is done again with other settings", async () => {
    const { page } = explorer;
    const details = await openDetails("sales.csv");
    await details.getByRole("button", { name: "Read it differently…" }).click();
    await details.getByLabel("Keep every cell as text").check();
    await expectAccessible(page);
    await details.getByRole("button", { name: "Read it like this" }).click();
    await details.getByRole("button", { name: "Read it differently…" }).waitFor();
    await page.keyboard.press("Escape");
    await page.goto(`${host.url}/#tables/sales`);
    await page.getByRole("columnheader", { name: "amount" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "amount" }).getAttribute("title")).toBe("amount: VARCHAR");
  });
});

describe("a script", () => {
  test("is compared before and after, with each change and each thing left alone explained", async () => {
    const { page } = explorer;
    const details = await openDetails("analysis.py");
    await details.getByText("It reads 3 files: 1 from a table now, 1 found when it runs, 1 left alone.").waitFor();
    await expectAccessible(page);
    await details.getByRole("button", { name: "Compare before and after" }).click();
    const comparison = page.getByRole("region", { name: "Comparison of analysis.py" });
    const row = (text: string) => comparison.getByRole("row").filter({ hasText: text });
    await row('pd.read_csv("sales.csv")').getByText('session_data.read_csv("sales")').waitFor();
    await row("import session_data").getByText("added").waitFor();
    await row("The helper that knows the tables").waitFor();
    await row("builtins.open").getByText("Left alone").waitFor();
    await row("builtins.open").getByText("No file of the session that became a table has this name").waitFor();
    await row("looked up when it runs").getByText("Finds its table when it runs").waitFor();
    await expectAccessible(page);
    await keepPicture(page, "script-comparison");
    await page.setViewportSize({ width: 360, height: 740 });
    await expectAccessible(page);
    await keepPicture(page, "script-comparison-360");
    expect(await comparison.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.keyboard.press("Escape");
    await comparison.waitFor({ state: "detached" });
    await details.getByRole("button", { name: "workspace/analysis.py" }).click();
    await details.getByText("It was made of").waitFor();
    await page.keyboard.press("Escape");
  });

  test("that is a notebook is compared cell by cell, and nothing of it runs", async () => {
    const { page } = explorer;
    const details = await openDetails("book.ipynb");
    await details.getByRole("button", { name: "Compare before and after" }).click();
    const comparison = page.getByRole("region", { name: "Comparison of book.ipynb" });
    await comparison.getByRole("rowheader", { name: "Cell 3" }).waitFor();
    await comparison.getByText("session_data.read_csv('sales')").waitFor();
    await comparison.getByRole("link", { name: "sales" }).click();
    await page.getByRole("heading", { name: "sales" }).waitFor();
    await comparison.waitFor({ state: "detached" });
  });

  test("nothing went wrong on the way", () => {
    expect(explorer.problems).toEqual([]);
  });
});
