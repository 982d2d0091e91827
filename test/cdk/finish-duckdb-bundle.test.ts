import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { finishDuckDbBundle } from "../../cdk/constructs/finish-duckdb-bundle.ts";

const temporary = mkdtempSync(join(tmpdir(), "cubby-bundle-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("finishDuckDbBundle()", () => {
  const WANTED = "node-bindings-linux-arm64";

  test.each([
    { bindings: [], complaint: "node-bindings-linux-arm64/duckdb.node is missing (found none)" },
    { bindings: ["node-bindings-linux-x64"], complaint: "is missing (found node-bindings-linux-x64)" },
    { bindings: [WANTED, "node-bindings-linux-x64"], complaint: "node-bindings-linux-x64 would go along" },
  ])("refuses a bundle with $bindings", ({ bindings, complaint }) => {
    expect(() => finishDuckDbBundle(makeBundle(bindings, "1.0.0"), "1.0.0")).toThrow(complaint);
  });

  test("refuses another version than the pinned one", () => {
    expect(() => finishDuckDbBundle(makeBundle([WANTED], "1.0.1"), "1.0.0")).toThrow("version 1.0.1 was installed");
  });

  test("drops the lock files, which would change the asset with every unrelated dependency", () => {
    const folder = makeBundle([WANTED], "1.0.0");
    writeFileSync(join(folder, "package-lock.json"), "{}");
    finishDuckDbBundle(folder, "1.0.0");
    expect(readdirSync(folder)).toEqual(["node_modules"]);
  });
});

function makeBundle(bindings: string[], version: string): string {
  const folder = mkdtempSync(join(temporary, "bundle-"));
  const packages = join(folder, "node_modules", "@duckdb");
  mkdirSync(join(packages, "node-api"), { recursive: true });
  writeFileSync(join(packages, "node-api", "package.json"), JSON.stringify({ version }));
  for (const name of bindings) {
    mkdirSync(join(packages, name));
    writeFileSync(join(packages, name, "duckdb.node"), "");
  }
  return folder;
}
