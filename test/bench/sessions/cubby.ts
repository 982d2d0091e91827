import type { Host } from "../../../cdk/local/host.ts";
import { sessionKey } from "../../../shared/aws/item-keys.ts";
import { createClient } from "../../../shared/client/index.ts";
import { viewEngines } from "../../support/engines-view.ts";
import type { Contender } from "./contender.ts";

const MINUTES_AGO_MS = 5 * 60_000;

/**
 * Cubby as a client finds it: over HTTP through gateway, authorizer and API. The client sends an `Idempotency-Key` with
 * each POST, which is four more requests to the table where a session is created, and two where it is touched.
 */
export async function startCubby(host: Host) {
  const connection = { baseUrl: host.url, token: await host.issueToken({ sub: "bench" }) };
  const client = createClient(connection);
  const withoutKeys = createClient({ ...connection, automaticKeys: false });
  const { table } = viewEngines(host);
  const create = async () => (await client.call("createSession", { body: { platform: "web" } })).session_id;
  let session_id = "";
  /** Activity is noted once a minute: without this, touching would be reading. */
  const fallAsleep = async () => {
    const past = new Date(Date.now() - MINUTES_AGO_MS).toISOString();
    const change = { UpdateExpression: "SET last_activity = :past", ExpressionAttributeValues: { ":past": past } };
    await table.update(sessionKey(session_id), change);
  };
  const contender: Contender = {
    name: "Cubby",
    run: {
      create: async () => {
        session_id = await create();
      },
      read: () => client.call("getSession", { params: { session_id } }),
      touch: () => client.call("touchSession", { params: { session_id } }),
      delete: () => client.call("deleteSession", { params: { session_id } }),
    },
    prepare: { touch: fallAsleep },
  };
  const lasting = { session_id: await create() };
  const entry = { role: "user" as const, content: "hello" };
  /** What only Cubby has; on a session that stays. */
  const others: Record<string, () => Promise<unknown>> = {
    "list the newest 10": () => client.call("listSessions", { query: { limit: 10 } }),
    "touch within a minute": () => client.call("touchSession", { params: lasting }),
    "touch within a minute, without an Idempotency-Key": () => withoutKeys.call("touchSession", { params: lasting }),
    "create and delete, without an Idempotency-Key": async () => {
      const { session_id: passing } = await withoutKeys.call("createSession", { body: { platform: "web" } });
      await withoutKeys.call("deleteSession", { params: { session_id: passing } });
    },
    "append to history": () => client.call("appendHistory", { params: lasting, body: entry }),
  };
  return { contender, others };
}
