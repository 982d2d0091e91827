import { describe, expect, test } from "vitest";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import { assertRemovable, assertWritable } from "../../../shared/files/write-rules.ts";

const rules = [
  { path: "uploads/a.csv", write: true, remove: true },
  { path: "workspace/a.py", write: true, remove: true },
  { path: "workspace/project_data.db", write: false, remove: false },
  { path: "workspace/DATABASE_SUMMARY.md", write: false, remove: true },
  { path: "workspace/database_summary.md", write: true, remove: true },
  { path: "uploads/project_data.db", write: true, remove: true },
  { path: "research_data/a.json", write: true, remove: true },
  { path: "intermediate_results/a.json", write: true, remove: true },
  { path: "outputs/single/a.png", write: true, remove: true },
  { path: "outputs/bulk/a.zip", write: true, remove: true },
  { path: "cache/a", write: false, remove: false },
  { path: "logs/bot.000001", write: false, remove: true },
];

describe("assertWritable() and assertRemovable()", () => {
  test.each(rules)("$path: write $write, remove $remove", ({ path, write, remove }) => {
    const refusal = expect.objectContaining({ code: "path_not_allowed", message: expect.stringContaining(path) });
    const asks = [
      [assertWritable, write],
      [assertRemovable, remove],
    ] as const;
    for (const [ask, allowed] of asks) {
      if (allowed) expect(() => ask(parseFilePath(path))).not.toThrow();
      else expect(() => ask(parseFilePath(path))).toThrow(refusal);
    }
  });
});
