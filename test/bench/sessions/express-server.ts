/**
 * A server with express-session and its DynamoDB store, set up as both READMEs say: `POST /` begins a session, `GET /`
 * reads it, `DELETE /` ends it. Engine and credentials come from the environment, as the SDK finds them.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import connectDynamoDb from "connect-dynamodb";
import session, { type Session } from "express-session";
import { EXPRESS_TABLE } from "./express-session.ts";

type Visited = IncomingMessage & { session: Session & { user_id?: string; note?: string } };

const DynamoDbStore = connectDynamoDb(session);
const store = new DynamoDbStore({ table: EXPRESS_TABLE });
await store.initialize();
const openSession = session({
  ...{ store, secret: "bench", resave: false, saveUninitialized: false },
  cookie: { maxAge: 24 * 3600_000 },
});

function answer(request: Visited, response: ServerResponse): void {
  if (request.method === "DELETE") {
    request.session.destroy(() => response.end("{}"));
    return;
  }
  if (request.method === "POST") Object.assign(request.session, { user_id: "bench", note: "x".repeat(100) });
  response.statusCode = request.session.user_id === undefined ? 404 : 200;
  response.end(JSON.stringify({ user_id: request.session.user_id }));
}

const server = createServer((request, response) => {
  // It asks for Express's objects and uses what they inherit from Node's.
  openSession(request as never, response as never, (error?: unknown) => {
    if (error === undefined) return answer(request as Visited, response);
    response.statusCode = 500;
    response.end(String(error));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
