import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faults } from "../../prove/faults/faults.ts";
import { faultsListedIn, toTable } from "../../prove/faults/table.ts";

const names = faults.map(({ name }) => name);

test("the README's table lists exactly the faults that there are", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  expect(faultsListedIn(readme)).toEqual(names);
});

test("a table is read as it was printed", () => {
  const rows = faults.map((fault) => ({ fault, runs: 1, answers: new Map([["as ever", 2]]), findings: 0 }));
  expect(faultsListedIn(`before\n\n${toTable(rows)}\n\nbehind`)).toEqual(names);
});
