import type { Expectation } from "./case.ts";
import type { Outcome } from "./outcome.ts";

/** What is not as it must be; nothing where it is. */
export function judge(expect: Expectation, outcome: Outcome): string | undefined {
  if (expect.is === "reviewed") return "to be reviewed";
  const found = `it was ${outcome.is} ${outcome.code ?? ""} ${outcome.message ?? ""}`.trim();
  if (expect.is !== outcome.is) return `to be ${expect.is}, and ${found}`;
  if ("code" in expect && expect.code !== outcome.code) return `by ${expect.code}, and ${found}`;
  if (expect.is === "kept" && expect.code === undefined && outcome.code !== undefined && !quiet.has(outcome.code))
    return found;
  if ("says" in expect && !(outcome.message ?? "").includes(expect.says ?? ""))
    return `to say "${expect.says}", and ${found}`;
  if (expect.is === "read") return differing("table", expect.tables, outcome.tables ?? {});
  if (expect.is === "unpacked") return differing("file", toTexts(expect.files), toTexts(outcome.files ?? {}));
  return undefined;
}

/** What is said of files that promised no table. */
const quiet = new Set(["not_tabular", "no_reads", "nothing_to_rewrite"]);

function differing(
  what: string,
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [one, other] = [expected[name], found[name]].map((each) => JSON.stringify(each) ?? "nothing");
    if (one !== other) return `${what} "${name}" to be ${one?.slice(0, 300)}, and it is ${other?.slice(0, 300)}`;
  }
  return undefined;
}

function toTexts(files: Record<string, string | Buffer>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString("latin1")]),
  );
}
