/**
 * `npm run demo`: the main job on real data, from an empty machine to answers. Starts the host if none runs, uploads a
 * folder, asks three questions that join across files, and takes everything back out. Each request is printed as a curl
 * line.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Answer, type Client, CubbyError, createClient } from "../../../shared/client/index.ts";
import { createCurlPrinter } from "./curl.ts";
import { makeDataFolder } from "./data-folder.ts";
import { findOrStartHost } from "./host.ts";
import { questions } from "./questions.ts";

const OUTPUT = "demo-output";
const DATA = join(OUTPUT, "data");
const print = (line = "") => console.log(line);

async function main(): Promise<void> {
  const host = await findOrStartHost(Number(process.env.PORT ?? 3000));
  try {
    await run(host.url);
  } finally {
    await host.stop();
  }
}

async function run(url: string): Promise<void> {
  const paths = await makeDataFolder(DATA);
  const token = await developerToken(url);
  const client = createClient({ baseUrl: url, token, fetch: createCurlPrinter(print, (name) => join(DATA, name)) });
  await showEarlierSessions(client);
  const session = await client.call("createSession", { body: { platform: "web", thread_id: "demo" } });
  print(`  session ${session.session_id}, ends ${session.expires_at} unless it is used\n`);
  await uploadAll(client, session.session_id, paths);
  await askAll(client, session.session_id);
  await takeOut(client, session.session_id);
  print(
    `\nDone. Answers and files are in ${OUTPUT}/. While \`npm start\` runs, every line above works when pasted (the presigned ones for five minutes).`,
  );
}

async function developerToken(url: string): Promise<string> {
  const body = JSON.stringify({ sub: "demo", scope: "cubby/sessions" });
  const curl = `curl -sS -X POST '${url}/dev/token' -H 'content-type: application/json' -d '${body}'`;
  print(`  $ TOKEN=$(${curl} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`);
  const answer = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function showEarlierSessions(client: Client): Promise<void> {
  const { data } = await client.call("listSessions", {});
  if (data.length === 0) print("  no earlier sessions: this is the first run\n");
  for (const { session_id, database, total_size_bytes } of data) {
    print(`  earlier session ${session_id}: ${database.tables} tables, ${total_size_bytes} bytes`);
  }
}

/** One request a file, so that each table shows as it appears. */
async function uploadAll(client: Client, sessionId: string, paths: readonly string[]): Promise<void> {
  for (const [index, path] of paths.entries()) {
    const content = new Uint8Array(await readFile(path));
    print(`[${index + 1}/${paths.length}] ${basename(path)}, ${content.byteLength} bytes`);
    const answer = await client.uploadFiles(sessionId, [{ name: basename(path), content }]);
    for (const result of answer.files) await showResult(client, sessionId, result);
  }
}

async function showResult(client: Client, sessionId: string, result: Answer<"uploadFiles">["files"][number]) {
  if (result.file === undefined) return print(`  refused: ${result.problem?.detail}`);
  const { state, tables, reason } = result.file.conversion;
  if (tables.length === 0) print(`  ${state === "failed" ? `failed: ${reason?.detail}` : "stored, not a table"}`);
  for (const name of tables) {
    const table = await client.call("getTable", { params: { session_id: sessionId, name } });
    const columns = table.columns.map((column) => `${column.name} ${column.type}`);
    print(
      `  table ${name}: ${table.row_count} rows (${columns.slice(0, 6).join(", ")}${columns.length > 6 ? ", …" : ""})`,
    );
  }
}

async function askAll(client: Client, sessionId: string): Promise<void> {
  for (const [index, { title, sql }] of questions.entries()) {
    print(`\n${title}`);
    const body = { sql };
    const answer = await client.call("query", { params: { session_id: sessionId }, body });
    print();
    console.table(answer.rows.map((row) => Object.fromEntries(answer.columns.map(({ name }, at) => [name, row[at]]))));
    await writeFile(join(OUTPUT, `answer-${index + 1}.csv`), await client.queryCsv(sessionId, body));
  }
}

async function takeOut(client: Client, sessionId: string): Promise<void> {
  print("\nTaking the workspace out");
  const folder = join(OUTPUT, "workspace");
  await mkdir(folder, { recursive: true });
  const params = { session_id: sessionId };
  for await (const file of client.pages("listFiles", { params, query: { folder: "workspace" } })) {
    const response = await client.download(sessionId, file.path);
    if (response.body === null) throw new Error(`${file.path} came without a body`);
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(join(folder, file.name)));
    print(`  ${join(folder, file.name)}, ${file.size_bytes} bytes`);
  }
}

try {
  await main();
} catch (error) {
  const detail = error instanceof CubbyError ? `${error.code}: ${error.message}` : error;
  console.error("The demo stopped:", detail);
  process.exitCode = 1;
}
