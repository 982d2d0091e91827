/**
 * The emulator: MiniStack, from PyPI, in a virtual environment under node_modules/.cache unless `MINISTACK` names its
 * command. It has CloudFormation with change sets, and IAM that is enforced: what a role's policy does not name is
 * denied, and so is what the bucket's policy denies, which is why it is spoken to over TLS.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Certificate } from "./certificate.ts";
import { region } from "./settings.ts";

/** The emulator and all that it needs, each with its version. */
const requirements = resolve("test/fixtures/deployed/requirements.txt");

const cache = resolve("node_modules/.cache/emulator");

/** A running emulator: one address for every service. */
export interface Emulator {
  url: string;
  /** What SDK, CLI and tests read to reach it as the account's root. */
  env: Record<string, string>;
  /** The last lines of its log, for the person who looks why something failed. */
  lastLines(): string;
  process: ChildProcess;
}

/** Name and version, as the requirements have them. */
export function emulatorName(): string {
  return /^ministack==\S+/m.exec(readFileSync(requirements, "utf8"))?.[0] ?? "ministack";
}

/** The emulator's command. Makes the virtual environment on first use; a later run finds it. */
export function installEmulator(): string {
  if (process.env.MINISTACK !== undefined) return process.env.MINISTACK;
  const home = join(cache, createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16));
  const binary = join(home, "bin", "ministack");
  if (existsSync(binary)) return binary;
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  execFileSync("python3", ["-m", "venv", home], { stdio: "inherit" });
  execFileSync(join(home, "bin", "pip"), ["install", "--quiet", "--requirement", requirements], { stdio: "inherit" });
  return binary;
}

/** Starts it with empty stores in `folder`, and resolves when it answers. It ends with this process, and all it started. */
export async function startEmulator(
  binary: string,
  { folder, port, certificate }: { folder: string; port: number; certificate: Certificate },
): Promise<Emulator> {
  const url = `https://127.0.0.1:${port}`;
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const trust = { NODE_EXTRA_CA_CERTS: certificate.certFile, AWS_CA_BUNDLE: certificate.certFile };
  const settings = {
    ...{ AUTH: "true", USE_SSL: "1" },
    MINISTACK_SSL_CERT: certificate.certFile,
    MINISTACK_SSL_KEY: certificate.keyFile,
    ...{ GATEWAY_PORT: String(port), BIND_HOST: "127.0.0.1", MINISTACK_REGION: region },
    ...{ S3_DATA_DIR: join(folder, "s3"), STATE_DIR: join(folder, "state"), TMPDIR: folder },
  };
  const logFile = join(folder, "emulator.log");
  const output = openSync(logFile, "w");
  const env = { ...process.env, ...credentials, ...trust, ...settings };
  // A group of its own: its functions' processes go with it.
  const child = spawn(binary, [], { stdio: ["ignore", output, output], env, detached: true });
  process.prependOnceListener("exit", () => stop(child)); // before the folder goes in which it writes
  const lastLines = () => readFileSync(logFile, "utf8").split("\n").slice(-40).join("\n");
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`The emulator ended with ${child.exitCode}:\n${lastLines()}`);
    if (await answers(port)) {
      const address = { AWS_ENDPOINT_URL: url, AWS_REGION: region, AWS_DEFAULT_REGION: region };
      return { url, env: { ...credentials, ...trust, ...address }, lastLines, process: child };
    }
    await delay(100);
  }
  throw new Error(`The emulator does not answer at ${url}:\n${lastLines()}`);
}

/** This process does not know the certificate, so it asks for a connection and no more. */
async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => done(socket.destroy() !== undefined));
    socket.once("error", () => done(false));
  });
}

function stop(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
}
