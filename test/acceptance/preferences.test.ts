import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;

beforeAll(async () => {
  host = await startAcceptanceHost();
});
afterAll(() => host.close());

/** The route as HTTP has it, headers included. */
async function send(sub: string, method: "GET" | "PUT", headers: Record<string, string> = {}, body?: unknown) {
  const authorization = `Bearer ${await host.issueToken({ sub, scope: "cubby/sessions" })}`;
  const answer = await fetch(`${host.url}/v1/preferences`, {
    method,
    headers: { authorization, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { status: answer.status, etag: answer.headers.get("etag") ?? "", body: json };
}

describe("preferences", () => {
  test("are `{}` with an ETag until they are set, and outlive every session", async () => {
    const ana = await clientOf(host, "ana");
    const unset = await send("ana", "GET");
    expect(unset).toMatchObject({ status: 200, body: {} });
    expect(unset.etag).toMatch(/^"[^"]+"$/);
    const wanted = { colours: "dark", größe: 1e200, nested: { "": [null, "é", 0.1] } };
    const put = await send("ana", "PUT", {}, wanted);
    expect(put).toMatchObject({ status: 200, body: wanted });
    const id = await newSession(ana);
    await ana.call("deleteSession", { params: { session_id: id } });
    expect(await send("ana", "GET")).toEqual({ status: 200, etag: put.etag, body: wanted });
    expect(await send("ana", "GET", { "if-none-match": put.etag })).toMatchObject({ status: 304 });
    expect(await send("bob", "GET")).toMatchObject({ body: {} });
  });

  test("are replaced only in the version that If-Match names", async () => {
    const unset = await send("cleo", "GET");
    expect(await send("cleo", "PUT", { "if-match": "*" }, { n: 0 })).toMatchObject({ status: 412 });
    const first = await send("cleo", "PUT", { "if-match": unset.etag }, { n: 1 });
    expect(first.status).toBe(200);
    const stale = await send("cleo", "PUT", { "if-match": unset.etag }, { n: 2 });
    expect(stale).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
    const second = await send("cleo", "PUT", { "if-match": `"other", ${first.etag}` }, { n: 3 });
    expect(second.status).toBe(200);
    expect(second.etag).not.toBe(first.etag);
    expect(await send("cleo", "PUT", { "if-match": first.etag }, { n: 4 })).toMatchObject({ status: 412 });
    expect(await send("cleo", "PUT", { "if-match": "*" }, { n: 5 })).toMatchObject({ status: 200 });
    expect(await send("cleo", "GET")).toMatchObject({ body: { n: 5 } });
  });

  test("are created once with `If-None-Match: *`, also by two at once", async () => {
    const create = (n: number) => send("dora", "PUT", { "if-none-match": "*" }, { n });
    const answers = await Promise.all([create(1), create(2), create(3)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
    const winner = answers.find((answer) => answer.status === 200);
    expect((await send("dora", "GET")).body).toEqual(winner?.body);
  });

  test("lose no change of two who both read the same version", async () => {
    const read = await send("eve", "GET");
    const answers = await Promise.all([1, 2, 3, 4].map((n) => send("eve", "PUT", { "if-match": read.etag }, { n })));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  test.each([
    { what: "16 KB", bytes: 16 * 1024, status: 200 },
    { what: "16 KB and one byte", bytes: 16 * 1024 + 1, status: 400 },
  ])("of $what answer $status", async ({ bytes, status }) => {
    const frame = JSON.stringify({ x: "" }).length;
    // Two bytes a letter: bytes count, not characters.
    const odd = (bytes - frame) % 2;
    const x = "é".repeat((bytes - frame - odd) / 2) + "a".repeat(odd);
    const answer = await send("fay", "PUT", {}, { x });
    expect(answer.status).toBe(status);
    if (status === 400)
      expect(answer.body).toMatchObject({ code: "invalid_request", detail: expect.stringContaining("16 KB") });
  });

  test.each([[[]], ["text"], [7], [null]])("are an object, not %j", async (body) => {
    expect(await send("gil", "PUT", {}, body)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  test("are not kept for guests, in a sentence that says why", async () => {
    const { session_token } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    const guest: Client = createClient({ baseUrl: host.url, token: session_token ?? "" });
    const refused = { status: 403, code: "not_allowed", message: expect.stringContaining("does not outlive") };
    expect(await problemOf(guest.call("getPreferences", {}))).toMatchObject(refused);
    expect(await problemOf(guest.call("putPreferences", { body: {} }))).toMatchObject(refused);
  });
});
