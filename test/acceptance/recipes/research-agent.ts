/** A research agent: answers out of the cache where it can, and keeps what it finds between its rounds. */
import type { Client } from "cubby/client";

/** Looks into a question once more, knowing what the rounds before it found. */
export type Look = (question: string, known: readonly unknown[]) => Promise<{ finding: unknown; isEnough: boolean }>;

const MAX_ROUNDS = 5;

/** The answer to a question; asked again within two days it costs one request. */
export async function research(cubby: Client, session_id: string, question: string, look: Look) {
  return cubby.cached(session_id, question, "deep", async () => {
    const findings: unknown[] = [];
    for (let round_number = 1; round_number <= MAX_ROUNDS; round_number++) {
      const { finding, isEnough } = await look(question, findings);
      findings.push(finding);
      const body = { query: question, mode: "deep", round_number, data: finding };
      await cubby.api.addIntermediateResult({ params: { session_id }, body });
      if (isEnough) break;
    }
    return { question, findings };
  });
}
