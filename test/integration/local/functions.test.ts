import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvokeCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../cdk/local/host.ts";
import { eventually, fixtureTopology, isRunning, readLines, startTestHost } from "../../support/local-host.ts";

let host: Host;
let lambda: LambdaClient;

beforeAll(async () => {
  host = await startTestHost({ topology: fixtureTopology(), env: { MAX_SESSIONS: "3", UNRELATED: "secret" } });
  lambda = createClient(host.env.AWS_ACCESS_KEY_ID);
});

afterAll(() => host.close());

function createClient(accessKeyId = ""): LambdaClient {
  return new LambdaClient({
    region: "us-east-1",
    endpoint: host.env.AWS_ENDPOINT_URL_LAMBDA ?? "",
    credentials: { accessKeyId, secretAccessKey: "any" },
    maxAttempts: 1,
  });
}

async function invoke(name: string, event: unknown, type: "RequestResponse" | "Event" = "RequestResponse") {
  const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), InvocationType: type });
  const { StatusCode, FunctionError, Payload } = await lambda.send(command);
  const text = Payload?.transformToString() ?? "";
  return { StatusCode, FunctionError, answer: text === "" ? undefined : JSON.parse(text) };
}

async function environmentOf(name: string): Promise<Record<string, string>> {
  return (await invoke(name, { do: "environment" })).answer;
}

