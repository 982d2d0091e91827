import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the files of a place must not reach for: imports point from cdk to functions to shared. */
const forbidden = [
  { from: "shared/", to: /^(functions|cdk|test)\// },
  { from: "functions/", to: /^(cdk|test)\// },
  { from: "cdk/", to: /^test\// },
  { from: "shared/contract/", to: /^shared\/(?!contract\/)/ },
  { from: "shared/client/", to: /^shared\/(?!contract\/|client\/)/ },
  { from: "shared/tables/", to: /^shared\/(sessions|identity|history)\// },
  { from: "shared/python/", to: /^shared\/(?!contract\/|python\/)/ },
  { from: "shared/files/", to: /^shared\/(sessions|identity|history)\// },
  { from: "shared/aws/", to: /^shared\/(sessions|identity|history|files|tables)\// },
];

const files = globSync(["shared/**/*.ts", "functions/**/*.ts", "cdk/**/*.ts"], { cwd: root });

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), "utf8");
  const specifiers = [...source.matchAll(/from "(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => relative(root, join(root, dirname(file), specifier)));
}

test.each(forbidden)("$from does not import $to", ({ from, to }) => {
  const mine = files.filter((file) => file.startsWith(from));
  expect(mine.length).toBeGreaterThan(0);
  const wrong = mine.flatMap((file) =>
    importsOf(file)
      .filter((target) => to.test(target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("only shared/tables, functions/query and the local host's proofs know DuckDB", () => {
  const knowing = files.filter((file) => /from "@duckdb\//.test(readFileSync(join(root, file), "utf8")));
  expect(knowing.filter((file) => !/^(shared\/tables|functions\/query)\//.test(file))).toEqual([]);
});

test("only shared/config.ts reads process.env in shared and functions", () => {
  const reading = files.filter(
    (file) => /^(shared|functions)\//.test(file) && /process\.env/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(reading.filter((file) => file !== "shared/config.ts")).toEqual([]);
});
