import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Mounting takes root. */
export const canMount = process.getuid?.() === 0;

/** Puts a disk of so many bytes over a folder, of which so many are free; the folder is itself again afterwards. */
export async function mountSmallDisk(
  directory: string,
  { bytes, free = bytes }: { bytes: number; free?: number },
): Promise<AsyncDisposable> {
  await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", directory]);
  if (free < bytes) await writeFile(join(directory, "ballast"), Buffer.alloc(bytes - free)).catch(() => {});
  return { [Symbol.asyncDispose]: async () => void (await run("umount", ["-l", directory])) };
}
