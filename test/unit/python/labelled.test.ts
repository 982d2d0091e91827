/**
 * The labelled set: scripts whose every read says in a comment on its last line what is to become of it, as
 * `#: <class or code> <tables>`, and the result beside them. `UPDATE_LABELLED=1` writes the results anew.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ScriptSite } from "../../../shared/contract/script.ts";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { sessionFiles } from "./session-files.ts";

const folder = fileURLToPath(new URL("../../fixtures/python/labelled/", import.meta.url));
const names = globSync("*.py", { cwd: folder }).filter((name) => !name.endsWith(".result.py"));

function labelsOf(script: Buffer): string[] {
  const lines = script.toString("latin1").split(/\r\n|\r|\n/);
  return lines.flatMap((line, index) => {
    const label = /#: (.*)$/.exec(line)?.[1];
    return label === undefined ? [] : label.split(" | ").map((each) => `${index + 1}: ${each.trim()}`);
  });
}

function toLabel({ class: kind, code, end_line, tables }: ScriptSite): string {
  const word = code ?? kind.replace("rewritten_", "");
  return `${end_line}: ${[word, ...(tables.length === 0 ? [] : [tables.join()])].join(" ")}`;
}

describe("the labelled set", () => {
  test("has many sites", () => {
    const count = names.flatMap((name) => labelsOf(readFileSync(`${folder}${name}`))).length;
    expect(count).toBeGreaterThanOrEqual(120);
  });

  test.each(names)("%s", async (name) => {
    const script = readFileSync(`${folder}${name}`);
    const { output, report } = await rewriteScript(`uploads/${name}`, script, sessionFiles);
    expect(report.sites.map(toLabel)).toEqual(labelsOf(script));
    const result = `${folder}${basename(name, ".py")}.result.py`;
    if (process.env.UPDATE_LABELLED === "1") writeFileSync(result, output ?? "");
    expect(output).toEqual(readFileSync(result));
  });
});
