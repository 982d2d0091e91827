/**
 * `npm run test:deployed`: the templates as they are synthesized for AWS, deployed onto an AWS emulator through its
 * CloudFormation, the acceptance suite against the address of the API that came about, and the stage taken away again.
 * Needs Python 3 and openssl.
 *
 * `-- --core` runs a few walks through everything and leaves it at that, `-- test/acceptance/files.test.ts` some files, `-- --keep` leaves
 * all standing until Ctrl-C, for looking around.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../support/deployed-host.ts";
import { freePort } from "../support/free-port.ts";
import { synthesize } from "./assembly.ts";
import { makeCertificate } from "./certificate.ts";
import { bootstrap, deploy } from "./deploy.ts";
import { destroy } from "./destroy.ts";
import { emulatorName, installEmulator, startEmulator } from "./emulator.ts";
import { addressOf, openFrontDoor } from "./front-door.ts";
import { core } from "./gaps.ts";
import { startIdentityProvider } from "./identity-provider.ts";
import { runSuite } from "./run-suite.ts";
import { region, stageName } from "./settings.ts";

async function main(args: string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "cubby-deployed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const certificate = makeCertificate(folder);
  const provider = await startIdentityProvider(certificate);
  const emulator = await startEmulator(installEmulator(), { folder, port: await freePort(), certificate });
  const assembly = join(folder, "assembly");
  await Promise.all([
    timed("synthesized", synthesize(assembly, provider.issuer)),
    timed("bootstrapped", bootstrap(emulator, folder)),
  ]);
  const outputs = await timed("deployed", deploy(emulator, assembly));
  const host = `${new URL(outputs.apiUrl).hostname.split(".")[0]}.execute-api.localhost:${new URL(emulator.url).port}`;
  const url = addressOf(await openFrontDoor({ url: emulator.url, host, certFile: certificate.certFile }));
  console.log(`${emulatorName()} has the stacks of stage "${stageName}": ${outputs.apiUrl}, here ${url}`);

  const { issuer, signingKey } = provider;
  const deployment: Deployment = {
    ...{ url, endpoint: emulator.url, region, stage: stageName, issuer, signingKey },
    ...{ bucket: outputs.bucket, table: outputs.table, queueUrl: outputs.queueUrl },
  };
  const file = join(folder, "deployment.json");
  writeFileSync(file, JSON.stringify(deployment));
  const env = { ...process.env, ...emulator.env, CUBBY_DEPLOYMENT: file };
  const isGood = (await passesSmoke(url, env)) && (await runSuite(choose(args), env, join(folder, "results.json")));
  if (args.includes("--keep")) await interrupted(env);
  if (!args.includes("--core"))
    await timed("destroyed, with nothing left,", destroy(emulator, { folder, assembly, issuer }));
  return isGood;
}

async function timed<Value>(what: string, work: Promise<Value>): Promise<Value> {
  const started = performance.now();
  const value = await work;
  console.log(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return value;
}

/** The operator's own look at a new deployment, as a guest. */
async function passesSmoke(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const words = ["run", "--silent", "smoke", "--", url];
  const child = spawn("npm", words, { stdio: "inherit", env });
  return new Promise((done) => child.once("exit", (code) => done(code === 0)));
}

/** Files named in the call, a few walks, or the whole suite. */
function choose(args: string[]): readonly string[] {
  const files = args.filter((word) => !word.startsWith("--"));
  if (files.length > 0) return files;
  return args.includes("--core") ? core : ["test/acceptance"];
}

async function interrupted(env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`Everything stands until Ctrl-C; CUBBY_DEPLOYMENT=${env.CUBBY_DEPLOYMENT}`);
  await new Promise(() => {});
}

// What was started and written goes away at "exit", however that comes.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
let isGood = false;
try {
  isGood = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
process.exit(isGood ? 0 : 1);
