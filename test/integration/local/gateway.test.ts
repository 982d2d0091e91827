import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { eventually, fixtureTopology, startTestHost } from "../../support/local-host.ts";

let host: Host;

beforeAll(async () => {
  host = await startTestHost({ topology: fixtureTopology({ authorizerCacheSeconds: 1 }) });
});

afterAll(() => host.close());

interface Sent {
  method?: string;
  path?: string;
  /** Flat name, value, name, value: the only form in which Node sends a name twice as it stands. */
  headers?: string[];
  body?: string | Uint8Array;
}

interface Received {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  json(): Record<string, unknown>;
}

/** Plain HTTP: fetch would tidy up the very things that are tested here. */
function send({ method = "GET", path = "/echo", headers = [], body }: Sent): Promise<Received> {
  const { hostname, port, host: authority } = new URL(host.url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? [] : ["content-length", String(Buffer.byteLength(body))];
    const call = request({ hostname, port, method, path, headers: ["host", authority, ...length, ...headers] });
    call.once("error", reject);
    call.once("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
    });
    call.end(body);
  });
}

/** The event that a request became. */
async function eventOf(sent: Sent): Promise<Record<string, unknown>> {
  const answer = await send(sent);
  expect(answer.status).toBe(200);
  return answer.json();
}

function answerWith(answer: unknown, sent: Sent = {}): Promise<Received> {
  return send({ ...sent, path: `/echo?answer=${encodeURIComponent(JSON.stringify(answer))}` });
}

const limits = { body: 10 * 1024 * 1024, payload: 6_291_556, header: 10_240 };

