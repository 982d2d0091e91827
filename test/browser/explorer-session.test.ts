import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { viewEngines } from "../support/engines-view.ts";
import {
  clientBeside,
  type Explorer,
  expectAccessible,
  fileRow,
  guestOf,
  keepPicture,
  openExplorer,
  textFile,
  upload,
} from "../support/explorer.ts";

let host: Host;
let browser: BrowserContext;
let explorer: Explorer;
beforeAll(async () => {
  [host, browser] = await Promise.all([startAcceptanceHost(), startBrowser()]);
  explorer = await openExplorer(browser, host);
  await upload(explorer.page, [textFile("mine.csv", "a\n1\n")]);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

describe("the explorer's history", () => {
  test("shows what happens as it happens, whoever does it, and takes a message", async () => {
    const { page } = explorer;
    await page.getByRole("link", { name: "History" }).click();
    const { client, params } = await clientBeside(explorer, host);
    await client.call("appendHistory", { params, body: { role: "assistant", content: "<b>Hello</b> from a bot" } });
    await page.getByText("<b>Hello</b> from a bot").waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("Good morning");
    await page.keyboard.press("Enter");
    await page.getByRole("list").getByText("Good morning").waitFor();
    const { data } = await client.call("listHistory", { params });
    expect(data.at(-1)).toMatchObject({ role: "user", content: "Good morning" });
    await expectAccessible(page);
    await keepPicture(page, "history");
  });

  test("asks for the decision that something waits for", async () => {
    const { page } = explorer;
    const { client, params } = await clientBeside(explorer, host);
    const body = { tool_name: "send_report", description: "Sends the report to everybody", args: { to: "all" } };
    await client.call("setApproval", { params, body });
    await page.getByRole("region", { name: "Waiting for your decision" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "approval");
    await page.getByLabel("Comment").fill("Only to me");
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByText("Rejected.").waitFor();
    const { data } = await client.call("listHistory", { params, query: { order: "desc", limit: 1 } });
    expect(data[0]?.metadata).toMatchObject({ type: "approval_decided", decision: "rejected", comment: "Only to me" });
  });
});

describe("the explorer's session", () => {
  test("says when it will end and why, and is kept longer", async () => {
    const { page } = explorer;
    await page.getByRole("button", { name: /your session$/ }).click();
    const dialog = page.getByRole("dialog", { name: "Your session" });
    await dialog.getByText(/It ends 1 day after it was last used, and 7 days after it began/).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "session");
    const touched = page.waitForResponse((response) => response.url().endsWith("/touch"));
    await dialog.getByRole("button", { name: "Keep it longer" }).click();
    expect((await touched).status()).toBe(200);
  });

  test("stands beside another one, between which one switches", async () => {
    const { page } = explorer;
    const dialog = page.getByRole("dialog", { name: "Your session" });
    await dialog.getByRole("button", { name: "New session beside it" }).click();
    await page.getByRole("heading", { name: "Drop a spreadsheet to begin" }).waitFor();
    await page.getByRole("button", { name: /your session$/ }).click();
    await dialog.getByRole("button", { name: /^Began/ }).click();
    await fileRow(page, "mine.csv").waitFor();
  });

  test("is there again after a reload", async () => {
    await explorer.page.reload();
    await fileRow(explorer.page, "mine.csv").waitFor();
  });

  test("is started over after a question, and nothing of it is left", async () => {
    const { page } = explorer;
    const { session_id } = await guestOf(explorer);
    await page.getByRole("button", { name: /your session$/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Remove everything" }).click();
    await page.getByText(/^Removed \d+ objects/).waitFor();
    await page.getByRole("heading", { name: "Drop a spreadsheet to begin" }).waitFor();
    expect(await viewEngines(host).keysOf(session_id)).toEqual([]);
  });

  test("that has ended says so plainly and by itself, and offers a new one", async () => {
    const { page } = explorer;
    const { session_id } = await guestOf(explorer);
    await viewEngines(host).expire(session_id);
    await page.getByRole("heading", { name: "This session has ended" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "ended");
    await page.getByRole("button", { name: "Start a new session" }).click();
    await page.getByRole("button", { name: /your session$/ }).waitFor();
  });
});
