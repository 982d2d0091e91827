import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildClientPackage } from "../../shared/client/build/build-package.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** A project of somebody else's that has installed the client's tarball, and nothing of this repository. */
export interface OutsideProject {
  folder: string;
  /** Runs a program in it; answers what it printed, and throws what it printed when it fails. */
  run(file: string, args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Builds, packs and installs the client as anybody would, without the network. */
export async function installPackedClient(): Promise<OutsideProject> {
  const place = await mkdtemp(join(tmpdir(), "cubby-outside-"));
  await buildClientPackage(join(place, "built"));
  await run("npm", ["pack", "./built", "--silent"], { cwd: place });
  const tarball = (await readdir(place)).find((name) => name.endsWith(".tgz")) ?? "";
  const folder = join(place, "project");
  await cp(join(root, "test/fixtures/client-package"), folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "outside", private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(place, tarball)], { cwd: folder });
  await linkNodeTypes(folder);
  return {
    folder,
    async run(file, args) {
      const ran = await run(file, [...args], { cwd: folder }).catch((error: { stdout: string; message: string }) => {
        throw new Error(`${error.message}\n${error.stdout}`);
      });
      return ran.stdout;
    },
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

/** Node's types are the one thing that such a project has by itself, and that the network would bring. */
async function linkNodeTypes(folder: string): Promise<void> {
  await mkdir(join(folder, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"]) {
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
}
