import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const readme = readFileSync("README.md", "utf8");
const shown = [...readme.matchAll(/<!-- (\S+) -->\n```\w*\n([\s\S]*?)```\n/g)].map(([, file = "", code = ""]) => ({
  file,
  code,
}));

test.each(shown)("the README shows $file as it is", ({ file, code }) => {
  expect(code).toBe(readFileSync(file, "utf8"));
});

test("the README names every recipe", () => {
  const recipes = globSync("test/acceptance/recipes/*");
  expect(recipes.filter((recipe) => !readme.includes(`](${recipe})`))).toEqual([]);
  expect(recipes.length).toBeGreaterThan(0);
});
