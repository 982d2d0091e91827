import type { HttpStage } from "./stage.ts";

/** What a part of the proof tells while it goes on. */
export interface Report {
  /** How often, or from what, where a part takes a share of them. */
  runs: number;
  seed: number;
  /** A line for whoever waits, and how many cases it stands for. */
  tell(line: string, cases?: number): void;
  /** A sentence that should not be. */
  find(sentence: string): void;
}

/** One kind of thing that strangers send. */
export interface Part {
  name: string;
  prove(stage: HttpStage, report: Report): Promise<void>;
}
