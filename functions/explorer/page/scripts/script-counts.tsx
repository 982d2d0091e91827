import type { ScriptReport } from "../rules/compare-scripts.ts";
import { plural } from "../rules/words.ts";

/** How many reads were found, and what became of them. */
export function ScriptCounts({ script: { counts, sites } }: { script: ScriptReport }) {
  const { rewritten_literal, rewritten_runtime, left_alone } = counts;
  const all = rewritten_literal + rewritten_runtime + left_alone;
  const parts = [
    rewritten_literal > 0 && `${rewritten_literal} from a table now`,
    rewritten_runtime > 0 && `${rewritten_runtime} found when it runs`,
    left_alone > 0 && `${left_alone} left alone`,
  ].filter(Boolean);
  return (
    <p>
      {all === 0 ? "It reads no files." : `It reads ${plural(all, "file")}: ${parts.join(", ")}.`}
      {sites.length < all && ` The first ${sites.length} are explained.`}
    </p>
  );
}