describe("a request becomes a payload 2.0 event", () => {
  test("with method, path, time and address in requestContext", async () => {
    const before = Date.now();
    const event = await eventOf({ headers: ["user-agent", "test/1"] });
    expect(event).toMatchObject({ version: "2.0", routeKey: "GET /echo", rawPath: "/echo", isBase64Encoded: false });
    const context = event.requestContext as Record<string, unknown>;
    expect(context).toMatchObject({
      stage: "$default",
      domainName: new URL(host.url).host,
      http: { method: "GET", path: "/echo", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test/1" },
    });
    expect(context.timeEpoch).toBeGreaterThanOrEqual(before); // milliseconds, not seconds
    expect(context.timeEpoch).toBeLessThanOrEqual(Date.now());
    expect(context.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(event).not.toHaveProperty("body");
    expect(event).not.toHaveProperty("cookies");
    expect(event).not.toHaveProperty("queryStringParameters");
  });

  test("with duplicate query names joined by a comma, decoded, and the raw string as it came", async () => {
    const event = await eventOf({ path: "/echo?a=1&b=x%20y&a=2&c=%C3%A4+%2B&d" });
    expect(event.rawQueryString).toBe("a=1&b=x%20y&a=2&c=%C3%A4+%2B&d");
    expect(event.queryStringParameters).toEqual({ a: "1,2", b: "x y", c: "ä +", d: "" });
  });

  test("with cookies apart from the headers, and duplicate headers joined", async () => {
    const event = await eventOf({
      headers: ["Cookie", "a=1; b=2", "Cookie", "c=3", "X-Twice", "one", "x-twice", "two"],
    });
    expect(event.cookies).toEqual(["a=1", "b=2", "c=3"]);
    expect(event.headers).toMatchObject({ "x-twice": "one,two" });
    expect(event.headers).not.toHaveProperty("cookie");
  });

  test.each([
    { type: "application/json", isBase64: false },
    { type: "application/json; charset=utf-8", isBase64: false },
    { type: "text/csv", isBase64: false },
    { type: "application/xml", isBase64: false },
    { type: "application/x-www-form-urlencoded", isBase64: true },
    { type: "multipart/form-data; boundary=x", isBase64: true },
    { type: "application/problem+json", isBase64: true },
    { type: "application/octet-stream", isBase64: true },
    { type: undefined, isBase64: true },
  ])("with a body of type $type as base64: $isBase64", async ({ type, isBase64 }) => {
    const headers = type === undefined ? [] : ["content-type", type];
    const event = await eventOf({ method: "POST", headers, body: '{"ä":1}' });
    expect(event.isBase64Encoded).toBe(isBase64);
    expect(Buffer.from(String(event.body), isBase64 ? "base64" : "utf8").toString()).toBe('{"ä":1}');
  });

  test("with binary bytes that survive", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const event = await eventOf({ method: "POST", headers: ["content-type", "image/png"], body: bytes });
    expect(Uint8Array.from(Buffer.from(String(event.body), "base64"))).toEqual(bytes);
  });

  test.each([
    { path: "/files/a%20b%2Fc.csv", rawPath: "/files/a b/c.csv" },
    { path: "/files/100%2525.csv", rawPath: "/files/100%.csv" },
    { path: "/files/a%252Fb.csv", rawPath: "/files/a/b.csv" },
    { path: "/files/why%253F.csv", rawPath: "/files/why?.csv" },
    { path: "/files/gr%C3%BC%C3%9Fe.csv?x=1", rawPath: "/files/grüße.csv" },
    { path: "/files/what%3F.csv", rawPath: "/files/what" },
  ])("with $path decoded as an HTTP API does", async ({ path, rawPath }) => {
    const event = await eventOf({ path, headers: ["authorization", "Bearer paths"] });
    expect(event.rawPath).toBe(rawPath);
    expect(event.routeKey).toBe("$default");
  });

  test.each(["/files/%zz", "/files/100%25.csv"])("or answers 400 where %j cannot be decoded", async (path) => {
    expect((await send({ path })).status).toBe(400);
  });

  // With the right one they are joined, and what comes of it is no host, or one with a path of its own.
  test.each(["evil.example", "/v1/stats?"])("or answers 400 where another host, %j, is sent along", async (host) => {
    expect((await send({ headers: ["host", host] })).status).toBe(400);
  });
});

describe("an answer becomes a response", () => {
  test("with status, headers, cookies and text", async () => {
    const cookies = ["a=1; Path=/", "b=2"];
    const answer = { statusCode: 201, headers: { "X-One": "ü", "X-Number": 7, "X-Flag": true }, cookies, body: "grüß" };
    const received = await answerWith(answer);
    expect(received.status).toBe(201);
    expect(received.headers["set-cookie"]).toEqual(cookies);
    expect(Buffer.from(String(received.headers["x-one"]), "latin1").toString()).toBe("ü");
    expect(received.headers).toMatchObject({ "x-number": "7", "x-flag": "true", "content-type": "text/plain" });
    expect(received.headers["apigw-requestid"]).toBeDefined();
    expect(received.text).toBe("grüß");
  });

  test.each([
    { name: "base64 body", answer: { statusCode: 200, body: "aGk=", isBase64Encoded: true }, status: 200, text: "hi" },
    { name: "no statusCode", answer: { hello: "you" }, status: 200, text: '{"hello":"you"}' },
    { name: "a string", answer: "plain", status: 200, text: "plain" },
    { name: "204", answer: { statusCode: 204 }, status: 204, text: "" },
    { name: "304 with a body", answer: { statusCode: 304, body: "x" }, status: 304, text: "" },
    {
      name: "statusCode of no use",
      answer: { statusCode: "teapot" },
      status: 500,
      text: '{"message":"Internal Server Error"}',
    },
    {
      name: "a body that is no string",
      answer: { statusCode: 200, body: {} },
      status: 500,
      text: '{"message":"Internal Server Error"}',
    },
  ])("from $name: $status", async ({ answer, status, text }) => {
    const received = await answerWith(answer);
    expect([received.status, received.text]).toEqual([status, text]);
  });

  test("without its body for HEAD, but with its length", async () => {
    const received = await answerWith({ statusCode: 200, body: "12345" }, { method: "HEAD" });
    expect([received.text, received.headers["content-length"]]).toEqual(["", "5"]);
  });

  test("500 when the function throws, and the next request is served", async () => {
    const received = await send({ path: "/echo?do=throw" });
    expect([received.status, received.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect((await send({})).status).toBe(200);
  });

  test("500 when the process dies, and the next request gets a fresh one", async () => {
    expect((await send({ path: "/echo?do=exit" })).status).toBe(500);
    expect((await send({})).status).toBe(200);
  });
});

describe("limits hold where AWS has them", () => {
  const octets = ["content-type", "application/octet-stream"];

  test.each([
    { bytes: limits.body + 1, status: 413, what: "a body over 10 MB" },
    { bytes: limits.body, status: 413, what: "a body that is too large as base64 in an event" },
    { bytes: 4_719_000, status: 413, what: "a body a little too large for an event" },
    { bytes: 4_715_967, status: 200, what: "a body that just fits" },
  ])("$what: $status", async ({ bytes, status }) => {
    const received = await send({
      method: "POST",
      path: "/echo?do=large",
      headers: octets,
      body: new Uint8Array(bytes),
    });
    expect(received.status).toBe(status);
    if (status === 413) expect(received.json()).toEqual({ message: "Request Entity Too Large" });
  });

  test("a body without a length is measured as it comes", async () => {
    const { hostname, port } = new URL(host.url);
    const status = await new Promise((resolve, reject) => {
      const call = request({ hostname, port, method: "POST", path: "/echo" });
      call.once("error", reject).once("response", (response) => resolve(response.statusCode));
      for (let sent = 0; sent <= limits.body; sent += 1024 * 1024) call.write(Buffer.alloc(1024 * 1024));
      call.end();
    });
    expect(status).toBe(413);
  });

  test.each([
    { bytes: limits.payload - 200, status: 200 },
    { bytes: limits.payload + 1, status: 500 },
  ])("an answer of $bytes bytes: $status", async ({ bytes, status }) => {
    const received = await send({ path: `/echo?do=large&bytes=${bytes}` });
    expect(received.status).toBe(status);
    expect(received.text.length).toBe(status === 200 ? bytes : '{"message":"Internal Server Error"}'.length);
  });

  test.each([
    { bytes: limits.header - 300, status: 200 },
    { bytes: limits.header, status: 431 },
  ])("a header of $bytes bytes: $status", async ({ bytes, status }) => {
    expect((await send({ headers: ["x-large", "x".repeat(bytes)] })).status).toBe(status);
  });
});

describe("the authorizer is asked as API Gateway asks it", () => {
  const authorize = (token: string, path = "/private") => send({ path, headers: ["Authorization", token] });

  test("not at all without the header: 401", async () => {
    const received = await send({ path: "/private" });
    expect([received.status, received.text]).toEqual([401, '{"message":"Unauthorized"}']);
  });

  test("and its context reaches the function", async () => {
    const received = await authorize("Bearer good");
    const { requestContext } = received.json() as { requestContext: { authorizer: { lambda: { event: object } } } };
    expect(requestContext.authorizer.lambda.event).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      identitySource: ["Bearer good"],
      rawPath: "/private",
      routeArn: expect.stringMatching(/^arn:aws:execute-api:.*\/\$default\/GET\/private$/),
    });
    expect(requestContext.authorizer.lambda.event).not.toHaveProperty("body");
  });

  test.each([
    { token: "Bearer denied", status: 403, text: '{"message":"Forbidden"}' },
    { token: "Bearer throws", status: 500, text: '{"message":"Internal Server Error"}' },
    { token: "Bearer nonsense", status: 500, text: '{"message":"Internal Server Error"}' },
  ])("$token: $status", async ({ token, status, text }) => {
    const received = await authorize(token);
    expect([received.status, received.text]).toEqual([status, text]);
  });

  test("once per token within its time, whatever the route, and again after it", async () => {
    const calls = async (path?: string) => {
      const { requestContext } = (await authorize("Bearer cached", path)).json() as {
        requestContext: { authorizer: { lambda: { calls: number } } };
      };
      return requestContext.authorizer.lambda.calls;
    };
    const first = await calls();
    expect(await calls("/other")).toBe(first);
    await eventually(async () => ((await calls()) > first ? true : undefined));
  });

  test("open routes go by method and exact path", async () => {
    expect((await send({ path: "/" })).status).toBe(200);
    expect((await send({ path: "/", method: "POST" })).status).toBe(401);
    expect((await send({ path: "/echo/more" })).status).toBe(401);
    expect((await send({ path: "/private", method: "OPTIONS" })).status).toBe(200); // a preflight
  });
});
