/**
 * Runs a command with Node 24 first on its PATH: `node .node24.mjs <command> [arguments]`.
 *
 * Lambda runs Node 24, so every npm script does too, even where the machine's own Node is 20. The binary comes
 * from an optional dependency that the lock file pins and that needs no install script. Plain JavaScript, because
 * an old Node has to be able to read it.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WANTED_MAJOR = 24;
const root = dirname(fileURLToPath(import.meta.url));

function findNodeDirectory() {
  if (Number(process.versions.node.split(".")[0]) >= WANTED_MAJOR) return dirname(process.execPath);
  const platform = process.platform === "win32" ? "win" : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`);
    return join(dirname(manifest), "bin");
  } catch {
    return undefined;
  }
}

const directory = findNodeDirectory();
if (directory === undefined) {
  console.error(
    `Cubby needs Node ${WANTED_MAJOR}: this is Node ${process.versions.node}, and no bundled Node ${WANTED_MAJOR} is installed for ` +
      `${process.platform}-${process.arch}. Run "npm ci" without --omit=optional, or install Node ${WANTED_MAJOR}.`,
  );
  process.exit(1);
}

const [command, ...rest] = process.argv.slice(2);
const path = [directory, join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
const child = spawn(command, rest, { stdio: "inherit", env: { ...process.env, PATH: path } });

// A Ctrl-C reaches the child through the terminal; a signal sent to us alone must be handed on.
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// The terminal's own Ctrl-C reaches both; one sent to us alone is handed on after a moment.
process.on("SIGINT", () => setTimeout(() => child.kill("SIGINT"), 500));
child.on("error", (error) => {
  console.error(`Cannot start "${command}": ${error.message}`);
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