describe("Invoke, called by the real SDK", () => {
  test("answers the handler's value", async () => {
    expect(await invoke("query", { a: ["ü", null] })).toMatchObject({ StatusCode: 200, answer: { a: ["ü", null] } });
  });

  test("takes an ARN for a name", async () => {
    expect((await invoke("arn:aws:lambda:us-east-1:000000000000:function:query", { a: 1 })).answer).toEqual({ a: 1 });
  });

  test("reports a thrown error with type, message and trace", async () => {
    const { FunctionError, answer } = await invoke("query", { do: "throw" });
    expect(FunctionError).toBe("Unhandled");
    expect(answer).toMatchObject({ errorType: "RangeError", errorMessage: "as you wish" });
    expect(answer.trace.length).toBeGreaterThan(1);
  });

  test("answers 202 to an Event and runs it all the same", async () => {
    const file = `${host.dataDirectory}/appended.jsonl`;
    expect(await invoke("query", { do: "append", file }, "Event")).toMatchObject({
      StatusCode: 202,
      answer: undefined,
    });
    await eventually(async () => ((await readLines(file)).length === 1 ? true : undefined));
  });

  test("runs an Event three times when it fails, with the same event, and then gives it up", async () => {
    const file = `${host.dataDirectory}/failed.jsonl`;
    const event = { do: "append-and-throw", file };
    expect(await invoke("query", event, "Event")).toMatchObject({ StatusCode: 202 });
    const lines = await eventually(async () => {
      const read = await readLines(file);
      return read.length >= 3 ? read : undefined;
    });
    expect(lines).toEqual([event, event, event]);
    const log = await eventually(async () => {
      const text = await readFile(join(host.dataDirectory, "logs", "host.log"), "utf8");
      return text.includes("its event is given up") ? text : undefined;
    });
    expect(log).toContain("query failed 3 times");
    expect(await readLines(file)).toHaveLength(3);
  });

  test("does not know other functions", async () => {
    await expect(invoke("nobody", {})).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test("refuses an event over 6 MiB, and words an answer over 6 MiB as a failure", async () => {
    await expect(invoke("query", "x".repeat(6_291_556))).rejects.toThrow(/smaller than 6291556 bytes/);
    expect(await invoke("query", { do: "large", bytes: 6_291_556 })).toMatchObject({
      FunctionError: "Unhandled",
      answer: { errorType: "Function.ResponseSizeTooLarge" },
    });
    const { answer } = await invoke("query", { do: "large", bytes: 6_291_500 });
    expect(answer.length).toBe(6_291_500);
  });

  test("refuses a caller without the host's credentials", async () => {
    const stranger = createClient("STRANGER");
    await expect(stranger.send(new InvokeCommand({ FunctionName: "query" }))).rejects.toThrow(/security token/);
  });

  test("is what host.invoke() does, which throws where the function fails", async () => {
    expect(await host.invoke("query", { a: 1 })).toEqual({ a: 1 });
    await expect(host.invoke("query", { do: "throw" })).rejects.toThrow(/query failed: RangeError: as you wish/);
  });
});

describe("a worker ends", () => {
  test.each(["hang", "spin"])(
    "at its timeout (%s), with all that it started, and a fresh one follows",
    async (wish) => {
      const before = (await invoke("query", { do: "pid" })).answer;
      const grandchild = (await invoke("query", { do: "grandchild" })).answer;
      const { FunctionError, answer } = await invoke("query", { do: wish });
      expect(FunctionError).toBe("Unhandled");
      expect(answer.errorType).toBe("Sandbox.Timedout");
      expect(answer.errorMessage).toMatch(/^[0-9a-f-]{36} Task timed out after 2\.00 seconds$/);
      await eventually(() => (isRunning(before) || isRunning(grandchild) ? undefined : true));
      expect((await invoke("query", { do: "pid" })).answer).not.toBe(before);
    },
  );

  test("by its own exit: Runtime.ExitError, and a fresh one follows", async () => {
    const { FunctionError, answer } = await invoke("query", { do: "exit" });
    expect([FunctionError, answer.errorType]).toEqual(["Unhandled", "Runtime.ExitError"]);
    expect(answer.errorMessage).toMatch(/exit status 7/);
    expect((await invoke("query", { a: 1 })).answer).toEqual({ a: 1 });
  });

  test("by a kill from outside, while it works", async () => {
    const pid: number = (await invoke("query", { do: "pid" })).answer;
    const hanging = invoke("query", { do: "hang" });
    process.kill(pid, "SIGKILL");
    expect((await hanging).answer).toMatchObject({ errorType: "Runtime.ExitError" });
  });

  test("without harm to its neighbours where it is shared", async () => {
    const topology = fixtureTopology();
    const sweep = { ...topology.functions.sweep, timeoutSeconds: 1 };
    const other = await startTestHost({ topology: { ...topology, functions: { ...topology.functions, sweep } } });
    try {
      const pid = await other.invoke("sweep", { do: "pid" });
      const hanging = other.invoke("sweep", { do: "hang" });
      expect(await other.invoke("sweep", { do: "pid" })).toBe(pid); // at the same time, in the same worker
      await expect(hanging).rejects.toThrow(/timed out after 1\.00 seconds/);
      expect(await other.invoke("sweep", { do: "pid" })).not.toBe(pid);
    } finally {
      await other.close();
    }
  });
});

test("isolated functions have a worker to themselves, four at most, and the rest wait", async () => {
  const hanging = Array.from({ length: 4 }, () => invoke("query", { do: "hang" }));
  await eventually(() => (host.pids.workers("query").length === 4 ? true : undefined));
  const waiting = invoke("query", { a: 1 });
  expect(host.pids.workers("query").length).toBe(4);
  expect((await Promise.all(hanging)).map(({ answer }) => answer.errorType)).toEqual(Array(4).fill("Sandbox.Timedout"));
  expect((await waiting).answer).toEqual({ a: 1 });
});

describe("a function's environment", () => {
  test("holds nothing of AWS for query, which has no permission", async () => {
    const environment = await environmentOf("query");
    expect(
      Object.keys(environment)
        .filter((name) => name.startsWith("AWS_"))
        .sort(),
    ).toEqual(["AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME"]);
    expect(JSON.stringify(environment)).not.toContain(host.env.AWS_ACCESS_KEY_ID);
    expect(environment).not.toHaveProperty("SESSION_BUCKET");
    expect(environment).not.toHaveProperty("MAX_SESSIONS");
  });

  test("holds what the permissions grant, and settings", async () => {
    const api = JSON.parse((await (await fetch(`${host.url}/echo?do=environment`)).text()) as string);
    const { OIDC_ISSUER, OIDC_AUDIENCE, GUESTS_ALLOWED, SERVICE_NAMESPACES } = api;
    expect(api).toMatchObject({ ...host.env, MAX_SESSIONS: "3", AWS_LAMBDA_FUNCTION_NAME: "cubby-local-api" });
    expect(OIDC_ISSUER).toBe(host.url);
    expect(api).not.toHaveProperty("OIDC_JWKS_URI"); // found by the issuer's discovery document, as on AWS
    expect(JSON.parse(SERVICE_NAMESPACES)).toEqual({ "telegram-bot": "telegram_", "discord-bot": "discord_" });
    expect([OIDC_AUDIENCE, GUESTS_ALLOWED]).toEqual(["cubby", "true"]);
    const sweep = await environmentOf("sweep");
    expect(sweep).toMatchObject({ MAX_SESSIONS: "3", CONVERSION_QUEUE_URL: host.env.CONVERSION_QUEUE_URL });
    expect(sweep).not.toHaveProperty("AWS_ENDPOINT_URL_LAMBDA");
    expect(sweep).not.toHaveProperty("OIDC_ISSUER");
  });

  test("is not the host's own: each worker has a TMPDIR, and nothing else leaks in", async () => {
    const environment = await environmentOf("query");
    expect(environment).not.toHaveProperty("UNRELATED");
    expect(environment.TMPDIR?.startsWith(host.dataDirectory)).toBe(true);
    expect(process.env.AWS_LAMBDA_FUNCTION_NAME).toBeUndefined();
  });
});
