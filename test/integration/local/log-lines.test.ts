import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { savedQueries } from "../../../cdk/operations/queries.ts";
import { createClient } from "../../../shared/client/index.ts";
import { eventually, startTestHost } from "../../support/local-host.ts";

/** What must never be read in a log: each stands in another place of what a client sends. */
const secrets = {
  content: "secret-in-a-cell",
  fileName: "secret-in-a-name",
  sql: "secret-in-a-statement",
  parameter: "secret-in-a-parameter",
  message: "secret-in-a-message",
  query: "secret-in-a-search",
  badToken: "secret-in-a-token",
  path: "secret-in-a-path",
};

/** An id that would end the line it is written into, and begin one of its own. */
const FORGED_LINE = `x\n{"level":"ERROR","message":"Forged"}`;

let host: Host;
let sessionId: string;
let token: string;

interface Line {
  message?: string;
  service?: string;
  timestamp?: string;
  session_id?: string;
  request_id?: string;
  [field: string]: unknown;
}

/** What CloudWatch would get of all functions, in order. */
function lines(): Line[] {
  const texts = readdirSync(join(host.dataDirectory, "logs")).map((name) =>
    readFileSync(join(host.dataDirectory, "logs", name), "utf8"),
  );
  const all = texts.flatMap((text) => text.split("\n").filter((line) => line.startsWith("{")));
  return all.map((line): Line => JSON.parse(line)).toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

/** Fields by their names in a query: all words that are no texts, no functions, no names that the query gives itself. */
function fieldsOf(query: (typeof savedQueries)[number]["query"]): string[] {
  const { fields = [], filterStatements, statsStatements = [], sort } = { statsStatements: [], fields: [], ...query };
  const text = [...fields, ...filterStatements, ...statsStatements, sort].join(" , ").replaceAll(/"[^"]*"/g, "");
  const given = new Set([...text.matchAll(/\bas (\w+)/g)].map((match) => match[1]));
  const words = text.match(/@?[a-z][\w.]*\b(?!\()/gi) ?? [];
  const keywords = new Set(["as", "by", "or", "and", "desc", "asc"]);
  return words.filter((word) => !word.startsWith("@") && !given.has(word) && !keywords.has(word));
}

function hasField(line: Line, field: string): boolean {
  return field.split(".").reduce<unknown>((value, part) => (value as Line | undefined)?.[part], line) !== undefined;
}

const timeOf = ({ timestamp = "" }: Line) => timestamp;

/** Everything that a visitor does. */
beforeAll(async () => {
  host = await startTestHost();
  const baseUrl = host.url;
  const created = await createClient({ baseUrl }).call("createSession", { body: { platform: "web" } });
  sessionId = created.session_id;
  token = created.session_token ?? "";
  const client = createClient({ baseUrl, token });
  const params = { session_id: sessionId };
  await client.uploadFiles(sessionId, [
    { name: `${secrets.fileName}.csv`, content: `word\n${secrets.content}\n` },
    { name: "broken.xlsx", content: secrets.content },
    { name: "broken.py", content: `def ${secrets.content}(:` },
  ]);
  await client.call("query", { params, body: { sql: `SELECT '${secrets.sql}', $1`, params: [secrets.parameter] } });
  await expect(client.call("query", { params, body: { sql: `DROP TABLE "${secrets.sql}"` } })).rejects.toThrow();
  await expect(client.call("query", { params, body: { sql: `SELEC '${secrets.sql}'` } })).rejects.toThrow();
  await client.call("appendHistory", { params, body: { role: "user", content: secrets.message } });
  await fetch(`${baseUrl}/v1/sessions/${sessionId}/files?search=${secrets.query}`);
  const stranger = createClient({ baseUrl, token: secrets.badToken });
  await expect(stranger.call("getSession", { params })).rejects.toThrow();
  const other = await createClient({ baseUrl }).call("createSession", { body: { platform: "web" } });
  await expect(client.call("getSession", { params: { session_id: other.session_id } })).rejects.toThrow();
  await expect(client.call("getSession", { params: { session_id: FORGED_LINE } })).rejects.toThrow();
  await expect(client.call("stats", {})).rejects.toThrow();
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${baseUrl}/v1/sessions/${sessionId}/files%2f..%2f${secrets.path}`, { headers });
  await host.invoke("sweep", {});
  await host.invoke("purge", { Records: [{ eventName: "REMOVE" }] }); // an error, as any function logs it
  await client.call("deleteSession", { params });
  await eventually(() => lines().some((line) => line.method === "DELETE") || undefined);
}, 60_000);

afterAll(() => host.close());

describe("the log", () => {
  test("says of each request what was asked, by what kind of caller, how it went and what it cost", () => {
    const requests = lines().filter(({ message }) => message === "Request");
    expect(requests).toContainEqual(
      expect.objectContaining({
        level: "INFO",
        service: "api",
        request_id: expect.any(String),
        session_id: sessionId,
        principal: "guest",
        method: "POST",
        route: "/v1/sessions/{session_id}/query",
        status: 200,
        milliseconds: expect.any(Number),
        engine_requests: { dynamodb: expect.any(Number) },
      }),
    );
    expect(requests.find(({ route }) => route === "/v1/sessions")).toMatchObject({ session_id: sessionId });
  });

  test("has one session's whole life, across functions, under the request that began it", () => {
    const life = lines().filter(({ session_id }) => session_id === sessionId);
    const asked = (route: string) => life.find((line) => line.route === `/v1/sessions/{session_id}/${route}`);
    const conversion = life.find(({ message }) => message === "Converted");
    expect(conversion).toMatchObject({ request_id: asked("files")?.request_id, converted: 1, failed: 2 });
    const queries = life.filter(({ message }) => message === "Query");
    expect(queries.map(({ outcome }) => outcome)).toEqual(["answered", "statement_refused", "statement_failed"]);
    expect(queries[0]?.request_id).toBe(asked("query")?.request_id);
    expect(life.at(-1)).toMatchObject({ message: "Request", method: "DELETE" });
  });

  test("names each refusal that may be an attack, with who called, what for, and why", () => {
    const caller = `guest:guest_${sessionId}`;
    const events = lines().filter(({ message }) => message === "Security event");
    const common = {
      level: "WARN",
      service: "api",
      timestamp: expect.stringMatching(/Z$/),
      request_id: expect.any(String),
    };
    const route = "/v1/sessions/{session_id}";
    const wanted = [
      { security_event: "authentication_failed", caller: "nobody", route, reason: expect.stringMatching(/token/) },
      { security_event: "unknown_session", caller, route },
      { security_event: "unknown_session", caller, route, session_id: FORGED_LINE },
      {
        security_event: "authorization_failed",
        caller,
        route: "/v1/stats",
        reason: expect.stringMatching(/operators/),
      },
      { security_event: "path_refused", code: "path_not_allowed" },
      { security_event: "statement_refused", caller, route: `${route}/query` },
    ];
    for (const event of wanted) expect(events).toContainEqual(expect.objectContaining({ ...common, ...event }));
  });

  test("takes no line from a caller: what he sends stays a text within one", () => {
    expect(lines().filter(({ message }) => message === "Forged")).toEqual([]);
    expect(JSON.stringify(lines())).toContain("Forged");
  });

  test("carries the metrics that the dashboard draws", () => {
    const counted = lines().filter((line) => "_aws" in line);
    expect(counted).toContainEqual(expect.objectContaining({ service: "cubby-local-api", SessionsCreated: 1 }));
    expect(counted).toContainEqual(expect.objectContaining({ service: "cubby-local-api", SessionsEnded: 1 }));
    expect(counted).toContainEqual(
      expect.objectContaining({
        service: "cubby-local-convert",
        FilesConverted: 1,
        FilesFailed: 2,
        ConversionDuration: expect.any(Number),
      }),
    );
    const reasons = counted.flatMap(({ FilesFailedByReason, reason }) => (FilesFailedByReason === 1 ? [reason] : []));
    expect(reasons).toHaveLength(2); // of the workbook and of the script
    expect(reasons).toContain("invalid_python");
  });

  test.each(savedQueries)("has every field that the saved query '$name' asks for", ({ query }) => {
    const named = fieldsOf(query).filter((field) => !lines().some((line) => hasField(line, field)));
    expect(named).toEqual([]);
  });

  test.each(savedQueries)("has lines that the saved query '$name' finds", ({ query }) => {
    const messages = query.filterStatements.flatMap((filter) => [...filter.matchAll(/message = "([^"]+)"/g)]);
    const known = messages.filter(([, message]) => lines().some((line) => line.message === message));
    // "Sweep skipped" needs two at once.
    expect(known.length).toBeGreaterThanOrEqual(Math.min(1, messages.length));
  });

  test("never holds contents, names, statements, messages or tokens", () => {
    const all = JSON.stringify(lines());
    expect(all).toContain(sessionId);
    for (const secret of [...Object.values(secrets), token]) expect(all).not.toContain(secret);
  });
});
