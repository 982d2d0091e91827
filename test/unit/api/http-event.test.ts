import { describe, expect, test } from "vitest";
import { toAnswer, toRequest } from "../../../functions/api/http-event.ts";

const event = {
  rawPath: "/v1/sessions",
  rawQueryString: "limit=1&limit=2",
  headers: { "content-type": "text/plain" },
  isBase64Encoded: false,
  requestContext: { requestId: "r", domainName: "x.test", http: { method: "POST", path: "/v1/sessions" } },
};

describe("toRequest()", () => {
  test.each([
    { body: "héllo", isBase64Encoded: false },
    { body: Buffer.from("héllo").toString("base64"), isBase64Encoded: true },
  ])("reads a body with isBase64Encoded $isBase64Encoded", async (body) => {
    const request = toRequest({ ...event, ...body });
    expect(await request.text()).toBe("héllo");
    expect(new URL(request.url).searchParams.getAll("limit")).toEqual(["1", "2"]);
  });

  test.each(["/a b/c%20d#e", "/déjà/100%"])("keeps the decoded path %j", (rawPath) => {
    const { pathname } = new URL(toRequest({ ...event, rawPath }).url);
    expect(decodeURIComponent(pathname)).toBe(rawPath);
  });

  test.each(["TRACE", "TRACK", "CONNECT"])(
    "hands on %s, which no Request can have, as what no route takes",
    (method) => {
      const requestContext = { ...event.requestContext, http: { method, path: "/v1/sessions" } };
      expect(toRequest({ ...event, requestContext }).method).toBe(`X-${method}`);
    },
  );

  test("joins cookies as a browser sends them", () => {
    expect(toRequest({ ...event, cookies: ["a=1", "b=2"] }).headers.get("cookie")).toBe("a=1; b=2");
  });
});

describe("toAnswer()", () => {
  test("sends text as text and bytes as base64", async () => {
    expect(await toAnswer(Response.json({ a: "é" }))).toMatchObject({ body: '{"a":"é"}', isBase64Encoded: false });
    const bytes = new Response(new Uint8Array([0, 255]), { headers: { "content-type": "application/zip" } });
    expect(await toAnswer(bytes)).toMatchObject({ body: "AP8=", isBase64Encoded: true });
  });

  test("keeps several cookies apart", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const answer = await toAnswer(new Response(null, { status: 204, headers }));
    expect(answer).toMatchObject({ statusCode: 204, cookies: ["a=1", "b=2"], body: "" });
  });
});

describe("toAnswer() of a long text", () => {
  const answerOf = (body: string) => toAnswer(new Response(body, { headers: { "content-type": "application/json" } }));

  test.each([
    ["letters", `"${"x".repeat(4 * 1024 * 1024)}"`, false],
    ["quotes, which JSON's escapes would double", `"${'\\"'.repeat(2 * 1024 * 1024)}"`, true],
    ["a few quotes", `"${'\\"'.repeat(1000)}"`, false],
  ])("of %s fits Lambda's answer", async (_what, body, isBase64Encoded) => {
    const answer = await answerOf(body);
    expect(answer.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(answer.body, isBase64Encoded ? "base64" : "utf8").toString() === body).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6_291_556);
  });
});
