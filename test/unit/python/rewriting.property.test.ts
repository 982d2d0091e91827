import fc from "fast-check";
import { expect, test } from "vitest";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { sessionFiles } from "./session-files.ts";

/** Pieces of programs that stay as they are, and reads with what becomes of them. */
const kept = fc.constantFrom(
  "x = 1",
  "# pd.read_csv('sales.csv')",
  "",
  "def f(a, b=2):\n    return a",
  '"""pd"""',
  "x = {1:2}",
);
const read = fc.constantFrom(
  ['a = pd.read_csv("sales.csv")', 'a = session_data.read_csv("sales")'],
  ["b = pd.read_excel('budget.xlsx', header = None)", "b = session_data.read_excel('budget', header = None)"],
  ["with open('notes.txt')as f: pass", "with session_data.open('notes')as f: pass"],
  ["c = np.loadtxt( 'sales.csv' )", "c = np.loadtxt( session_data.path('sales.csv') )"],
);
const line = fc.oneof(
  kept.map((text) => [text, text]),
  fc
    .tuple(read, fc.constantFrom("", "  ", " # é ünï", ";"))
    .map(([[before, after], end]) => [before + end, after + end]),
);
const head = "import pandas as pd\nimport numpy as np\n";

test("rewriteScript() changes the reads and nothing else, whatever stands around them and however lines end", async () => {
  const programs = fc.record({
    lines: fc.array(line, { maxLength: 12 }),
    lineBreak: fc.constantFrom("\n", "\r\n", "\r"),
    comment: fc.constantFrom("", "#!/usr/bin/env python\n", "# -*- coding: utf-8 -*-\n", "\n\n"),
    mark: fc.constantFrom("", "\uFEFF"),
    isEnded: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(programs, async ({ lines, lineBreak, comment, mark, isEnded }) => {
      const write = (index: 0 | 1, imported: string) => {
        const body = lines.map((each) => each[index]).join("\n");
        return mark + `${comment}${head}${imported}${body}${isEnded ? "\n" : ""}`.replaceAll("\n", lineBreak);
      };
      const { output } = await rewriteScript("uploads/a.py", Buffer.from(write(0, "")), sessionFiles);
      const isChanged = lines.some(([before, after]) => before !== after);
      expect(output?.toString()).toBe(isChanged ? write(1, "import session_data\n") : undefined);
    }),
    { numRuns: 60 },
  );
});
