import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Host } from "../../../cdk/local/host.ts";
import { createAuthorizer } from "../../../cdk/local/gateway/authorizer.ts";
import { type HttpEvent, parseTarget, toHttpEvent } from "../../../cdk/local/gateway/http-event.ts";
import type { FunctionName } from "../../../cdk/topology.ts";
import { systemClock } from "../../../shared/clock.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import { newSessionId } from "../../../shared/ids.ts";
import { ownStores } from "../../support/own-stores.ts";

/** What a function is asked first, and the event that asks it. */
export interface FirstEvent {
  readonly task: string;
  make(): Promise<object>;
}

const CSV = "city,population\nAachen,249070\nBerlin,3755251\n";

/** An event for each function as its trigger makes it, on the host's engines; `databaseUrl` is what is queried. */
export async function firstEvents(host: Host, databaseUrl: string): Promise<Record<FunctionName, FirstEvent>> {
  const stores = ownStores(host, systemClock);
  const token = await host.issueToken({ sub: "bench" });
  const list = () => captureEvent("GET /v1/sessions", { authorization: `Bearer ${token}` });
  const person = { kind: "user" as const, id: "bench" };

  async function sessionWithCsv(): Promise<string> {
    const owner = { sessionId: newSessionId(new Date()), userId: "bench", createdBy: person };
    const session = await stores.sessions.create(owner, { platform: "web" });
    const about = { conversion: { state: "pending" as const, tables: [] }, uploadedBy: person };
    const body = Readable.from([Buffer.from(CSV)]);
    const { delta } = await stores.files.put(session.session_id, parseFilePath("uploads/cities.csv"), body, about);
    await stores.sessions.noteFiles(session, [delta], { convert: true });
    return session.session_id;
  }

  return {
    authorizer: { task: "a token's principal", make: async () => askAuthorizer(await list()) },
    api: {
      task: "GET /v1/sessions",
      make: async () => {
        const event = await list();
        const lambda = {
          ...((await host.invoke("authorizer", await askAuthorizer(event))) as { context: object }).context,
        };
        return { ...event, requestContext: { ...event.requestContext, authorizer: { lambda } } };
      },
    },
    explorer: { task: "GET /", make: () => captureEvent("GET /", {}) },
    convert: { task: "a CSV file to a published table", make: async () => ({ session_id: await sessionWithCsv() }) },
    query: {
      task: "one row of a database",
      make: async () => ({
        ...{ sql: "SELECT * FROM orders LIMIT 1", limit: 1000, offset: 0, format: "json", output: "inline" },
        ...{ timeout_seconds: 20, database_url: databaseUrl, database_key: randomUUID() },
      }),
    },
    archive: {
      task: "an attempt that is over",
      make: async () => ({ session_id: newSessionId(new Date()), archive_id: "none", attempt: "none" }),
    },
    sweep: { task: "a pass with nothing due", make: async () => ({}) },
    purge: { task: "a session that is gone", make: async () => ({ Records: [removal(newSessionId(new Date()))] }) },
  };
}

/** As the gateway makes it of a request that really came over HTTP. */
async function captureEvent(routeKey: string, headers: Record<string, string>): Promise<HttpEvent> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const path = routeKey.split(" ")[1] ?? "/";
  const answered = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });
  const [request, response] = (await once(server, "request")) as [IncomingMessage, { end(): void }];
  const target = parseTarget(request.url ?? "/");
  if (target === undefined) throw new Error(`Cannot read "${request.url}" as a path`);
  const event = toHttpEvent(request, target, Buffer.alloc(0), { routeKey, requestId: randomUUID(), now: new Date() });
  response.end();
  await answered;
  server.close();
  return event;
}

/** The event with which the gateway asks. */
async function askAuthorizer(event: HttpEvent): Promise<object> {
  const { promise, resolve } = Promise.withResolvers<object>();
  const invoke = async (asked: object) => {
    resolve(asked);
    return {};
  };
  await createAuthorizer({ region: "us-east-1", cacheSeconds: 0, invoke })(event);
  return promise;
}

/** A record of the table's stream: time to live took the item away. */
function removal(sessionId: string): object {
  const Keys = { pk: { S: `SESSION#${sessionId}` }, sk: { S: "META" } };
  return {
    ...{ eventID: randomUUID(), eventName: "REMOVE", eventVersion: "1.1", eventSource: "aws:dynamodb" },
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    dynamodb: { Keys, SequenceNumber: "1", StreamViewType: "OLD_IMAGE" },
  };
}
