import { knownDifferences, type Reference } from "./known-differences.ts";
import type { Comparison } from "./protocol.ts";

type Reading = { error: string; isHang?: boolean } | object;

interface Disagreement {
  cells: number;
  workbooks: number;
  example: string;
}

/** Adds up what became of all workbooks, and says it. */
export class Tally {
  readonly #against: Reference;
  #workbooks = 0;
  #compared = 0;
  #cells = 0;
  #identical = 0;
  #identicalWorkbooks = 0;
  #slowest = { seconds: 0, name: "" };
  readonly #hangs: string[] = [];
  /** The other reads them, Cubby does not. */
  readonly #failures: string[] = [];
  readonly #failuresOfBoth: string[] = [];
  readonly #failuresOfTheirs: string[] = [];
  /** Cubby reads their cells and makes no tables of them. */
  readonly #unloaded: string[] = [];
  readonly #disagreements = new Map<string, Disagreement>();

  constructor(against: Reference) {
    this.#against = against;
  }

  /** What reading a workbook came to, for Cubby and for the other. */
  addReading(name: string, ours: Reading, theirs: Reading): void {
    this.#workbooks++;
    if ("seconds" in ours && Number(ours.seconds) > this.#slowest.seconds)
      this.#slowest = { seconds: Number(ours.seconds), name };
    const ourError = "error" in ours ? ours.error : undefined;
    const theirError = "error" in theirs ? theirs.error : undefined;
    if ("isHang" in ours && ours.isHang) this.#hangs.push(`${name}: ${ourError}`);
    else if (ourError !== undefined && theirError !== undefined)
      this.#failuresOfBoth.push(`${name}: ${ourError} | ${theirError}`);
    else if (ourError !== undefined) this.#failures.push(`${name}: ${ourError}`);
    else if (theirError !== undefined) this.#failuresOfTheirs.push(`${name}: ${theirError}`);
  }

  /** What making tables of a workbook came to. */
  addLoading(name: string, loading: Reading): void {
    if ("error" in loading) this.#unloaded.push(`${name}: ${loading.error}`);
  }

  addComparison(name: string, { cells, verdicts }: Comparison): void {
    const identical = verdicts.identical?.cells ?? 0;
    this.#compared++;
    this.#cells += cells;
    this.#identical += identical;
    if (identical === cells) this.#identicalWorkbooks++;
    for (const [verdict, { cells, example }] of Object.entries(verdicts)) {
      if (verdict === "identical") continue;
      const soFar = this.#disagreements.get(verdict) ?? { cells: 0, workbooks: 0, example: `${name} ${example}` };
      soFar.cells += cells;
      soFar.workbooks++;
      this.#disagreements.set(verdict, soFar);
    }
  }

  /** True when nothing failed or hung and the share of identical cells is at least `goal`. */
  isWithin(goal: number): boolean {
    return (
      this.#hangs.length + this.#failures.length + this.#unloaded.length === 0 && this.#identical / this.#cells >= goal
    );
  }

  print(): void {
    const share = ((this.#identical / this.#cells) * 100).toFixed(3);
    console.log(`${this.#workbooks} workbooks, ${this.#compared} read by both, ${this.#identicalWorkbooks} identical`);
    console.log(`${this.#cells} cells, ${this.#identical} identical: ${share} %`);
    console.log(`Slowest for Cubby: ${this.#slowest.seconds.toFixed(1)} s, ${this.#slowest.name}`);
    printList("Cubby did not finish", this.#hangs);
    printList(`Cubby refuses and ${this.#against} reads`, this.#failures);
    printList("Cubby reads and makes no tables", this.#unloaded);
    printList("Both refuse", this.#failuresOfBoth);
    printList(`${this.#against} refuses and Cubby reads`, this.#failuresOfTheirs);
    for (const [verdict, { cells, workbooks, example }] of [...this.#disagreements].sort(byCells)) {
      const reason = knownDifferences[this.#against][verdict] ?? "not looked into";
      console.log(`${verdict}: ${cells} cells in ${workbooks} workbooks (${reason}), first ${example}`);
    }
  }
}

function byCells([, a]: [string, Disagreement], [, b]: [string, Disagreement]): number {
  return b.cells - a.cells;
}

function printList(title: string, lines: string[]): void {
  console.log(`${title}: ${lines.length}`);
  for (const line of lines) console.log(`  ${line}`);
}
