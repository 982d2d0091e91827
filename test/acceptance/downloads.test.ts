import { fileHref } from "../../shared/contract/file-address.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";

const page = "<!doctype html><script>alert(document.domain)</script>";

let host: Host;
let ana: Client;
let session_id = "";
let authorization = "";

beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
  session_id = await newSession(ana);
  authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
});
afterAll(() => host.close());

async function put(path: string, body: string): Promise<void> {
  await ana.call("putFile", { params: { session_id, path }, body });
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${host.url}${fileHref(session_id, path)}`, {
    redirect: "manual",
    ...init,
    headers: { authorization, ...init.headers },
  });
}

describe("GET and HEAD …/files/{path+}", () => {
  test("HEAD says what the download will say", async () => {
    const path = "outputs/single/日本 100%.txt";
    await put(path, "0123456789");
    const head = await ask(path, { method: "HEAD" });
    const download = await fetch((await ask(path)).headers.get("location") ?? "");
    expect(await download.text()).toBe("0123456789");
    for (const name of ["content-type", "content-length", "content-disposition", "etag", "accept-ranges"]) {
      expect([name, head.headers.get(name)]).toEqual([name, download.headers.get(name)]);
    }
    expect(head.headers.get("content-disposition")).toContain("filename*=UTF-8''%E6%97%A5%E6%9C%AC%20100%25.txt");
    expect(head.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("a range sent to the route arrives at the storage", async () => {
    await put("outputs/single/range.txt", "0123456789");
    for (const [range, text] of [
      ["bytes=2-4", "234"],
      ["bytes=-3", "789"],
      ["bytes=8-", "89"],
    ] as const) {
      const answer = await ask("outputs/single/range.txt", { headers: { range }, redirect: "follow" });
      expect([range, answer.status, await answer.text()]).toEqual([range, 206, text]);
    }
    const location = (await ask("outputs/single/range.txt")).headers.get("location") ?? "";
    expect((await fetch(location, { headers: { range: "bytes=10-" } })).status).toBe(416);
  });

  test.each(["GET", "HEAD"])("%s answers 304 to who has this version, until it is replaced", async (method) => {
    const path = `outputs/single/cached-${method}.txt`;
    await put(path, "one");
    const first = await ask(path, { method: "HEAD" });
    const etag = first.headers.get("etag") ?? "";
    const modified = first.headers.get("last-modified") ?? "";
    const statusOf = async (headers: Record<string, string>) => (await ask(path, { method, headers })).status;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      expect([known, await statusOf({ "if-none-match": known })]).toEqual([known, 304]);
    }
    expect(await statusOf({ "if-modified-since": modified })).toBe(304);
    await put(path, "two");
    expect(await statusOf({ "if-none-match": etag })).not.toBe(304);
    expect(await statusOf({ "if-none-match": '"x"', "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" })).not.toBe(
      304,
    );
  });

  test.each([
    "page.html",
    "drawing.svg",
    "feed.xml",
    "script.js",
    "module.mjs",
    "page.xhtml",
    "photo.png",
    "notes.txt",
    "table.csv",
  ])("%s cannot run as a page: an attachment of no type", async (name) => {
    await put(`outputs/single/${name}`, page);
    const download = await fetch((await ask(`outputs/single/${name}`)).headers.get("location") ?? "");
    expect(download.headers.get("content-type")).toBe("application/octet-stream");
    expect(download.headers.get("content-disposition")).toMatch(/^attachment;/);
    expect(await download.text()).toBe(page);
    const { url } = await ana.call("getFile", {
      params: { session_id, path: `outputs/single/${name}` },
      query: { redirect: "false" },
    });
    expect(new URL(url).origin).not.toBe(new URL(host.url).origin);
  });

  test("the type is read off name and content, not taken from who sends it", async () => {
    const form = new FormData();
    form.append("f", new Blob([page], { type: "image/png" }), "photo.png");
    form.append("f", new Blob(["x,y\n1,2\n"], { type: "text/html" }), "table");
    const url = `${host.url}/v1/sessions/${session_id}/files?folder=outputs/bulk`;
    const answer = await fetch(url, { method: "POST", headers: { authorization }, body: form });
    const { files } = (await answer.json()) as { files: { file: { content_type: string } }[] };
    expect(files.map(({ file }) => file.content_type)).toEqual(["text/html", "text/csv"]);
    const table = await ana.download(session_id, "outputs/bulk/table");
    expect(table.headers.get("content-type")).toBe("text/csv");
  });
});
