/** The stage taken away again by the project's own command, and a look at what is left. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Emulator } from "./emulator.ts";
import { runCommand } from "./run-command.ts";
import { stageName } from "./settings.ts";
import { emulatedOptions } from "./stage.ts";

/** Of the run: where its files are, the assembly that was deployed, and whose tokens the stage takes. */
export interface Destroyed {
  readonly folder: string;
  readonly assembly: string;
  readonly issuer: string;
}

/** Throws when the command fails, or when anything of the stage is there afterwards. */
export async function destroy(emulator: Emulator, { folder, assembly, issuer }: Destroyed): Promise<void> {
  // The command reads the stage from the cdk.json of where it is run, and the CDK its app.
  const context = { stage: stageName, [stageName]: emulatedOptions(issuer) };
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app: assembly, context }));
  const env = { ...process.env, ...emulator.env };
  await runCommand({ words: ["node", resolve("cdk/destroy/main.ts"), "--force"], env, cwd: folder });
  await runCommand({ words: ["node", resolve("test/deployed/what-is-left.ts"), `cubby-${stageName}`], env });
}
