/** Named cases as uploads, by the ways that people have, and what the API says became of them. */
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import type { FileCase } from "../../../support/hostile/case.ts";
import { type Outcome, selectRows, toRows } from "../../../support/hostile/outcome.ts";
import { beginForm, postForm } from "../../../support/direct-upload.ts";
import { eventually } from "../../../support/local-host.ts";
import { faultOf } from "./answered.ts";
import { type HttpStage, sha256Of, type Visitor } from "./stage.ts";

/** A file under the name it is sent by. */
export interface Sent {
  one: FileCase;
  name: string;
}

/** What the API says of a file. */
interface Told {
  path: string;
  status: string;
  file?: { conversion: { state: string; tables: string[]; reason?: Reason }; size_bytes: number };
  problem?: Reason;
}
interface Reason {
  code: string;
  detail: string;
}

export type Way = "form" | "put" | "direct";
const PATIENCE_SECONDS = 40;

/** Sends them in one form, or each by itself; answers by name what became of them, or a sentence for what must not be. */
export async function sendFiles(
  stage: HttpStage,
  visitor: Visitor,
  files: readonly Sent[],
  way: Way,
): Promise<Map<string, Outcome | string>> {
  const outcomes = new Map<string, Outcome | string>();
  const results = way === "form" ? await byForm(stage, visitor, files) : undefined;
  if (typeof results === "string") return new Map(files.map(({ name }) => [name, results]));
  for (const sent of files) {
    const told = results ?? (await (way === "put" ? byPut : byDirectUpload)(stage, visitor, sent));
    outcomes.set(sent.name, typeof told === "string" ? told : await outcomeOf(stage, visitor, sent, told));
  }
  return outcomes;
}

async function byForm(stage: HttpStage, visitor: Visitor, files: readonly Sent[]): Promise<Told[] | string> {
  const form = new FormData();
  for (const { one, name } of files) form.append("file", new File([new Uint8Array(one.bytes)], name));
  const answered = await stage.send(visitor, "/files", { method: "POST", body: form });
  return faultOf(answered) ?? (answered.body.files as Told[] | undefined) ?? `it was answered ${answered.text}`;
}

async function byPut(stage: HttpStage, visitor: Visitor, { one, name }: Sent): Promise<Told[] | string> {
  const body = new Uint8Array(one.bytes);
  const answered = await stage.send(visitor, `/files/uploads?name=${encodeURIComponent(name)}`, {
    method: "PUT",
    body,
  });
  if (answered.status >= 400) return faultOf(answered) ?? `it was refused: ${answered.text}`;
  return [answered.body as unknown as Told];
}

async function byDirectUpload(stage: HttpStage, visitor: Visitor, { one, name }: Sent): Promise<Told[] | string> {
  const content = new Uint8Array(one.bytes);
  const path = `uploads/${name}`;
  const { upload_id, post } = await beginForm(visitor.client, visitor.sessionId, path, content);
  const stored = await postForm(post, content);
  if (!stored.ok) return `the storage answered ${stored.status} ${await stored.text()}`;
  const init = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
  const answered = await stage.send(visitor, `/uploads/${upload_id}/complete`, init);
  if (answered.status >= 400) return faultOf(answered) ?? `it was refused: ${answered.text}`;
  return [answered.body as unknown as Told];
}

async function outcomeOf(
  stage: HttpStage,
  visitor: Visitor,
  sent: Sent,
  results: readonly Told[],
): Promise<Outcome | string> {
  const path = `uploads/${sent.name}`;
  const own = results.find((each) => each.path === path);
  if (own === undefined) return "nothing is said of it";
  if (own.status === "refused")
    return { is: "refused", code: own.problem?.code ?? "", message: own.problem?.detail ?? "" };
  stage.told.stored(visitor.sessionId, path, sha256Of(sent.one.bytes));
  if (sent.one.expect.is === "unpacked") return unpackedOf(stage, visitor, path, results);
  const { state, tables, reason } = await settled(visitor, path, own);
  if (state === "pending" || state === "converting") return `its conversion is ${state} after ${PATIENCE_SECONDS} s`;
  const said = reason === undefined ? {} : { code: reason.code, message: reason.detail };
  if (state === "failed" && reason === undefined) return "it failed without a reason";
  if (tables.length === 0) return { is: "kept", ...said };
  return { is: "read", ...said, tables: await rowsOf(stage, visitor, sent, tables) };
}

/** Small files are converted by now; large ones by and by. */
async function settled(visitor: Visitor, path: string, { file }: Told) {
  const first = file?.conversion;
  if (first !== undefined && first.state !== "pending" && first.state !== "converting") {
    if (first.reason !== undefined || first.tables.length > 0) return first;
  }
  const params = { session_id: visitor.sessionId };
  return eventually(async () => {
    for await (const report of visitor.client.pages("listConversions", { params, query: { limit: 100 } })) {
      if (report.path !== path || report.state === "pending" || report.state === "converting") continue;
      return { state: report.state, tables: report.tables, reason: report.reason as Reason | undefined };
    }
    return undefined;
  }, PATIENCE_SECONDS).catch(() => ({ state: "pending", tables: [], reason: undefined }));
}

/** By what stands behind the file's own name, as the readers themselves would say it. */
async function rowsOf(stage: HttpStage, visitor: Visitor, { name }: Sent, tables: readonly string[]) {
  const stem = name.slice(0, name.indexOf("."));
  const byEnding: Record<string, string[]> = {};
  for (const table of tables) {
    const init = { method: "POST", headers: { "content-type": "application/json" } };
    const answered = await stage.send(visitor, "/query", { ...init, body: JSON.stringify({ sql: selectRows(table) }) });
    const [row] = (answered.body.rows as [string | number, string | null][] | undefined) ?? [];
    byEnding[table.slice(stem.length)] = row === undefined ? [`no rows: ${answered.text.slice(0, 300)}`] : toRows(row);
  }
  return byEnding;
}

async function unpackedOf(stage: HttpStage, visitor: Visitor, archive: string, results: readonly Told[]) {
  const files: Record<string, Buffer> = {};
  for (const { path, status, problem } of results) {
    if (path === archive) continue;
    if (status !== "stored") return `its "${path}" was refused: ${problem?.detail}`;
    const { body } = await visitor.client.download(visitor.sessionId, path);
    const bytes = body === null ? Buffer.alloc(0) : await buffer(Readable.fromWeb(body as never));
    stage.told.stored(visitor.sessionId, path, sha256Of(bytes));
    files[path.slice("uploads/".length)] = bytes;
  }
  return { is: "unpacked" as const, files };
}
