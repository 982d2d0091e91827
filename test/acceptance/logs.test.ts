import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

const KIB = 1024;

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

describe("logs", () => {
  test("appends are numbered files of the folder, read back joined and as given", async () => {
    const session_id = await newSession(ana);
    const lines = ['{"n":1}\n', "no line break", "\r\nZeile – 🎉\n"];
    for (const [index, line] of lines.entries()) {
      expect(await ana.appendLog(session_id, "50 #1", line)).toEqual({
        name: "50 #1",
        number: index + 1,
        size_bytes: Buffer.byteLength(line),
        href: `/v1/sessions/${session_id}/files/logs/50%20%231.00000${index + 1}`,
      });
    }
    await ana.appendLog(session_id, "other", "x\n");
    expect(await ana.readLog(session_id, "50 #1")).toEqual({ text: lines.join(""), nextSince: 3 });
    expect(await ana.readLog(session_id, "50 #1", 2)).toEqual({ text: lines[2], nextSince: 3 });
    expect(await ana.readLog(session_id, "50 #1", 3)).toEqual({ text: "", nextSince: 3 });
    const { data } = await ana.call("listLogs", { params: { session_id } });
    expect(data).toMatchObject([
      { name: "50 #1", last_number: 3 },
      { name: "other", last_number: 1 },
    ]);
    const files = await ana.call("listFiles", { params: { session_id }, query: { folder: "logs" } });
    expect(files.data.map(({ name }) => name)).toEqual([
      "50 #1.000001",
      "50 #1.000002",
      "50 #1.000003",
      "other.000001",
    ]);
    const session = await ana.call("getSession", { params: { session_id } });
    expect(session.file_counts).toEqual({ logs: 4 });
    expect(session.total_size_bytes).toBe(Buffer.byteLength(lines.join("")) + 2);
  });

  test("the client asks for no name that a path cannot hold", async () => {
    const session_id = await newSession(ana);
    await expect(ana.appendLog(session_id, "why?", "x")).rejects.toMatchObject({ code: "path_not_allowed", status: 0 });
  });

  test("fifty at once lose nothing, and a reader meanwhile sees each once and in order", async () => {
    const session_id = await newSession(ana);
    const words = Array.from({ length: 50 }, () => randomUUID());
    await ana.appendLog(session_id, "busy", "start\n");
    const read: string[] = [];
    let isDone = false;
    const reading = (async () => {
      let since = 0;
      for (let last = false; !last; ) {
        last = isDone;
        const { text, nextSince } = await ana.readLog(session_id, "busy", since);
        read.push(...text.split("\n").filter((line) => line !== ""));
        since = nextSince;
      }
      return since;
    })();
    const appended = await Promise.all(words.map((word) => ana.appendLog(session_id, "busy", `${word}\n`)));
    isDone = true;
    expect(await reading).toBe(51);
    expect(appended.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(words.map((_, index) => index + 2));
    const inOrder = appended.map(({ number }, index) => ({ number, word: words[index] }));
    inOrder.sort((a, b) => a.number - b.number);
    expect(read).toEqual(["start", ...inOrder.map(({ word }) => word)]);
    const session = await ana.call("getSession", { params: { session_id } });
    expect(session.file_counts).toEqual({ logs: 51 });
  });

  test("a log of more than one answer comes in several, also where JSON makes it larger", async () => {
    const session_id = await newSession(ana);
    const pieces = [..."abcdef"].map((letter) => letter.repeat(250 * KIB));
    const heavy = ["\u0001".repeat(256 * KIB), "\u0002".repeat(256 * KIB), "\u0003".repeat(256 * KIB)];
    for (const piece of [...pieces, ...heavy, ...pieces, ...pieces]) await ana.appendLog(session_id, "large", piece);
    const authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
    const url = `${host.url}/v1/sessions/${session_id}/logs/large`;
    const first = await fetch(url, { headers: { authorization } });
    expect([first.status, first.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    expect(first.headers.get("content-security-policy")).toContain("sandbox");
    const since = first.headers.get("cubby-next-since");
    expect(Number(since)).toBeLessThan(9);
    expect(first.headers.get("link")).toBe(`</v1/sessions/${session_id}/logs/large?since=${since}>; rel="next"`);
    const { text, nextSince } = await ana.readLog(session_id, "large");
    expect(nextSince).toBe(21);
    expect(text === [...pieces, ...heavy, ...pieces, ...pieces].join("")).toBe(true);
  });

  test("a piece that was deleted is no more in it, and its number is not given again", async () => {
    const session_id = await newSession(ana);
    for (const word of ["a", "b", "c"]) await ana.appendLog(session_id, "bot", word);
    const params = { session_id, path: "logs/bot.000003" };
    await ana.call("deleteFile", { params });
    expect(await ana.appendLog(session_id, "bot", "d")).toMatchObject({ number: 4 });
    expect((await ana.readLog(session_id, "bot")).text).toBe("ab"); // 3 may still be on its way, for all a reader knows
    const since = await ana.readLog(session_id, "bot", 3);
    expect(since).toEqual({ text: "d", nextSince: 4 });
  });

  test.each([
    { what: "nothing", body: "", status: 400, code: "invalid_request" },
    { what: "what is no UTF-8", body: new Uint8Array([0x61, 0xff]), status: 400, code: "invalid_request" },
    { what: "a byte more than 256 KB", body: "x".repeat(256 * KIB + 1), status: 413, code: "body_too_large" },
  ])("refuses $what, and leaves nothing", async ({ body, status, code }) => {
    const session_id = await newSession(ana);
    const params = { session_id, name: "bot" };
    expect(await problemOf(ana.call("appendLog", { params, body }))).toMatchObject({ status, code });
    expect(await problemOf(ana.readLog(session_id, "bot"))).toMatchObject({ status: 404, code: "log_not_found" });
    expect(await viewEngines(host).keysOf(session_id)).toEqual([]);
  });

  test("an append sent twice under one key is one", async () => {
    const session_id = await newSession(ana);
    const options = { idempotencyKey: randomUUID() };
    const first = await ana.appendLog(session_id, "bot", "once\n", options);
    expect(await ana.appendLog(session_id, "bot", "once\n", options)).toEqual(first);
    expect((await ana.readLog(session_id, "bot")).text).toBe("once\n");
  });
});
