import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../shared/client/index.ts";
import { eventually, makeDataDirectory } from "../support/local-host.ts";

const main = fileURLToPath(new URL("../../cdk/local/main.ts", import.meta.url));
let data = "";

beforeAll(async () => {
  data = await makeDataDirectory();
});
afterAll(() => rm(data, { recursive: true, force: true }));

/** The host as a person starts it, and its address once it is ready. */
async function start() {
  const env = { ...process.env, PORT: "0", CUBBY_DATA: data };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = /^Cubby is ready at (\S+)/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once("exit", (code) => reject(new Error(`The host ended with ${code}`)));
  });
  const end = (signal: NodeJS.Signals) => {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return exited;
  };
  return { url, end };
}

test("a host killed in the middle of uploads loses nothing it answered, and finishes what was left", async () => {
  const first = await start();
  const nobody = createClient({ baseUrl: first.url });
  const { session_id, session_token } = await nobody.call("createSession", { body: { platform: "web" } });
  const params = { session_id };
  const before = createClient({ baseUrl: first.url, token: session_token ?? "" });
  const answered: string[] = [];
  const uploads = Array.from({ length: 12 }, async (_, n) => {
    const rows = Array.from({ length: 2000 }, (_, row) => `${row},${n}`).join("\n");
    await before.uploadFiles(session_id, [{ name: `part${n}.csv`, content: `id,n\n${rows}\n` }]);
    answered.push(`part${n}`);
  });
  const settled = Promise.allSettled(uploads); // now: those that the kill cuts off reject at once
  // As soon as some are answered and others are on their way.
  await eventually(() => (answered.length >= 2 ? true : undefined));
  await first.end("SIGKILL");
  await settled;
  const promised = [...answered];

  const second = await start();
  try {
    const client = createClient({ baseUrl: second.url, token: session_token ?? "" });
    for (const name of promised) {
      const file = await client.download(session_id, `uploads/${name}.csv`);
      expect((await file.text()).split("\n")).toHaveLength(2002);
    }
    // One more upload drains whatever was pending; a dead holder's lease runs out within a minute.
    await client.uploadFiles(session_id, [{ name: "last.csv", content: "x\n1\n" }]);
    const states = await eventually(async () => {
      const reports = [];
      for await (const report of client.pages("listConversions", { params })) reports.push(report);
      if (reports.every((report) => report.state === "converted")) return reports;
      await client.uploadFiles(session_id, [{ name: "nudge.csv", content: "x\n1\n" }]);
      return undefined;
    }, 100);
    for (const name of [...promised, "last"])
      expect(states.map((report) => report.path)).toContain(`uploads/${name}.csv`);
    for (const name of promised) {
      const answer = await client.call("query", { params, body: { sql: `SELECT count(*) FROM ${name}` } });
      expect(answer.rows).toEqual([[2000]]);
    }
    const listed = [];
    for await (const file of client.pages("listFiles", { params, query: { folder: "uploads" } })) listed.push(file);
    const session = await client.call("getSession", { params });
    expect(session.status).toBe("active");
    expect(listed.length).toBe(states.length);
  } finally {
    await second.end("SIGINT");
  }
}, 180_000);
