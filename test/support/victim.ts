import type { Host } from "../../cdk/local/host.ts";
import { sessionPartition } from "../../shared/aws/item-keys.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession } from "./acceptance.ts";
import { viewEngines } from "./engines-view.ts";
import { eventually } from "./local-host.ts";

/** Stands in everything of the victim's sessions, and in no answer that anybody else may get. */
export const SECRET = "the-secret-of-victor";

/** A session with something of every kind in it, and the ids of what has one. */
export interface FilledSession {
  session_id: string;
  upload_id: string;
  archive_id: string;
}

/** A session of the user "victor" that somebody else would like to get at. */
export async function fillSession(client: Client): Promise<FilledSession> {
  const session_id = await newSession(client);
  const params = { session_id };
  const named = { ...params, name: "a" };
  await client.uploadFiles(session_id, [{ name: "a.csv", content: `${SECRET}\n1\n` }]);
  await client.call("patchSession", { params, body: { metadata: { note: SECRET } } });
  await client.call("appendHistory", { params, body: { role: "user", content: SECRET } });
  await client.call("setApproval", { params, body: { tool_name: SECRET } });
  await client.call("addNamedResearchData", { params: named, body: { data: SECRET } });
  await client.call("addNamedIntermediateResult", { params: named, body: { data: SECRET } });
  await client.call("appendLog", { params: named, body: SECRET });
  await client.call("putCache", { params, body: { query: "q", mode: "m", result: SECRET } });
  const upload = { path: `uploads/${SECRET}.csv`, size_bytes: 1 };
  const { upload_id } = await client.call("createUpload", { params, body: upload });
  const { archive_id } = await client.call("createArchive", { params, body: {} });
  await eventually(async () => {
    const { state } = await client.call("getArchive", { params: { session_id, archive_id } });
    return state === "building" ? undefined : state;
  });
  return { session_id, upload_id, archive_id };
}

/** The ways in which a session can be somebody else's. */
export const foreignKinds = ["live", "expired", "ending", "deleted"] as const;

/** One filled session of each kind, and what bucket and table hold of them. */
export async function makeVictim(host: Host) {
  const client = await clientOf(host, "victor");
  const view = viewEngines(host);
  const [live, expired, ending, deleted] = await Promise.all(foreignKinds.map(() => fillSession(client)));
  if (!live || !expired || !ending || !deleted) throw new Error("A kind has no session");
  await view.expire(expired.session_id);
  await view.table.update(
    { pk: sessionPartition(ending.session_id), sk: "META" },
    {
      UpdateExpression: "SET #status = :deleting",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":deleting": "deleting" },
    },
  );
  await client.call("deleteSession", { params: { session_id: deleted.session_id } });
  const sessions = { live, expired, ending, deleted };

  async function holdings() {
    const itemsOf = async (id: string) => {
      const items: unknown[] = [];
      const query = {
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": sessionPartition(id) },
      };
      for await (const item of view.table.queryAll(query)) items.push(item);
      return items;
    };
    const ids = Object.values(sessions).map(({ session_id }) => session_id);
    return Promise.all(ids.map(async (id) => ({ items: await itemsOf(id), keys: await view.keysOf(id) })));
  }
  return { client, sessions, holdings };
}

/** Somebody who has a session of his own, and the headers by which he is known. */
export interface Stranger {
  headers: Record<string, string>;
  own: string;
}

/** Callers of every kind that may use sessions, operators aside: they may use all. */
export const strangerKinds = ["user", "service", "guest"] as const;
export type StrangerKind = (typeof strangerKinds)[number];

/** One of this kind with a new session of his own. */
export async function makeStranger(host: Host, kind: StrangerKind): Promise<Stranger> {
  if (kind === "guest") {
    const { session_id, session_token } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    return { headers: { authorization: `Bearer ${session_token}` }, own: session_id };
  }
  const isUser = kind === "user";
  const bot = { sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" };
  const token = await host.issueToken(isUser ? { sub: "ana" } : bot);
  const userId = isUser ? {} : { userId: "telegram_1" };
  const headers = { authorization: `Bearer ${token}`, ...(isUser ? {} : { "cubby-user-id": "telegram_1" }) };
  return { headers, own: await newSession(createClient({ baseUrl: host.url, token, ...userId })) };
}
