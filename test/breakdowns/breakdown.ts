import type { PeriodOptions, Stage } from "./stage.ts";

/** One thing that breaks, and what whoever is on duty hears of it. */
export interface Breakdown {
  readonly name: string;
  break(stage: Stage): unknown;
  /** Periods until everything rings that is to ring, and what each is like. */
  readonly periods: number;
  during?(stage: Stage): PeriodOptions;
  /** Alarms by their paragraphs in the runbook: these and no others. */
  readonly rings: readonly string[];
  /** As the paragraph says; throws where something is lost that the runbook says is not. */
  mend(stage: Stage): unknown;
  /** What a period is like until all is quiet again. */
  after?(stage: Stage): PeriodOptions;
}
