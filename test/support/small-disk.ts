import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Mounting takes root, and a container's root may not either: it is tried. */
export const canMount = tryMount();

function tryMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), "cubby-mount-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", directory]).status === 0;
  if (isMounted) spawnSync("umount", [directory]);
  rmdirSync(directory);
  return isMounted;
}

/** Puts a disk of so many bytes over a folder, of which so many are free; the folder is itself again afterwards. */
export async function mountSmallDisk(
  directory: string,
  { bytes, free = bytes }: { bytes: number; free?: number },
): Promise<AsyncDisposable> {
  await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", directory]);
  if (free < bytes) await writeFile(join(directory, "ballast"), Buffer.alloc(bytes - free)).catch(() => {});
  return { [Symbol.asyncDispose]: async () => void (await run("umount", ["-l", directory])) };
}
