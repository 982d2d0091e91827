import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type ClientOptions, CubbyError, createClient } from "../../../shared/client/index.ts";
import {
  isWorthRepeating,
  parseRetryAfter,
  pauseBefore,
  type Safety,
  safetyOf,
} from "../../../shared/client/retry-rules.ts";

describe("safetyOf()", () => {
  const plain = { isConditional: false, isKeyed: true };
  test.each<{ asked: Parameters<typeof safetyOf>[0]; safety: Safety }>([
    { asked: { ...plain, name: "getSession", method: "GET" }, safety: "repeatable" },
    { asked: { ...plain, name: "putFile", method: "PUT" }, safety: "repeatable" },
    { asked: { ...plain, name: "putFile", method: "PUT", isConditional: true }, safety: "once" },
    { asked: { ...plain, name: "deleteFile", method: "DELETE" }, safety: "repeatable" },
    { asked: { ...plain, name: "patchSession", method: "PATCH" }, safety: "once" },
    { asked: { ...plain, name: "appendHistory", method: "POST" }, safety: "keyed" },
    { asked: { ...plain, name: "query", method: "POST" }, safety: "repeatable" },
    { asked: { ...plain, name: "createSession", method: "POST", isKeyed: false }, safety: "once" },
  ])("of $asked.name by $asked.method, conditional $asked.isConditional, is $safety", ({ asked, safety }) => {
    expect(safetyOf(asked)).toBe(safety);
  });
});

describe("isWorthRepeating()", () => {
  test.each<[code: string, status: number, safety: Safety, isRepetition: boolean, worth: boolean]>([
    ["too_many_requests", 429, "once", false, true],
    ["unavailable", 503, "keyed", false, true],
    ["unavailable", 503, "once", false, false],
    ["connection_failed", 0, "repeatable", false, true],
    ["timeout", 0, "keyed", false, true],
    ["connection_failed", 0, "once", false, false],
    ["http_502", 502, "repeatable", false, true],
    ["query_timeout", 422, "repeatable", false, false],
    ["internal", 500, "repeatable", false, false],
    ["session_not_found", 404, "repeatable", false, false],
    ["conflict", 409, "keyed", true, true],
    ["conflict", 409, "keyed", false, false],
    ["unexpected_content", 0, "repeatable", false, false],
  ])("of %s (%i), %s, repeated %s: %s", (code, status, safety, isRepetition, worth) => {
    expect(isWorthRepeating(new CubbyError(code, "", { status }), safety, isRepetition)).toBe(worth);
  });
});

describe("pauseBefore()", () => {
  test("grows, is cut by chance, and never beyond ten seconds", () => {
    expect([0, 1, 2, 30].map((attempt) => pauseBefore(attempt, undefined, () => 1))).toEqual([300, 600, 1200, 10_000]);
    expect(pauseBefore(3, undefined, () => 0)).toBe(0);
  });

  test("is at least what Retry-After says, unless that is more than a minute", () => {
    expect(pauseBefore(0, 2000, () => 0)).toBe(2000);
    expect(pauseBefore(0, 61_000)).toBeUndefined();
  });
});

test.each([
  ["2", 2000],
  ["Sat, 21 Nov 2026 09:30:05 GMT", 5000],
  ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
  ["soon", undefined],
  [null, undefined],
])("parseRetryAfter() reads %j as %j ms", (value, milliseconds) => {
  expect(parseRetryAfter(value, Date.parse("2026-11-21T09:30:00Z"))).toBe(milliseconds);
});

type Handle = (request: IncomingMessage, response: ServerResponse, turn: number) => void;

let stop: (() => void) | undefined;
afterEach(() => stop?.());

/** A server that answers each turn as it is told, and what it was asked. */
async function serve(handle: Handle, options: Partial<ClientOptions> = {}) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => handle(request, response, asked.push(request))).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, client: createClient({ baseUrl, token: "t", ...options }) };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    "content-type": status < 400 ? "application/json" : "application/problem+json",
    ...headers,
  });
  response.end(JSON.stringify(body));
}

const unavailable = { type: "x", title: "x", status: 503, code: "unavailable", detail: "Later", request_id: "r-1" };

describe("createClient()", () => {
  test("makes a POST again with the key of the first try, and waits as long as it is told", async () => {
    const { asked, client } = await serve((_, response, turn) =>
      turn === 1
        ? answer(response, 503, unavailable, { "retry-after": "0" })
        : answer(response, 201, { entry_id: "e" }),
    );
    const entry = client.api.appendHistory({ params: { session_id: "s" }, body: { role: "user", content: "x" } });
    expect(await entry).toEqual({ entry_id: "e" });
    const keys = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[\x21-\x7e]{16,255}$/);
  });

  test("makes a read again whose connection broke, and gives up in the end with one class of errors", async () => {
    const { asked, client } = await serve((request) => request.socket.destroy(), { maxRetries: 1 });
    const failure = await client.api.health().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: "CubbyError",
      code: "connection_failed",
      status: 0,
      cause: expect.any(Error),
    });
    expect(asked).toHaveLength(2);
  });

  test("leaves a PATCH alone whose connection broke", async () => {
    const { asked, client } = await serve((request) => request.socket.destroy());
    const call = client.api.patchSession({ params: { session_id: "s" }, body: {} });
    await expect(call).rejects.toMatchObject({ code: "connection_failed" });
    expect(asked).toHaveLength(1);
  });

  test("tells the problem with its code, status and request id", async () => {
    const { client } = await serve((_, response) => answer(response, 503, unavailable, { "retry-after": "120" }));
    const failure = await client.api.health().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unavailable", status: 503, requestId: "r-1", retryAfterMs: 120_000 });
    expect((failure as CubbyError).problem).toEqual(unavailable);
  });

  test("asks for another token once when the first is refused", async () => {
    const given: (string | undefined)[] = [];
    const token = ({ refused }: { refused?: string }) => {
      given.push(refused);
      return refused === undefined ? "old" : "new";
    };
    const { asked, client } = await serve(
      ({ headers }, response) =>
        headers.authorization === "Bearer new"
          ? answer(response, 200, { data: [], next_cursor: null })
          : answer(response, 401, { ...unavailable, status: 401, code: "not_authenticated" }),
      { token },
    );
    expect(await client.api.listSessions()).toEqual({ data: [], next_cursor: null });
    expect({ given, turns: asked.length }).toEqual({ given: [undefined, "old"], turns: 2 });
  });

  test("gives up when nothing is answered in time, and with the caller's reason when he does", async () => {
    const { client } = await serve(() => undefined, { timeoutMs: 50, maxRetries: 0 });
    await expect(client.api.health()).rejects.toMatchObject({ code: "timeout", status: 0 });
    const controller = new AbortController();
    const call = client.api.health({ signal: controller.signal, timeoutMs: 0 });
    controller.abort(new Error("no longer needed"));
    await expect(call).rejects.toThrow("no longer needed");
  });

  test("walks a list page by page", async () => {
    const { asked, client } = await serve(({ url }, response) =>
      answer(
        response,
        200,
        url?.includes("cursor=2") ? { data: [3], next_cursor: null } : { data: [1, 2], next_cursor: "2" },
      ),
    );
    const entries: unknown[] = [];
    for await (const entry of client.pages("listSessions", {})) entries.push(entry);
    expect(entries).toEqual([1, 2, 3]);
    expect(asked.map(({ url }) => url)).toEqual(["/v1/sessions?limit=100", "/v1/sessions?limit=100&cursor=2"]);
  });
});
