/** Something that Cubby promises, and a way to find out whether it holds. */
export interface Claim {
  name: string;
  /** The promise, as a reader of the README would have it. */
  promise: string;
  prove(options: ProveOptions): Promise<Outcome>;
}

export interface ProveOptions {
  /** How often it is tried. */
  runs: number;
  /** The same seed tries the same. */
  seed: number;
  /** Only of it what has this in its name. */
  pick?: string;
  /** What may interest whoever waits. */
  tell(line: string): void;
}

/** What came of it. */
export interface Outcome {
  runs: number;
  /** What one run consists of, counted over all of them: "commands", say. */
  counted: Record<string, number>;
  /** Each with what is needed to see it again. */
  findings: string[];
}
