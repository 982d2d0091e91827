import { readFile } from "node:fs/promises";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { type Explorer, expectAccessible, keepPicture, openExplorer, textFile, upload } from "../support/explorer.ts";

const ROWS = 1_000_000;

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser({ acceptDownloads: true })]);
  explorer = await openExplorer(browser, host);
  const orders = Array.from({ length: 400 }, (_, id) => {
    const day = `2025-${String(1 + (id % 12)).padStart(2, "0")}-${String(1 + (id % 28)).padStart(2, "0")}`;
    return `${id},${["north", "south", "east"][id % 3]},${id % 10 === 0 ? "" : (id * 1.5).toFixed(1)},${day}`;
  });
  const numbers = Array.from({ length: ROWS }, (_, index) => index).join("\n");
  await upload(explorer.page, [
    textFile("orders.csv", `id,region,amount,day\n${orders.join("\n")}\n`),
    textFile("numbers.csv", `n\n${numbers}\n`),
  ]);
  await explorer.page.getByRole("grid", { name: "Files" }).getByText("1 table").nth(1).waitFor({ timeout: 60_000 });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

describe("the explorer's tables", () => {
  test("a million rows are scrolled to their end, and sorted, without being loaded", async () => {
    const { page } = explorer;
    await page.goto(`${host.url}/#tables/numbers`);
    const grid = page.getByRole("grid", { name: "Rows of numbers" });
    await grid.getByText("999,999").waitFor({ state: "detached" });
    await grid.focus();
    await page.keyboard.press("Control+End");
    await grid.getByRole("gridcell", { name: "999999", exact: true }).waitFor();
    expect(await grid.getByRole("row").count()).toBeLessThan(60);
    await page.keyboard.press("Control+Home");
    await page.getByRole("button", { name: "n", exact: true }).click();
    await page.getByRole("button", { name: "n", exact: true }).click();
    await page.getByRole("columnheader", { name: "n" }).and(page.locator("[aria-sort=descending]")).waitFor();
    await grid.getByRole("gridcell", { name: "999999", exact: true }).waitFor();
  });

  test("a table shows its rows, and each column its type, what is missing and its shape", async () => {
    const { page } = explorer;
    await page.getByRole("link", { name: /^orders/ }).click();
    await page.getByRole("gridcell", { name: "north" }).first().waitFor();
    await expectAccessible(page);
    await keepPicture(page, "table-rows");
    await page.getByRole("tab", { name: "Columns" }).click();
    const amount = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "amount" }) });
    await amount.getByText("40 (10 %)").waitFor();
    await amount.getByRole("img", { name: /amount: most values/ }).waitFor();
    await page.getByText("134").first().waitFor();
    await expectAccessible(page);
    await keepPicture(page, "table-columns");
  });

  test.each(["CSV", "Excel (XLSX)", "Parquet"])("a table is downloaded as %s", async (format) => {
    const { page } = explorer;
    await page.getByLabel("Download", { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: format }).click(),
    ]);
    const content = await readFile(await download.path());
    const magic = { CSV: "id,r", "Excel (XLSX)": "PK\u0003\u0004", Parquet: "PAR1" }[format];
    expect(content.subarray(0, 4).toString("latin1")).toBe(magic);
  });
});

describe("the explorer's questions", () => {
  const write = async (sql: string) => {
    const { page } = explorer;
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(sql);
  };

  test("the editor completes tables and columns", async () => {
    const { page } = explorer;
    await page.getByRole("link", { name: "Ask" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("SELECT * FROM ord");
    await page.getByRole("option", { name: "orders" }).waitFor();
    await page.keyboard.press("Escape");
    await expectAccessible(page);
  });

  test("a statement is run, its answer sorted, drawn and downloaded", async () => {
    const { page } = explorer;
    await write("SELECT region, sum(amount) AS total FROM orders GROUP BY 1");
    await page.keyboard.press("Control+Enter");
    const answer = page.getByRole("grid", { name: "Answer" });
    await answer.getByRole("gridcell", { name: "east" }).waitFor();
    await answer.getByRole("button", { name: "region" }).click();
    await answer.locator("[aria-sort=ascending]").waitFor();
    expect(await answer.getByRole("row").nth(1).innerText()).toContain("east");
    await expectAccessible(page);
    await keepPicture(page, "answer");
    await page.getByRole("tab", { name: "Chart" }).click();
    await page
      .getByRole("img", { name: /Bars: total along region/ })
      .locator("canvas")
      .waitFor();
    await expectAccessible(page);
    await keepPicture(page, "chart");
    await page.getByLabel("Download", { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect((await readFile(await download.path(), "utf8")).split("\n")[0]).toContain("region,total");
  });

  test("the picture of an answer is of the kind that suits it, which can be changed", async () => {
    const { page } = explorer;
    await write("SELECT day, id, amount FROM orders");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("tab", { name: "Chart" }).click();
    for (const [kind, name] of [
      ["line", /^Lines: id, amount along day/],
      ["scatter", /^Points: amount along id/],
      ["histogram", /^Histogram: Rows of id/],
    ] as const) {
      await page.getByLabel("Kind").selectOption(kind);
      await page.getByRole("img", { name }).locator("canvas").waitFor();
      await keepPicture(page, `chart-${kind}`);
    }
    await page.getByLabel(/^Of/).selectOption({ label: "amount" });
    await page.getByRole("img", { name: /^Histogram: Rows of amount/ }).waitFor();
  });

  test("a statement that is wrong says what is wrong with it", async () => {
    const { page } = explorer;
    await write("SELECT nothing FROM orders");
    await page.getByRole("button", { name: "Run" }).click();
    await page
      .getByRole("alert")
      .getByText(/nothing/)
      .waitFor();
    await expectAccessible(page);
  });

  test("a statement that takes too long is cancelled, and the next one answered", async () => {
    const { page } = explorer;
    await write("SELECT count(*) FROM numbers a, numbers b WHERE a.n * b.n % 7 = 3");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await write("SELECT 41 + 1 AS answer");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("gridcell", { name: "42" }).waitFor();
  });

  test("what was asked before is asked again", async () => {
    const { page } = explorer;
    await page.getByRole("button", { name: /questions$/ }).click();
    await page
      .getByRole("list", { name: "Asked before" })
      .getByText(/sum\(amount\)/)
      .click();
    await page.getByRole("gridcell", { name: "east" }).waitFor();
  });

  test("nothing went wrong on the way but the statement that was", () => {
    const others = explorer.problems.filter((problem) => !/status of 400/.test(problem));
    expect(others).toEqual([]);
  });
});
