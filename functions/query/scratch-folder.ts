import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "cubby-query-";

/**
 * A folder name of this process alone under the system's temporary folder. Removes what earlier processes left that
 * did not end by themselves: databases of sessions must not outlive them there.
 */
export function claimScratchFolder(root: string = tmpdir()): string {
  for (const name of readdirSync(root)) {
    const owner = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || !Number.isSafeInteger(owner) || isRunning(owner)) continue;
    rmSync(join(root, name), { recursive: true, force: true });
  }
  const folder = join(root, `${prefix}${process.pid}`);
  // On Lambda a restarted process has the number of the one before.
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
