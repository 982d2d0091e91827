import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type * as clientModule from "../../shared/client/index.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { type ForeignPage, serveForeignPage } from "../support/foreign-page.ts";

/** What `evaluate` runs, runs in the page, where these are globals. */
declare const cubby: typeof clientModule;
declare let client: clientModule.Client;
declare let session_id: string;
declare let url: string;

let host: Host;
let browser: BrowserContext;
let invited: ForeignPage;
let uninvited: ForeignPage;
let page: Page;
beforeAll(async () => {
  [invited, uninvited] = await Promise.all([serveForeignPage(), serveForeignPage()]);
  [host, browser] = await Promise.all([
    startAcceptanceHost({ CORS_ORIGINS: `https://elsewhere.example, ${invited.origin}`, MAX_FILE_SIZE_MB: "120" }),
    startBrowser(),
  ]);
  page = await openPage(invited);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([host?.close(), invited?.close(), uninvited?.close()]);
});

/** A tab on that page with a client of a new guest of its own. */
async function openPage({ origin }: ForeignPage): Promise<Page> {
  const tab = await browser.newPage();
  await tab.goto(origin);
  await tab.evaluate((baseUrl) => {
    let token: string | undefined;
    Object.assign(globalThis, { url: baseUrl, client: cubby.createClient({ baseUrl, token: () => token }) });
    Object.assign(globalThis, {
      begin: async () => {
        const session = await client.call("createSession", { body: { platform: "web" } });
        token = session.session_token;
        Object.assign(globalThis, { session_id: session.session_id, token });
      },
    });
  }, host.url);
  return tab;
}

declare const begin: () => Promise<void>;
declare let token: string;

describe("a page of another origin that the stage names", () => {
  beforeAll(() => page.evaluate(() => begin()));

  test("makes a session and uploads a file through the API", async () => {
    const result = await page.evaluate(async () => {
      const { files } = await client.uploadFiles(session_id, [{ name: "a ü#1.csv", content: "a,b\n1,2\n" }]);
      return files[0];
    });
    expect(result).toMatchObject({ status: "stored", file: { path: "uploads/a ü#1.csv" } });
  });

  test("uploads to the bucket by a signed form", async () => {
    const file = await page.evaluate(async () => {
      const answer = await client.uploadLarge(session_id, "uploads/form.txt", new Blob(["0123456789"]));
      return answer.file;
    });
    expect(file).toMatchObject({ path: "uploads/form.txt", size_bytes: 10, status: "ready" });
  });

  test("uploads to the bucket in parts, and reads each part's ETag", async () => {
    const size = 104 * 1024 * 1024;
    const file = await page.evaluate(async (bytes) => {
      const answer = await client.uploadLarge(session_id, "workspace/parts.bin", new Blob([new Uint8Array(bytes)]));
      return answer.file;
    }, size);
    expect(file).toMatchObject({ path: "workspace/parts.bin", size_bytes: size });
  });

  test("reads a range through the redirect", async () => {
    const answer = await page.evaluate(async () => {
      const headers = { authorization: `Bearer ${token}`, range: "bytes=2-5" };
      const response = await fetch(`${url}/v1/sessions/${session_id}/files/uploads/form.txt`, { headers });
      const { status, redirected } = response;
      return { status, redirected, range: response.headers.get("content-range"), text: await response.text() };
    });
    expect(answer).toEqual({ status: 206, redirected: true, range: "bytes 2-5/10", text: "2345" });
  });

  test("downloads through the client, and reads the name of the file", async () => {
    const answer = await page.evaluate(async () => {
      const response = await client.download(session_id, "uploads/form.txt");
      return [response.headers.get("content-disposition"), response.headers.get("etag"), await response.text()];
    });
    expect(answer).toEqual(["attachment; filename=form.txt", expect.stringMatching(/^"/), "0123456789"]);
  });

  test("asks by HEAD, and is told that nothing changed", async () => {
    const answers = await page.evaluate(async () => {
      const address = `${url}/v1/sessions/${session_id}/files/uploads/form.txt`;
      const authorization = `Bearer ${token}`;
      const head = await fetch(address, { method: "HEAD", headers: { authorization } });
      const etag = head.headers.get("etag") ?? "";
      const again = await fetch(address, { headers: { authorization, "if-none-match": etag } });
      return { etag, length: head.headers.get("content-length"), status: again.status };
    });
    expect(answers).toEqual({ etag: expect.stringMatching(/^"[^"]+"$/), length: "10", status: 304 });
  });

  test("deletes a file", async () => {
    const removed = await page.evaluate(() =>
      client.call("deleteFile", { params: { session_id, path: "uploads/form.txt" } }),
    );
    expect(removed).toEqual({ path: "uploads/form.txt", status: "deleted" });
  });

  test("reads the problem of a call that fails, its request id and its status", async () => {
    const problem = await page.evaluate(async () => {
      try {
        await client.call("getFile", {
          params: { session_id, path: "uploads/form.txt" },
          query: { redirect: "false" },
        });
        return undefined;
      } catch (error) {
        if (!(error instanceof cubby.CubbyError)) throw error;
        return { code: error.code, status: error.status, requestId: error.problem?.request_id };
      }
    });
    expect(problem).toEqual({ code: "file_not_found", status: 404, requestId: expect.stringMatching(/.{8}/) });
  });
});

describe("a page of an origin that the stage does not name", () => {
  /** What `fetch` throws where the browser keeps an answer from the page. */
  const REFUSED = "TypeError: Failed to fetch";

  async function outcomes(probe: (address: string) => Promise<string[]>, address: string): Promise<string[]> {
    const tab = await openPage(uninvited);
    return tab.evaluate(probe, address).finally(() => tab.close());
  }

  test("is refused by the API, with and without a preflight", async () => {
    const found = await outcomes(async (address) => {
      const calls = [
        fetch(`${address}/health`),
        fetch(`${address}/v1/sessions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        }),
      ];
      return (await Promise.allSettled(calls)).map((call) =>
        call.status === "rejected" ? String(call.reason) : "read",
      );
    }, host.url);
    expect(found).toEqual([REFUSED, REFUSED]);
  });

  test("is refused by the bucket, whatever signed URL it got hold of", async () => {
    const link = await page.evaluate(async () => {
      await client.uploadFiles(session_id, [{ name: "private.txt", content: "private" }]);
      const params = { session_id, path: "uploads/private.txt" };
      return (await client.call("getFile", { params, query: { redirect: "false" } })).url;
    });
    expect(await (await fetch(link)).text()).toBe("private");
    const found = await outcomes(async (address) => {
      const calls = [fetch(address), fetch(address, { method: "PUT", body: "other" })];
      return (await Promise.allSettled(calls)).map((call) =>
        call.status === "rejected" ? String(call.reason) : "read",
      );
    }, link);
    expect(found).toEqual([REFUSED, REFUSED]);
  });
});
