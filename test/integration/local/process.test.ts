/** The host as a person meets it: `main.ts` in a process of its own, started, used, stopped and killed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually, makeDataDirectory } from "../../support/local-host.ts";

let dataDirectory: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  dataDirectory = await makeDataDirectory();
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await eventually(() => (processesOn(dataDirectory).length === 0 ? true : undefined));
  await rm(dataDirectory, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  url: string;
  output(): string;
}

function run(
  script: string,
  args: string[] = [],
  env: Record<string, string> = {},
): { child: ChildProcess; output(): string } {
  let text = "";
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, CUBBY_DATA: dataDirectory, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += String(chunk);
    });
  }
  started.push(child);
  return { child, output: () => text };
}

async function startMain(): Promise<Running> {
  const running = run("cdk/local/main.ts");
  const url = await eventually(() => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    return /^Cubby is ready at (http:\/\/127\.0\.0\.1:\d+)$/m.exec(running.output())?.[1];
  });
  return { ...running, url };
}

async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

/** Command lines of all processes that have the data folder in their command line or environment. Linux only. */
function processesOn(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return command !== "" && (command.includes(folder) || environment.includes(folder))
          ? [`${pid} ${command}`]
          : [];
      } catch {
        return [];
      }
    });
}

async function makeSession(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/v1/sessions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  });
  return ((await answer.json()) as { session_id: string }).session_id;
}

async function listSessions(url: string, token: string): Promise<string[]> {
  const answer = await fetch(`${url}/v1/sessions`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { data: { session_id: string }[] }).data.map(({ session_id }) => session_id);
}

async function getToken(url: string): Promise<string> {
  const answer = await fetch(`${url}/dev/token`, { method: "POST", body: '{"sub":"me","scope":"cubby/sessions"}' });
  return ((await answer.json()) as { access_token: string }).access_token;
}

describe.skipIf(process.platform !== "linux")("npm start", () => {
  test("is ready within 5 seconds and prints curl lines that work when pasted", async () => {
    const before = Date.now();
    const { output, url } = await startMain();
    expect(Date.now() - before).toBeLessThan(5000);
    expect(output().trimEnd().split("\n").at(-1)).toBe(`Cubby is ready at ${url}`);
    const lines = output().split("\n");
    const guest = lines.find((line) => line.startsWith("curl -s -X POST")) ?? "";
    expect(JSON.parse(execFileSync("sh", ["-c", guest], { encoding: "utf8" }))).toHaveProperty("session_token");
    const mine = lines.filter((line) => /^(export TOKEN=|curl -s http)/.test(line)).join("\n");
    expect(JSON.parse(execFileSync("sh", ["-c", mine], { encoding: "utf8" }))).toEqual({ data: [], next_cursor: null });
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends everything it started", async (signal) => {
    const { child, url } = await startMain();
    await makeSession(url, await getToken(url)); // a worker is up by now
    expect(processesOn(dataDirectory).length).toBeGreaterThan(2);
    child.kill(signal);
    expect(await endOf(child)).toBe(0);
    expect(processesOn(dataDirectory)).toEqual([]);
  });

  test("kill -9 leaves nothing running, and the next start has the data", async () => {
    const first = await startMain();
    const ids = [await makeSession(first.url, await getToken(first.url))];
    first.child.kill("SIGKILL");
    await endOf(first.child);
    await eventually(() => (processesOn(dataDirectory).length === 0 ? true : undefined));
    const second = await startMain();
    expect(await listSessions(second.url, await getToken(second.url))).toEqual(ids);
  });

  test("starts although the killed host's engine still runs, and takes its place", async () => {
    const first = await startMain();
    const ids = [await makeSession(first.url, await getToken(first.url))];
    const others = processesOn(dataDirectory).filter((line) => !line.includes("dynoxide serve"));
    for (const line of others) process.kill(Number.parseInt(line, 10), "SIGKILL"); // every Node process at once
    await endOf(first.child);
    const second = await startMain();
    expect(await listSessions(second.url, await getToken(second.url))).toEqual(ids);
    expect(processesOn(dataDirectory).filter((line) => line.includes("dynoxide serve"))).toHaveLength(1);
  });

  test("ends with one sentence and code 1 when its port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { child, output } = run("cdk/local/main.ts", [], { PORT: String(port) });
    expect(await endOf(child)).toBe(1);
    expect(output()).toBe(`Cannot start: port ${port} is in use; set PORT to another one\n`);
    server.close();
  });

  test("ends with one sentence when another host has the folder", async () => {
    const first = await startMain();
    const { child, output } = run("cdk/local/main.ts");
    expect(await endOf(child)).toBe(1);
    expect(output()).toMatch(
      new RegExp(`^Cannot start: the data folder .* by the process with pid ${first.child.pid};.*\n$`),
    );
  });

  test("ends with one sentence when PORT is no number", async () => {
    const { child, output } = run("cdk/local/main.ts", [], { PORT: "http" });
    expect(await endOf(child)).toBe(1);
    expect(output()).toBe('Cannot start: PORT must be a number from 0 to 65535, not "http"\n');
  });
});

describe.skipIf(process.platform !== "linux")("invoke.ts", () => {
  test("runs a function of the running host and prints its answer", async () => {
    await startMain();
    const { child, output } = run("cdk/local/invoke.ts", ["sweep"]);
    expect(await endOf(child)).toBe(0);
    expect(JSON.parse(output())).toBeTypeOf("object");
  });

  test("says that no host runs", async () => {
    const { child, output } = run("cdk/local/invoke.ts", ["sweep"]);
    expect(await endOf(child)).toBe(1);
    expect(output()).toMatch(/^Cannot invoke sweep: no host runs on the data folder .*; start one: npm start\n$/);
  });

  test("names the functions there are", async () => {
    const { child, output } = run("cdk/local/invoke.ts", ["sweeep"]);
    expect(await endOf(child)).toBe(1);
    expect(output()).toMatch(/^Name the function to invoke: api, .*\bsweep\b/);
  });
});
