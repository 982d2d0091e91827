import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import type { CubbyFile } from "../rules/folders.ts";
import { openPath } from "../state/choice.ts";
import { renameFile } from "../state/files.ts";

/** The name as a field, chosen up to its extension: that part is seldom what should change. */
export function RenameForm({ file, onDone }: { file: CubbyFile; onDone(): void }) {
  const input = useRef<HTMLInputElement>(null);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  useEffect(() => {
    const dot = file.name.lastIndexOf(".");
    input.current?.focus();
    input.current?.setSelectionRange(0, dot > 0 ? dot : file.name.length);
  }, []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = input.current?.value.trim() ?? "";
    if (name === "" || name === file.name) return onDone();
    isBusy.value = true;
    const outcome = await renameFile(file.path, name);
    isBusy.value = false;
    if ("problem" in outcome) {
      problem.value = outcome.problem;
      return;
    }
    openPath.value = outcome.path;
    onDone();
  }

  return (
    <form class="rename" onSubmit={(event) => void submit(event)}>
      <label>
        <span class="hidden">New name</span>
        <input ref={input} defaultValue={file.name} maxLength={255} spellcheck={false} />
      </label>
      <button type="submit" class="button primary" disabled={isBusy.value}>
        {isBusy.value ? "Renaming…" : "Rename"}
      </button>
      <Button onClick={onDone}>Cancel</Button>
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  );
}
