import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** SECURITY.md and its checklist are held to the standard's list of ids, and to the files that are there. */
const policy = readFileSync("SECURITY.md", "utf8");
const checklist = readFileSync("test/SECURITY-CHECKLIST.md", "utf8");
/** Ids of OWASP ASVS 5.0.0 with their levels, 1 and 2 alone. */
const standard = readFileSync("test/fixtures/asvs-5.0-levels.txt", "utf8").trim().split("\n");

const cells = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
const rows = checklist
  .split("\n")
  .filter((line) => /^\| (V\d|API\d|[A-Z]\w+\.\d)/.test(line))
  .map((line) => {
    const [ids = "", about = "", state = "", by = ""] = cells(line);
    return { ids: ids.split(" "), about, state, by };
  });
const idsOf = (state: string) => rows.filter((row) => row.state.startsWith(state)).flatMap(({ ids }) => ids);
const accepted = policy.slice(policy.indexOf("## Accepted"));

describe("the checklist", () => {
  test("has every requirement of ASVS 5.0, levels 1 and 2, exactly once, and all of the API Top 10", () => {
    const wanted = standard.map((line) => line.split(" ")[0]);
    expect(wanted).toHaveLength(253);
    const listed = rows.flatMap(({ ids }) => ids);
    expect(listed.filter((id) => /^V\d/.test(id)).toSorted()).toEqual(wanted.toSorted());
    const top = Array.from({ length: 10 }, (_, index) => `API${index + 1}`);
    expect(listed.filter((id) => /^API\d/.test(id))).toEqual(top);
  });

  test.each(rows)(
    "says of $ids what it is about, in a known state, with a reason or a witness",
    ({ about, state, by }) => {
      expect(about).not.toBe("");
      expect(state).toMatch(/^(met|partly|not met|not applicable)( by AWS)?([:;(, ]|$)/);
      if (state.startsWith("met") && !state.includes("by AWS")) expect(by).toContain("`");
      if (!state.startsWith("met")) expect(state.length).toBeGreaterThan("not applicable".length - 4);
    },
  );

  test("says of AWS's controls what the tests that bear their ids show, and of no other that it is met", () => {
    const tests = readFileSync("test/cdk/aws-controls.test.ts", "utf8");
    const shown = [...tests.matchAll(/test\(["`]((?:[A-Za-z]+\d?\.\d+(?:, )?)+):/g)].flatMap(([, ids]) =>
      ids?.split(", "),
    );
    const listed = rows.filter(({ by }) => by.includes("aws-controls")).flatMap(({ ids }) => ids);
    expect(shown.toSorted()).toEqual(listed.toSorted());
    const others = rows.filter(({ ids, by }) => /^[A-Z]\w+\.\d+$/.test(ids[0] ?? "") && !by.includes("aws-controls"));
    expect(others.filter(({ ids, state }) => !/^V\d/.test(ids[0] ?? "") && state.startsWith("met"))).toEqual([]);
  });

  test("accepts in the open, by id, whatever it says is not met", () => {
    expect(idsOf("not met").filter((id) => !accepted.includes(id))).toEqual([]);
    expect(idsOf("not met").length).toBeGreaterThan(0);
  });

  test("names no risk that is not there, and no requirement as accepted that is not so", () => {
    const risks = [...accepted.matchAll(/^\| (R\d+) /gm)].map(([, id]) => id);
    const named = [...`${checklist}${policy}`.matchAll(/\b(R\d+)\b/g)].map(([, id]) => id);
    expect([...new Set(named)].toSorted()).toEqual(risks.toSorted());
    const ids = [...accepted.matchAll(/\bV\d+\.\d+\.\d+\b/g)].map(([id]) => id);
    const open = [
      ...idsOf("not met"),
      ...idsOf("partly"),
      ...rows.filter(({ state }) => /\(R\d+\)/.test(state)).flatMap((row) => row.ids),
    ];
    expect(ids.filter((id) => !open.includes(id))).toEqual([]);
  });
});

test("every file that is named as a witness is there", () => {
  const named = [
    ...`${checklist}${policy}`.matchAll(/`((?:test|cdk|shared|functions)\/[\w./-]+|[\w-]+\.(?:json|md))`/g),
  ];
  const paths = [...new Set(named.map(([, path]) => path ?? ""))];
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
