import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkFolder, compareTrees } from "../../bench/scripts/check-folder.ts";

test("checkFolder() finds the labelled scripts the same outside of their edits, by Python's own parser", async () => {
  const { scripts, problems } = await checkFolder(
    fileURLToPath(new URL("../../fixtures/python/labelled", import.meta.url)),
  );
  expect(scripts).toBeGreaterThan(15);
  expect(problems).toEqual([]);
}, 60_000); // two parsers of ten megabytes and a Python have to start first

test.each([
  { after: "x = session_data.read_csv('a')\ny = 2\n", isSame: true },
  { after: "x = session_data.read_csv('a')\ny = 3\n", isSame: false },
  { after: "x = session_data.read_csv('a', 1)\ny = 2\n", isSame: false },
  { after: "x = session_data.read_csv('a'\ny = 2\n", isSame: false },
])("compareTrees() of $after", async ({ after, isSame }) => {
  const before = "x = pd.read_csv('a.csv')\ny = 2\n";
  const problems = await compareTrees([{ name: "a.py", before, after, helper: "session_data" }]);
  expect(problems.length === 0).toBe(isSame);
});
