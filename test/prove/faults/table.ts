/** What came of each fault, as the Markdown table that stands in the README. */
import type { Fault } from "./fault.ts";

export interface Row {
  fault: Pick<Fault, "name" | "tried">;
  runs: number;
  /** How often by what clients were told. */
  answers: Map<string, number>;
  findings: number;
}

export function toTable(rows: readonly Row[]): string {
  const lines = rows.map(({ fault, runs, answers, findings }) => {
    const told = [...answers].sort(([, one], [, other]) => other - one).map(([what, times]) => `${times} × ${what}`);
    const held = findings === 0 ? "held" : `**${findings} findings**`;
    return `| ${fault.name} | ${fault.tried} | ${runs} | ${told.join(", ")} | ${held} |`;
  });
  return [
    "| fault | tried | runs | what clients were told | promises |",
    "| --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

/** The faults that a text's table lists, in its order. */
export function faultsListedIn(markdown: string): string[] {
  const [, table = ""] = markdown.split("| fault | tried |");
  const [block = ""] = table.split("\n\n");
  return block
    .split("\n")
    .slice(2)
    .map((line) => line.split(" | ")[0]?.replace(/^\| /, "") ?? "");
}
