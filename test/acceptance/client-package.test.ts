import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { installPackedClient, type OutsideProject } from "../support/packed-client.ts";
import { runInReactNative } from "../support/react-native.ts";

type Walk = (given: { baseUrl: string; token: string }) => Promise<object>;

let host: Host;
let token = "";
let project: OutsideProject;

beforeAll(async () => {
  [host, project] = await Promise.all([startAcceptanceHost(), installPackedClient()]);
  token = await host.issueToken({ sub: "ana" });
});
afterAll(async () => {
  await host.close();
  await project.remove();
});

const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"];

/** What the walk answers wherever it goes. */
const wholeWalk = {
  rows: [
    ["Porto", 7],
    ["Zürich", 15],
  ],
  csv: "city,amount\r\nPorto,7\r\nZürich,15\r\n",
  text: "city,amount\nZürich,12\nPorto,7\nZürich,3\n",
  names: expect.arrayContaining(["uploads/sales.csv", "workspace/large.bin"]),
  large: 5 * 1024 * 1024,
  sent: [0, 5 * 1024 * 1024],
  ...{ result: [1, 2], hit: false, again: true, stopped: "AbortError", removed: true },
  failures: [
    [true, "table_not_found", 404],
    [true, "path_not_allowed", 0],
  ],
};

/** Kilobytes over the wire that a page pays for the whole client. */
const BUDGET_KB = 10;

describe("the packed client, installed elsewhere", () => {
  test.each([
    ["with Node's types", ["--types", "node", "--module", "nodenext"]],
    ["with a page's types alone", ["--module", "esnext", "--moduleResolution", "bundler"]],
  ])("is typed, strictly, %s", async (_, how) => {
    const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
    expect(await project.run(process.execPath, [tsc, ...strict, ...how, "types.ts"])).toBe("");
  });

  test("walks in Node, with files on disk", async () => {
    const said = await project.run(process.execPath, ["main.js", host.url, token]);
    expect(JSON.parse(said)).toEqual({ ...wholeWalk, fromDisk: true });
  });

  test("walks as a bundle in what React Native has, without anything of Node", async () => {
    const walk = runInReactNative<{ walk: Walk }>(await bundle("iife", "walk.js"));
    const walked = await walk.walk({ baseUrl: host.url, token });
    expect(JSON.parse(JSON.stringify(walked))).toEqual(wholeWalk);
  });

  test(`costs a page less than ${BUDGET_KB} KB, compressed`, async () => {
    const code = await bundle("esm", "node_modules/cubby/client/index.js");
    expect(gzipSync(code, { level: 9 }).length / 1024).toBeLessThan(BUDGET_KB);
  });
});

async function bundle(format: "esm" | "iife", entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(project.folder, entry)],
    ...{ bundle: true, write: false, minify: true, platform: "browser", target: "es2022", logLevel: "silent" },
    ...(format === "iife"
      ? { format, globalName: "walked", footer: { js: "globalThis.walked = walked;" } }
      : { format }),
  });
  return outputFiles[0]?.text ?? "";
}
