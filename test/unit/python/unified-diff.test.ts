import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits, type Edit } from "../../../shared/python/rewriting/edit.ts";
import { unifiedDiff } from "../../../shared/python/rewriting/unified-diff.ts";

const names = { before: "uploads/a.py", after: "workspace/a.py" };

/** What `patch` would make of it. */
function patch(text: string, diff: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const made: string[] = [];
  let at = 0;
  for (const line of diff.match(/[^\n]*\n/g)?.slice(2) ?? []) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === "0" ? 0 : 1);
      made.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith("\\")) made.push(made.pop()?.replace(/\n$/, "") ?? "");
    else if (line.startsWith("+")) made.push(line.slice(1));
    else {
      expect(lines[at]?.replace(/\n$/, "")).toBe(line.slice(1, -1));
      if (line.startsWith(" ")) made.push(lines[at] ?? "");
      at++;
    }
  }
  return [...made, ...lines.slice(at)].join("");
}

describe("unifiedDiff()", () => {
  test("shows what changes with three lines around it", () => {
    const text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    const diff = unifiedDiff(text, [{ start: 8, end: 9, text: "five" }], names);
    expect(diff).toBe(`--- uploads/a.py\n+++ workspace/a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n`);
  });

  test("makes of the text what the edits make of it", () => {
    const texts = fc.array(fc.constantFrom("a", "bb", ""), { maxLength: 30 }).map((lines) => `${lines.join("\n")}\n`);
    const places = fc.array(fc.tuple(fc.nat(60), fc.nat(2), fc.constantFrom("x", "new\n", "y\nz")), { maxLength: 4 });
    fc.assert(
      fc.property(texts, places, (text, raw) => {
        const edits: Edit[] = [];
        for (const [start, length, replacement] of raw.sort((one, other) => one[0] - other[0])) {
          const from = Math.max(start, (edits.at(-1)?.end ?? -1) + 1);
          if (from + length < text.length) edits.push({ start: from, end: from + length, text: replacement });
        }
        const diff = unifiedDiff(text, edits, names);
        if (edits.length > 0) expect(patch(text, diff)).toBe(applyEdits(text, edits));
      }),
    );
  });
});
