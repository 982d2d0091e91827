/** Bundles every function for real, as `npm run synth` does, and looks at what would go to AWS. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../cdk/constructs/function-bundling.ts";
import { functions } from "../../cdk/topology.ts";
import { makeStacks } from "./support.ts";

const MEGABYTE = 1024 * 1024;
/** Lambda's own limit is 250 MB; what comes near it deserves a thought. */
const MAX_ASSET_BYTES = 150 * MEGABYTE;
const AARCH64 = 183;

const names = Object.keys(functions) as (keyof typeof functions)[];
const usingDuckDb = names.filter((name) => functions[name].usesDuckDb);
const temporary = mkdtempSync(join(tmpdir(), "cubby-bundles-"));
/** By function: the folder that would be zipped, and the environment that the stack gives it. */
const assets = new Map<string, string>();
const environments = new Map<string, Record<string, string>>();

beforeAll(() => {
  const { app, service } = makeStacks("dev", undefined, { bundling: true });
  const { directory } = app.synth();
  for (const { Properties } of Object.values(Template.fromStack(service).findResources("AWS::Lambda::Function"))) {
    const name = Properties.FunctionName.replace("cubby-dev-", "");
    const hash = Properties.Code.S3Key.replace(/\.zip$/, "");
    assets.set(name, join(directory, `asset.${hash}`));
    environments.set(name, madeUp(Properties.Environment.Variables));
  }
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("bundles", () => {
  test.each(names)("%s is far below Lambda's 250 MB", (name) => {
    const sizes = filesIn(assetOf(name)).map((path) => statSync(path).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_ASSET_BYTES);
  });

  test.each(usingDuckDb)("%s carries DuckDB's binding for Lambda's processor, and no other", (name) => {
    const bindings = filesIn(assetOf(name)).filter((path) => path.endsWith(".node"));
    expect(bindings.map((path) => path.slice(assetOf(name).length + 1))).toEqual([
      join("node_modules", "@duckdb", "node-bindings-linux-arm64", "duckdb.node"),
    ]);
    expect(elfMachine(bindings[0] ?? "")).toBe(AARCH64);
  });

  test.each(names.filter((name) => !functions[name].usesDuckDb))(
    "%s is one module and its source map, and the page",
    (name) => {
      const page = name === "explorer" ? ["page"] : [];
      expect(readdirSync(assetOf(name)).sort()).toEqual(["index.mjs", "index.mjs.map", ...page]);
    },
  );

  test.each(names)("%s exports a handler when Node 24 imports it", async (name) => {
    const script = `const { handler } = await import("./index.mjs"); console.log(typeof handler); process.exit();`;
    expect(await runBundle(name, script)).toBe("function\n");
  });

  test("convert carries the parsers of Python and the module that scripts import, beside its bundle", () => {
    expect(readdirSync(join(assetOf("convert"), "python")).sort()).toEqual([
      "ruff_wasm.cjs",
      "ruff_wasm_bg.wasm",
      "session_data.py",
      "tree-sitter-python.wasm",
      "web-tree-sitter.cjs",
      "web-tree-sitter.wasm",
    ]);
  });

  test("query answers from its bundle, with the child process beside it", async () => {
    const database = await makeDatabase();
    const server = createServer((_request, response) => response.end(database)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const request = {
      sql: "SELECT answer FROM answers",
      limit: 10,
      offset: 0,
      format: "json",
      output: "inline",
      database_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      database_key: "sessions/s1/database/000001/project_data.db",
      timeout_seconds: 20,
    };
    const script =
      `const { handler } = await import("./index.mjs");` +
      `console.log(JSON.stringify(await handler(${JSON.stringify(request)}))); process.exit();`;
    try {
      // Before the answer stands the line for the log.
      const [answered = ""] = (await runBundle("query", script)).trim().split("\n").slice(-1);
      expect(JSON.parse(answered)).toMatchObject({ ok: true, rows: [[42]] });
    } finally {
      server.close();
    }
  });
});

function assetOf(name: string): string {
  const asset = assets.get(name);
  if (asset === undefined) throw new Error(`Cannot find the asset of "${name}"`);
  return asset;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Which processor an ELF file is for: two bytes at offset 18. */
function elfMachine(path: string): number {
  const header = Buffer.alloc(20);
  readSync(openSync(path, "r"), header);
  expect(header.subarray(1, 4).toString()).toBe("ELF");
  return header.readUInt16LE(18);
}

/** The asset's code beside this machine's DuckDB, for the one inside is for Lambda's processor. */
function runnableCopy(name: string): string {
  const folder = mkdtempSync(join(temporary, `${name}-`));
  for (const file of readdirSync(assetOf(name)).filter((file) => file.endsWith(".mjs"))) {
    cpSync(join(assetOf(name), file), join(folder, file));
  }
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(projectRoot, "node_modules", "@duckdb"), join(folder, "node_modules", "@duckdb"));
  return folder;
}

/** The names that the stack sets; what only a deployment knows gets a value that looks like it. */
function madeUp(variables: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(variables);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? value : "https://made-up.example.com"]),
  );
}

/** Runs `script` beside the bundle as Lambda would: with what the stack and Lambda set, and nothing of ours. */
async function runBundle(name: string, script: string): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: name,
    ...environments.get(name),
  };
  const options = { cwd: runnableCopy(name), env };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], options);
  return stdout;
}

async function makeDatabase(): Promise<Buffer> {
  const path = join(temporary, "answers.db");
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run("CREATE TABLE answers AS SELECT 42 AS answer; CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
  return readFileSync(path);
}
