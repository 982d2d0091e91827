/** Every recipe of the README as it stands, against the local host; only the platforms' own servers are stood in for. */
import { execFile } from "node:child_process";
import type { webcrypto } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { eventually } from "../support/local-host.ts";
import { handleInteraction } from "./recipes/discord-bot.ts";
import { type Look, research } from "./recipes/research-agent.ts";
import { runTelegramBot } from "./recipes/telegram-bot.ts";

const run = promisify(execFile);
const CSV = "region,amount\nNorth,12\nSouth,30\n";
const SQL = "SELECT sum(amount) AS total FROM sales WHERE region = 'South'";

let host: Host;
let folder: string;
beforeAll(async () => {
  host = await startAcceptanceHost();
  folder = await mkdtemp(join(tmpdir(), "cubby-recipes-"));
  await writeFile(join(folder, "sales.csv"), CSV);
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const network = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = network;
});

/** Whoever asks for an address that begins so is answered by this, and everybody else by the network. */
function answerFor(origin: string, answer: (url: URL, init: RequestInit | undefined) => Promise<Response>): void {
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.href.startsWith(origin) ? answer(url, init) : network(input, init);
  };
}

const serviceToken = (client_id: string) => host.issueToken({ sub: client_id, client_id, scope: "cubby/act-as" });

/** Telegram's Bot API as far as the bot asks it: updates wait until there are some, files are there to fetch. */
function startTelegram() {
  const waiting: object[] = [];
  const sent: { chat_id: number; text: string }[] = [];
  let number = 0;
  answerFor("https://api.telegram.org/", async ({ pathname }, init) => {
    if (pathname === "/file/bot123:abc/documents/1.csv") return new Response(CSV);
    const body = JSON.parse(String(init?.body));
    const method = pathname.replace("/bot123:abc/", "");
    if (method === "getFile") return Response.json({ ok: true, result: { file_path: "documents/1.csv" } });
    if (method === "sendMessage") return Response.json({ ok: true, result: sent.push(body) });
    await eventually(() => (waiting.length > 0 || init?.signal?.aborted ? true : undefined), 60);
    init?.signal?.throwIfAborted();
    return Response.json({ ok: true, result: waiting.splice(0) });
  });
  const say = (message: object) => waiting.push({ update_id: ++number, message: { chat: { id: 77 }, ...message } });
  return { say, sent };
}

describe("the Telegram bot", () => {
  test("keeps the file that it is sent, answers a question about it, and says what is wrong with another", async () => {
    const telegram = startTelegram();
    const controller = new AbortController();
    const options = { token: "123:abc", cubbyUrl: host.url, cubbyToken: await serviceToken("telegram-bot") };
    const running = runTelegramBot({ ...options, signal: controller.signal }).catch((error: unknown) => error);
    telegram.say({ document: { file_id: "f", file_name: "sales.csv" } });
    telegram.say({ text: SQL });
    telegram.say({ text: "SELECT * FROM nothing" });
    await eventually(() => (telegram.sent.length === 3 ? true : undefined), 60);
    controller.abort();
    await running;
    expect(telegram.sent.map(({ text }) => text)).toEqual([
      "Kept. Tables: sales",
      "30",
      expect.stringContaining("That did not work: "),
    ]);
  });
});

describe("the Discord bot", () => {
  test("answers whom Discord has signed, and nobody else", async () => {
    const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
    const publicKey = Buffer.from(await crypto.subtle.exportKey("raw", keys.publicKey)).toString("hex");
    const options = { publicKey, cubbyUrl: host.url, cubbyToken: await serviceToken("discord-bot") };
    answerFor("https://cdn.discordapp.com/", async () => new Response(CSV));

    async function send(interaction: object, forged = ""): Promise<Response> {
      const body = JSON.stringify({ channel_id: "c", member: { user: { id: "9" } }, ...interaction });
      const signature = await crypto.subtle.sign(
        "Ed25519",
        keys.privateKey,
        new TextEncoder().encode(`1700000000${body}`),
      );
      const headers = {
        "x-signature-ed25519": Buffer.from(signature).toString("hex"),
        "x-signature-timestamp": "1700000000",
      };
      return handleInteraction(
        new Request("https://bot.test/", { method: "POST", headers, body: body + forged }),
        options,
      );
    }

    expect(await (await send({ type: 1 })).json()).toEqual({ type: 1 });
    expect((await send({ type: 1 }, " ")).status).toBe(401);
    const attachments = { 5: { url: "https://cdn.discordapp.com/attachments/1/2/sales.csv", filename: "sales.csv" } };
    const kept = await send({ type: 2, data: { name: "keep", options: [{ value: "5" }], resolved: { attachments } } });
    expect(await kept.json()).toEqual({ type: 4, data: { content: "Kept. Tables: sales" } });
    const asked = await send({ type: 2, data: { name: "ask", options: [{ value: SQL }] } });
    expect(await asked.json()).toEqual({ type: 4, data: { content: "30" } });
  });
});

describe("the research agent", () => {
  test("looks until it knows enough, keeps each round, and answers the same question out of the cache", async () => {
    const cubby = await clientOf(host, "researcher");
    const session_id = await newSession(cubby);
    let looks = 0;
    const look: Look = async (_, known) => ({ finding: { look: ++looks }, isEnough: known.length === 1 });
    const first = await research(cubby, session_id, "Why is the sky blue?", look);
    expect(first).toMatchObject({ hit: false, problems: [], result: { findings: [{ look: 1 }, { look: 2 }] } });
    const again = await research(cubby, session_id, "Why is the sky blue?", look);
    expect(again).toMatchObject({ hit: true, result: first.result });
    const { data } = await cubby.api.listIntermediateResults({ params: { session_id } });
    expect(data.map(({ round_number }) => round_number).sort()).toEqual([1, 2]);
  });
});

describe("without our client", () => {
  test("a shell with curl uploads as a guest and asks", async () => {
    const env = { PATH: process.env.PATH, CUBBY_URL: host.url };
    const { stdout } = await run("sh", ["test/acceptance/recipes/ask.sh", join(folder, "sales.csv"), SQL], { env });
    expect(stdout.trim().split(/\r?\n/)).toEqual(["total", "30"]);
  });

  test("Python with requests uploads and asks", async () => {
    const token = await host.issueToken({ sub: "python", scope: "cubby/sessions" });
    const env = { PATH: process.env.PATH, CUBBY_URL: host.url, CUBBY_TOKEN: token };
    const script = ["test/acceptance/recipes/ask.py", join(folder, "sales.csv"), SQL];
    const { stdout } = await run("python3", script, { env });
    expect(stdout).toBe("30\n");
  });
});
