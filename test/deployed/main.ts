/**
 * `npm run test:deployed`: the templates as they are synthesized for AWS, deployed onto an AWS emulator through its
 * CloudFormation, and the acceptance suite against the address of the API that came about. Needs Python 3 and openssl.
 *
 * `-- --core` runs a few walks through everything, `-- test/acceptance/files.test.ts` some files, `-- --keep` leaves
 * all standing until Ctrl-C, for looking around.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../support/deployed-host.ts";
import { freePort } from "../support/free-port.ts";
import { synthesize } from "./assembly.ts";
import { makeCertificate } from "./certificate.ts";
import { deploy } from "./deploy.ts";
import { EMULATOR, installEmulator, startEmulator, stopEmulator } from "./emulator.ts";
import { addressOf, openFrontDoor } from "./front-door.ts";
import { core } from "./gaps.ts";
import { startIdentityProvider } from "./identity-provider.ts";
import { runSuite } from "./run-suite.ts";
import { region, stageName } from "./settings.ts";

async function main(args: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "cubby-deployed-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const binary = installEmulator();
  const certificate = makeCertificate(folder);
  const provider = await startIdentityProvider(certificate);
  stack.defer(() => void provider.server.close().closeAllConnections());

  const assembly = join(folder, "assembly");
  timed("synthesized", () => synthesize(assembly, provider.issuer));
  const emulator = await startEmulator(binary, { folder, port: await freePort(), certificate });
  stack.defer(() => stopEmulator(emulator));
  const outputs = timed("deployed", () => deploy(assembly, emulator));
  const host = `${new URL(outputs.apiUrl).hostname.split(".")[0]}.execute-api.localhost:${new URL(emulator.url).port}`;
  const door = await openFrontDoor({ url: emulator.url, host, certFile: certificate.certFile });
  stack.defer(() => void door.close().closeAllConnections());
  console.log(`${EMULATOR} has the stacks of stage "${stageName}": ${outputs.apiUrl}, here ${addressOf(door)}`);

  const { issuer, signingKey } = provider;
  const deployment: Deployment = {
    ...{ url: addressOf(door), endpoint: emulator.url, region, stage: stageName, issuer, signingKey },
    ...{ bucket: outputs.bucket, table: outputs.table, queueUrl: outputs.queueUrl },
  };
  const file = join(folder, "deployment.json");
  writeFileSync(file, JSON.stringify(deployment));
  const env = { ...process.env, ...emulator.env, CUBBY_DEPLOYMENT: file };
  const isGood = await runSuite(chosenFiles(args), env, join(folder, "results.json"));
  if (args.includes("--keep")) await interrupted(env);
  return isGood ? 0 : 1;
}

function timed<Value>(what: string, work: () => Value): Value {
  const started = performance.now();
  const value = work();
  console.log(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return value;
}

/** Files named in the call, a few walks, or the whole suite. */
function chosenFiles(args: string[]): string[] {
  const files = args.filter((word) => !word.startsWith("--"));
  if (files.length > 0) return files;
  return args.includes("--core") ? core : ["test/acceptance"];
}

async function interrupted(env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`Everything stands until Ctrl-C; CUBBY_DEPLOYMENT=${env.CUBBY_DEPLOYMENT}`);
  await new Promise((done) => process.once("SIGINT", done).once("SIGTERM", done));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
