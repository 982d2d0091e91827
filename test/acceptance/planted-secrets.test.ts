/** One word stands in everything that a session can hold or be asked, also where it fails; no function's log has it. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { beginForm, bytesOf, postForm } from "../support/direct-upload.ts";
import { assertNoSecretsBy } from "../support/host-logs.ts";

const planted = `planted${randomUUID().replaceAll("-", "")}`;
const bytes = (text: string) => new TextEncoder().encode(text);

let host: Host;
let ana: Client;
beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

/** Read, half read, refused, and rewritten. */
const files = [
  { name: `${planted}.csv`, content: `${planted},n\n${planted},1\n"${planted}" x,2,3\n` },
  { name: "damaged.json", content: `[{"a": "${planted}"}, {"a": ${planted}]` },
  { name: "damaged.xlsx", content: `PK\u0003\u0004${planted}` },
  { name: "script.py", content: `import pandas as pd\npd.read_csv("${planted}.csv")\npassword = "${planted}"\n` },
  { name: "broken.py", content: `import pandas\ndef ${planted}(:\n` },
];

/** Statements that answer, and those that fail in the parser, the gate, the binder and at work. */
const statements = [
  `SELECT '${planted}' AS told`,
  `SELECT '${planted}' FROM`,
  `COPY (SELECT '${planted}') TO '/tmp/${planted}'`,
  `SELECT ${planted} FROM nowhere`,
  `SELECT CAST('${planted}' AS INTEGER)`,
  `SELECT error('${planted}')`,
];

test("what people bring, ask and are refused is in no log", async () => {
  const since = Date.now();
  const session_id = await newSession(ana);
  const params = { session_id };
  await ana.uploadFiles(session_id, files);
  const { data } = await ana.call("listConversions", { params });
  expect(data.map(({ status }) => status)).toEqual(expect.arrayContaining(["converted", "failed"]));
  for (const sql of statements) await settled(ana.call("query", { params, body: { sql, params: [] } }));
  await settled(ana.call("query", { params, body: { sql: "SELECT $1::DATE", params: [planted] } }));
  await ana.call("appendHistory", { params, body: { role: "user", content: planted } });
  await ana.call("setApproval", { params, body: { tool_name: "send", args: { text: planted }, description: planted } });
  await ana.call("decideApproval", { params, body: { decision: "rejected", comment: planted } });
  await ana.appendLog(session_id, "agent", `${planted}\n`);
  await ana.call("addResearchData", { params, body: { query: planted, response: { text: planted }, data: planted } });
  const path = `outputs/single/${planted}.txt`;
  const content = bytes(planted.repeat(2));
  const { upload_id, post } = await beginForm(ana, session_id, path, content);
  expect((await postForm(post, content)).status).toBeLessThan(300);
  await ana.call("completeUpload", { params: { ...params, upload_id }, body: {} });
  expect((await bytesOf(ana, session_id, path)).toString()).toContain(planted);
  await problemOf(ana.call("getFile", { params: { ...params, path: `uploads/absent-${planted}.csv` } }));
  await settled(ana.call("getTable", { params: { ...params, name: planted } }));
  await refusedAtTheDoor(session_id);
  await assertNoSecretsBy(host, since, [["what was planted", planted]]);
});

/** Bodies, tokens and addresses that no handler sees. */
async function refusedAtTheDoor(session_id: string): Promise<void> {
  const token = await host.issueToken({ sub: "ana", scope: "cubby/sessions" });
  const authorization = `Bearer ${token}`;
  const history = `${host.url}/v1/sessions/${session_id}/history`;
  const answers = await Promise.all([
    fetch(history, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: `{"${planted}`,
    }),
    fetch(history, { headers: { authorization: `Bearer ${planted}.${planted}.${planted}` } }),
    fetch(`${history}?cursor=${planted}`, { headers: { authorization } }),
    fetch(`${host.url}/v1/${planted}`, { headers: { authorization } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 401, 400, 404]);
  const stranger = createClient({ baseUrl: host.url, token: `${token}${planted}`, maxRetries: 0 });
  expect((await problemOf(stranger.call("listSessions", {}))).status).toBe(401);
}

/** Answered or refused: either may be told in a log. */
async function settled(call: Promise<unknown>): Promise<void> {
  await call.catch(() => {});
}
