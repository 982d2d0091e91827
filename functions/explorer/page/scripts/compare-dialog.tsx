import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import type { ComparedCell, ScriptReport } from "../rules/compare-scripts.ts";
import { explain } from "../state/explain.ts";
import { CompareTable } from "./compare-table.tsx";
import { readComparison } from "./read-comparison.ts";
import { ScriptCounts } from "./script-counts.tsx";

interface CompareDialogProps {
  path: string;
  script: ScriptReport;
  onClose(): void;
}

/** The script as it came in and as it became, side by side, with a word to each read of a file in it. */
export function CompareDialog({ path, script, onClose }: CompareDialogProps) {
  const cells = useSignal<readonly ComparedCell[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    readComparison(path, script, controller.signal).then(
      (found) => {
        cells.value = found;
      },
      (error) => {
        if (!controller.signal.aborted) problem.value = explain(error);
      },
    );
    return () => controller.abort();
  }, [path, script]);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    <Dialog title={`${name}, before and after`} onClose={onClose} look="wide">
      <ScriptCounts script={script} />
      {problem.value !== undefined ? (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      ) : cells.value === undefined ? (
        <p class="quiet" role="status">
          Reading both…
        </p>
      ) : (
        <div class="compare-scroll" tabIndex={0} role="region" aria-label={`Comparison of ${name}`}>
          <CompareTable cells={cells.value} isRewritten={script.rewritten && script.output !== null} />
        </div>
      )}
    </Dialog>
  );
}
