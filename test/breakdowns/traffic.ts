/** What callers do while something is broken, or nothing. */
import type { Client } from "../../shared/client/index.ts";
import { beginForm, postForm } from "../support/direct-upload.ts";
import { eventually } from "../support/local-host.ts";
import type { Stage } from "./stage.ts";

const TABLE = { name: "sales.csv", content: "region,amount\nnorth,1\nsouth,2\n" };

/** A quiet period: a few calls of a person who begins a session, brings a table and deletes it all. */
export async function someCalls(stage: Stage): Promise<void> {
  const ana = await stage.callerOf("ana");
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  const params = { session_id };
  await ana.uploadFiles(session_id, [TABLE]);
  for (let call = 0; call < 4; call++) await ana.call("getSession", { params });
  await ana.call("deleteSession", { params });
}

/** The same by people who shrug when a call fails. */
export async function someCallsThatMayFail(stage: Stage): Promise<void> {
  for (let person = 0; person < 6; person++) {
    const ana = await stage.callerOf(`ana${person}`);
    await ana.call("listSessions", {}).catch(() => {});
    await ana.call("createSession", { body: { platform: "web" } }).catch(() => {});
  }
}

/** Everything that a busy hour has, so that every metric is there that a healthy stage has. */
export async function busyHour(stage: Stage): Promise<void> {
  const clients = await Promise.all(["ben", "cleo", "dora"].map((sub) => stage.callerOf(sub)));
  await Promise.all(clients.map((client) => visit(client)));
  await eventually(() => stage.database.count("waiting") === 0 || undefined);
}

async function visit(client: Client): Promise<void> {
  const body = { platform: "web", thread_id: "t", reuse: true };
  const { session_id } = await client.call("createSession", { body });
  const params = { session_id };
  await client.uploadFiles(session_id, [TABLE, { name: "odd.xlsx", content: "no workbook" }]);
  await client.call("query", { params, body: { sql: "SELECT sum(amount) FROM sales" } });
  await client.call("appendHistory", { params, body: { role: "user", content: "hello" } });
  await client.call("setApproval", { params, body: { tool_name: "mail" } });
  await client.call("decideApproval", { params, body: { decision: "approved" } });
  await client.call("createArchive", { params, body: { folder: "uploads" } });
  const content = Buffer.from(TABLE.content);
  const { upload_id, post } = await beginForm(client, session_id, "uploads/direct.csv", content);
  await postForm(post, content);
  await client.call("completeUpload", { params: { session_id, upload_id }, body: {} });
  await client.call("getSession", { params: { session_id: `${session_id.slice(0, -1)}a` } }).catch(() => {});
}
