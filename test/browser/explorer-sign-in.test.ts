import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { expectAccessible, fileRow, keepPicture, textFile, upload } from "../support/explorer.ts";
import { startSignInProvider } from "../support/sign-in-provider.ts";

let provider: Awaited<ReturnType<typeof startSignInProvider>>;
let host: Host;
let browser: BrowserContext;
beforeAll(async () => {
  // Its tokens are renewed with the first call after they came.
  provider = await startSignInProvider("ana", { lifetimeSeconds: 30 });
  [host, browser] = await Promise.all([
    startAcceptanceHost({
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: "cubby",
      OIDC_CLIENT_ID: "page",
      OIDC_SCOPE: "openid cubby/sessions",
      GUESTS_ALLOWED: "false",
    }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await provider?.close();
});

describe("the explorer where people sign in", () => {
  test("lets nobody in as a guest, takes a person in by code and PKCE, and renews his token", async () => {
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.getByRole("heading", { name: "Welcome to Cubby" }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, "welcome");
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Drop a spreadsheet to begin" }).waitFor();
    expect(page.url()).toBe(`${host.url}/`); // the code is gone from the address
    expect(provider.asked).toContain("authorization_code");
    expect(provider.asked).toContain("refresh_token");
    await upload(page, [textFile("mine.csv", "a\n1\n")]);
    await fileRow(page, "mine.csv").waitFor();
    await page.close();
  });

  test("finds a person's session again after he signed in anew, and lets him out", async () => {
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await fileRow(page, "mine.csv").waitFor();
    await page.getByLabel("Account").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Welcome to Cubby" }).waitFor();
    await page.close();
  });

  test("refuses an answer that this tab did not ask for", async () => {
    const page = await browser.newPage();
    await page.goto(`${host.url}/?code=stolen&state=other`);
    await page.getByText(/begun in another tab/).waitFor();
    expect(page.url()).not.toContain("stolen");
    await page.close();
  });
});
