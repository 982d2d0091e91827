/** Deployment by the CDK's own command line, as an operator does it: bootstrap, assets, change sets, outputs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "./emulator.ts";
import { account, poolStage, region, stageName } from "./settings.ts";

/** What the stacks say of themselves, and how the address of the API is found behind the emulator's. */
export interface Outputs {
  apiUrl: string;
  bucket: string;
  table: string;
  queueUrl: string;
}

/** Deploys the assembly in `folder`; throws with what the emulator logged when a stack does not come about. */
export function deploy(folder: string, emulator: Emulator): Outputs {
  const env = { ...process.env, ...emulator.env };
  const outputs = join(folder, "outputs.json");
  const run = (...words: string[]) => cdk(["--app", folder, "--ci", ...words], env, emulator);
  run("bootstrap", `aws://${account}/${region}`);
  run("deploy", "--all", "--require-approval", "never", "--outputs-file", outputs);
  const stacks = JSON.parse(readFileSync(outputs, "utf8"));
  const data = stacks[`cubby-${stageName}-data`];
  const service = stacks[`cubby-${stageName}-service`];
  if (stacks[`cubby-${poolStage}-data`].UserPoolId === undefined) throw new Error("The user pool has no id");
  const { ApiUrl, ConversionQueueUrl } = service;
  return { apiUrl: ApiUrl, bucket: data.BucketName, table: data.TableName, queueUrl: ConversionQueueUrl };
}

/** Quiet where it succeeds: a deployment tells of each resource, in three lines. */
function cdk(args: string[], env: NodeJS.ProcessEnv, emulator: Emulator): void {
  try {
    execFileSync("cdk", args, { env, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const output = [stdout, stderr, emulator.lastLines()].join("\n");
    throw new Error(`cdk ${args.join(" ")} failed:\n${output}`);
  }
}
