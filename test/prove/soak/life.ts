/**
 * A session's life as the soak has it: files come in every way there is, one in ten becomes a table, somebody talks,
 * somebody decides, some is read again. Every fourth is ended by its owner, the others by what keeps a workspace clean.
 */
import { deepStrictEqual } from "node:assert/strict";
import type { Client } from "../../../shared/client/index.ts";
import type { Principal } from "../../../shared/identity/principal.ts";
import { guestUserId } from "../../../shared/identity/principal.ts";
import { beginForm, bytesOf, postForm, sha256Of } from "../../support/direct-upload.ts";
import type { Process } from "../world.ts";

export const FILES_EACH = 10;
/** Sooner than any platform's rule, so that many end within the hour. */
export const IDLE_MINUTES = 10;
/** So few that each has more sessions than he may keep. */
const USERS = 100;

/** What is done, and measured, each by its name. */
export type Perform = <Result>(deed: string, act: () => Promise<Result>) => Promise<Result>;

/** What its owner was told of one session. */
export interface Lived {
  sessionId: string;
  owner: string;
  files: Map<string, string>;
  /** Its owner ended it, and was told so. */
  ended: boolean;
}

/** Lives one; `number` says whose it is and what is in it. */
export async function liveOne(process: Process, number: number, perform: Perform): Promise<Lived> {
  const begun = await begin(process, number, perform);
  const { client, session_id } = begun;
  const params = { session_id };
  const files = new Map<string, string>();
  const content = (name: string) => new Uint8Array(Buffer.from(`${name} of session ${number}\n`.repeat(20)));

  const form = new FormData();
  for (const name of ["a.bin", "b.bin", "c.bin", "d.bin"]) {
    form.append("files", new Blob([content(name)]), name);
    files.set(`uploads/${name}`, sha256Of(content(name)));
  }
  await perform("upload four files", () => client.call("uploadFiles", { params, body: form }));

  for (const path of ["workspace/notes.md", "outputs/single/result.txt", "outputs/bulk/a.txt", "workspace/draft.md"]) {
    await perform("put a file", () =>
      client.call("putFile", { params: { ...params, path }, body: content(path), ifNoneMatch: "*" }),
    );
    files.set(path, sha256Of(content(path)));
  }

  const direct = "outputs/single/direct.bin";
  const sha256 = sha256Of(content(direct));
  await perform("upload a file to the storage", async () => {
    const { upload_id, post } = await beginForm(client, session_id, direct, content(direct), { sha256 });
    const answer = await postForm(post, content(direct));
    if (!answer.ok) throw new Error(`The storage answered ${answer.status}`);
    await client.call("completeUpload", { params: { ...params, upload_id }, body: {} });
  });
  files.set(direct, sha256);

  const isTable = number % 10 === 0;
  const last = isTable ? "uploads/table.csv" : "uploads/e.bin";
  const bytes = isTable ? new Uint8Array(Buffer.from("n,word\n1,one\n2,two\n")) : content(last);
  await perform(isTable ? "put a file that becomes a table" : "put a file that stays one", () =>
    client.call("putFile", { params: { ...params, path: last }, body: bytes }),
  );
  files.set(last, sha256Of(bytes));

  await talk(client, session_id, perform);
  const listed = await perform("list files", () => client.call("listFiles", { params, query: { limit: 100 } }));
  const sent = listed.data.filter(({ path }) => files.has(path)).map(({ path, sha256 }) => [path, sha256] as const);
  deepStrictEqual(new Map(sent), files, `what is listed of session ${number}`);
  const read = await perform("download a file", () => bytesOf(client, session_id, direct));
  deepStrictEqual(sha256Of(read), files.get(direct), `what is read of session ${number}`);

  const ended = number % 4 === 0;
  if (ended) await perform("delete a session", () => client.call("deleteSession", { params }));
  return { sessionId: session_id, owner: begun.owner, files, ended };
}

async function talk(client: Client, session_id: string, perform: Perform): Promise<void> {
  const params = { session_id };
  for (const content of ["What is in it?", "Files, mostly.", "Send them to Ben."]) {
    await perform("say something", () => client.call("appendHistory", { params, body: { role: "user", content } }));
  }
  await perform("ask for approval", () => client.call("setApproval", { params, body: { tool_name: "send_email" } }));
  await perform("approve", () => client.call("decideApproval", { params, body: { decision: "approved" } }));
}

/** A third are people's, a third those of a bot's users, a third guests'. */
async function begin(process: Process, number: number, perform: Perform) {
  const body = { platform: number % 3 === 1 ? "telegram" : "web", retention: { idle_minutes: IDLE_MINUTES } } as const;
  if (number % 3 === 2) {
    const nobody = process.client({ kind: "nobody", reason: "No token" });
    const { session_id } = await perform("begin as a guest", () => nobody.call("createSession", { body }));
    const owner = guestUserId(session_id);
    return { client: process.client({ kind: "guest", userId: owner, sessionId: session_id }), session_id, owner };
  }
  const owner = `${number % 3 === 1 ? "telegram_" : "user_"}${Math.floor(number / 3) % USERS}`;
  const principal: Principal =
    number % 3 === 1 ? { kind: "service", clientId: "telegram-bot", userId: owner } : { kind: "user", userId: owner };
  const client = process.client(principal);
  const { session_id } = await perform("begin", () => client.call("createSession", { body }));
  return { client, session_id, owner };
}
