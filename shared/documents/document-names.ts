import type { DocumentRequest, DocumentType } from "../contract/document.ts";
import { toNamePart } from "./name-part.ts";

type Named = Pick<DocumentRequest, "mode" | "round_number">;

/** `research_deep_20261121_093000`, `intermediate_deep_round2_20261121_093000`; what was not given is left out. */
export function defaultStem(type: DocumentType, { mode, round_number }: Named, now: Date): string {
  const [date = "", time = ""] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  const round = type === "intermediate_results" && round_number != null ? `round${round_number}` : undefined;
  const parts = [type === "research_data" ? "research" : "intermediate", toNamePart(mode ?? ""), round, date, time];
  return parts.filter((part) => part !== undefined && part !== "").join("_");
}

/** Names by number first: they say at a glance that there were two in one second. */
const NUMBERED = 3;
const RANDOM = 5;

/**
 * Names to try one after the other. A crowd in one second would try each other's numbers in turn, so from the fourth
 * on names are random.
 */
export function* candidateNames(stem: string, random: () => string): Generator<string> {
  yield `${stem}.json`;
  for (let n = 2; n <= NUMBERED; n++) yield `${stem}_${n}.json`;
  for (let n = 0; n < RANDOM; n++) yield `${stem}_${random()}.json`;
}
