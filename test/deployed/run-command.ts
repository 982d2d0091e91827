import { spawn } from "node:child_process";

export interface Command {
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a command that is quiet where it succeeds; throws with all that it printed where it does not. */
export async function runCommand({ words, env = process.env, cwd = "." }: Command): Promise<void> {
  const [command = "", ...args] = words;
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => printed.push(chunk));
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new Error(`"${words.join(" ")}" ended with ${code}:\n${Buffer.concat(printed)}`);
}
