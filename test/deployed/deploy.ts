/** Deployment by the project's own command, as an operator does it: bootstrap, assets, change sets, outputs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "./emulator.ts";
import { runCommand } from "./run-command.ts";
import { account, poolStage, region, stageName } from "./settings.ts";

/** What the stacks say of themselves, and how the address of the API is found behind the emulator's. */
export interface Outputs {
  apiUrl: string;
  bucket: string;
  table: string;
  queueUrl: string;
}

/** Prepares the account, as is done once before the first deployment to it. */
export async function bootstrap(emulator: Emulator, folder: string): Promise<void> {
  // From another folder than the project's, as the app there has nothing to do with it.
  await run(emulator, ["cdk", "bootstrap", "--ci", `aws://${account}/${region}`], folder);
}

/** Deploys the assembly; throws with what the emulator logged when a stack does not come about. */
export async function deploy(emulator: Emulator, assembly: string): Promise<Outputs> {
  const file = join(assembly, "outputs.json");
  const words = ["--app", assembly, "--ci", "--require-approval", "never", "--outputs-file", file];
  await run(emulator, ["npm", "run", "--silent", "deploy", "--", ...words]);
  const stacks = JSON.parse(readFileSync(file, "utf8"));
  const data = stacks[`cubby-${stageName}-data`];
  const service = stacks[`cubby-${stageName}-service`];
  if (stacks[`cubby-${poolStage}-data`].UserPoolId === undefined) throw new Error("The user pool has no id");
  const { ApiUrl, ConversionQueueUrl } = service;
  return { apiUrl: ApiUrl, bucket: data.BucketName, table: data.TableName, queueUrl: ConversionQueueUrl };
}

async function run(emulator: Emulator, words: string[], cwd = "."): Promise<void> {
  try {
    await runCommand({ words, cwd, env: { ...process.env, ...emulator.env } });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${emulator.lastLines()}`);
  }
}
