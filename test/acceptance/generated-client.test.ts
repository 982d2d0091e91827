/** A client that was generated from the contract, and knows nothing else of us, compiles and does a day's work. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

let host: Host;
let folder: string;

beforeAll(async () => {
  // Inside node_modules, so that packages are found; the types are made anew each time and can never be old.
  const cache = join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "cubby-generated-"));
  const { stdout } = await run(process.execPath, ["test/support/generate-types.ts"], { cwd: root, maxBuffer: 2 ** 25 });
  await writeFile(join(folder, "contract.ts"), stdout);
  await copyFile(join(root, "test/acceptance/generated/walk.ts"), join(folder, "walk.ts"));
  host = await startAcceptanceHost();
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

test("a client generated from the contract compiles as strictly as we do", async () => {
  const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--skipLibCheck"];
  const modern = [
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--allowImportingTsExtensions",
    "--noEmit",
    "--ignoreConfig",
  ];
  const compiled = run(join(root, "node_modules/.bin/tsc"), [...strict, ...modern, join(folder, "walk.ts")], {
    cwd: folder,
  });
  expect(await compiled.catch(({ stdout }: { stdout: string }) => ({ stdout, stderr: "" }))).toEqual({
    stdout: "",
    stderr: "",
  });
});

test("and does a day's work", async () => {
  const token = await host.issueToken({ sub: "walker", scope: "cubby/sessions" });
  const { walk } = (await import(join(folder, "walk.ts"))) as {
    walk(baseUrl: string, token: string): Promise<unknown>;
  };
  expect(await walk(host.url, token)).toEqual({
    tables: ["sales"],
    rows: [["South"]],
    said: ["Which regions sold more than 20?"],
    decision: "approved",
    hit: true,
    documents: ["quick"],
    refusal: "table_not_found",
    removed: 1,
  });
});
