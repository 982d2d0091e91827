import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { childEntryPath } from "../../../functions/query/child-entry.ts";
import { createGrowingContent } from "../../../shared/tables/query/content/growing-content.ts";
import { createQueryRunner } from "../../../shared/tables/query/query-runner.ts";
import { openQueryHouse, type QueryHouse, withDatabase } from "./harness.ts";

let house: QueryHouse;
beforeAll(async () => {
  house = await openQueryHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const runnerUrl = new URL("../../../shared/tables/query/query-runner.ts", import.meta.url).href;
const onLinux = process.platform === "linux";

/** A spare that has passed the shell and `env`, which name the child's file too, and is Node. */
async function readySpare(): Promise<number> {
  house.runner.warm();
  const pid = house.runner.sparePid() ?? 0;
  const program = () => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0];
  await expect.poll(program, { timeout: 5_000 }).toBe(process.execPath);
  return pid;
}

/** Hundredths of a second: past one it is not starting any more, but counting. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

describe("the child process", () => {
  const database = withDatabase();

  test.runIf(onLinux)("has an empty environment, a neutral folder and the kernel's limits", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "must-not-be-inherited";
    await house.rows("SELECT 1"); // the next spare starts after this line
    const pid = await readySpare();
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    expect(limits).toMatch(/Max address space\s+3481600000\s/);
    expect(limits).toMatch(/Max core file size\s+0\s/);
    expect(limits).toMatch(/Max file size\s+0\s/);
  });

  test.runIf(onLinux)("is a new one for every statement and gone after it", async () => {
    const first = await readySpare();
    await house.rows("SELECT 1");
    const second = await readySpare();
    expect(second).not.toBe(first);
    await expect.poll(() => existsSync(`/proc/${first}`)).toBe(false);
  });

  test("is replaced when the spare died while it waited", async () => {
    const pid = await readySpare();
    process.kill(pid, "SIGKILL");
    expect(await house.rows("SELECT 1")).toEqual([[1]]);
    process.kill(await readySpare(), "SIGSTOP"); // frozen, not dead: only the deadline can tell
    expect(await house.problem("SELECT 1", { timeout_seconds: 1 })).toMatchObject({ code: "query_timeout" });
    expect(await house.rows("SELECT 1")).toEqual([[1]]);
  });

  test("runs next to others, each with its own answer", async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((n) => house.rows("SELECT $1 + count(*) FROM sales", { params: [n] })),
    );
    expect(answers).toEqual(numbers.map((n) => [[n + 10_000]]));
  });

  test.runIf(onLinux)("ends with its parent, however busy it is", async () => {
    const source = `
      import { createQueryRunner } from ${JSON.stringify(runnerUrl)};
      const runner = createQueryRunner({ childPath: ${JSON.stringify(childEntryPath())}, maxRunning: 1 });
      runner.warm();
      console.log(runner.sparePid());
      const job = { limit: 1, offset: 0, format: "json", maxBytes: 1000, threads: 2, databasePath: ${JSON.stringify(database.path)} };
      runner.run({ ...job, sql: "SELECT count(*) FROM sales a, sales b, sales c" }, { timeoutMs: 60000, content: () => ({}) });`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", source]);
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    await expect.poll(() => cpuTicks(pid), { timeout: 45_000 }).toBeGreaterThan(100);
    parent.kill("SIGKILL");
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  });

  test("that is killed leaves the ones beside it alone", async () => {
    const slow = house.problem("SELECT count(*) FROM sales a, sales b, sales c", { timeout_seconds: 1 });
    const crash = house.problem("SELECT length(repeat('a', 4000000000))");
    expect(await house.rows("SELECT count(*) FROM sales")).toEqual([[10_000]]);
    expect(await crash).toMatchObject({ code: "query_crashed" });
    expect(await slow).toMatchObject({ code: "query_timeout" });
  });
});

describe("createQueryRunner()", () => {
  const database = withDatabase();
  const job = { limit: 10, offset: 0, format: "json", maxBytes: 1e6, threads: 2 } as const;
  const content = () => createGrowingContent({ format: "json", inlineBytes: 1e6 });

  test("kills the statement when nobody waits for it any more", async () => {
    const client = new AbortController();
    const answer = house.runner.run(
      { ...job, sql: "SELECT count(*) FROM sales a, sales b, sales c", databasePath: database.path },
      { timeoutMs: 20_000, signal: client.signal, content },
    );
    setTimeout(() => client.abort(new Error("gone")), 300);
    await expect(answer).rejects.toThrow("gone");
  });

  test("lets the others wait their turn, and no longer than their deadline", async () => {
    const runner = createQueryRunner({ childPath: childEntryPath(), maxRunning: 1 });
    const databasePath = database.path;
    const slow = runner.run({ ...job, sql: "SELECT pg_sleep(60)", databasePath }, { timeoutMs: 1_500, content });
    const impatient = runner.run({ ...job, sql: "SELECT 1", databasePath }, { timeoutMs: 200, content });
    const patient = runner.run({ ...job, sql: "SELECT 1", databasePath }, { timeoutMs: 20_000, content });
    await expect(impatient).rejects.toMatchObject({ code: "query_timeout" });
    await expect(slow).rejects.toMatchObject({ code: "query_timeout" });
    expect((await patient).content).toEqual({ kind: "rows", rows: [[1]] });
    runner.close();
  });

  test("says that it cannot start a child", async () => {
    const runner = createQueryRunner({ childPath: "/nowhere/child.mjs", maxRunning: 1 });
    const answer = runner.run({ ...job, sql: "SELECT 1", databasePath: database.path }, { timeoutMs: 5_000, content });
    await expect(answer).rejects.toMatchObject({ code: "unavailable" });
    runner.close();
  });

  test("says that the database cannot be opened, without its path", async () => {
    const answer = house.runner.run(
      { ...job, sql: "SELECT 1", databasePath: "/nowhere/x.db" },
      { timeoutMs: 5_000, content },
    );
    await expect(answer).rejects.toMatchObject({
      code: "unavailable",
      message: "Cannot open the database of this session: its file is not readable",
    });
  });
});
