import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { readSettings } from "../rules/conversion-settings.ts";
import { explain } from "../state/explain.ts";
import { loadFiles } from "../state/files.ts";
import type { Report } from "../state/reports.ts";
import { client, inSession } from "../state/session.ts";
import { loadTables } from "../state/tables.ts";
import { ConversionFields } from "./conversion-fields.tsx";
import { ConversionPreview, type Previewed } from "./conversion-preview.tsx";

interface FormProps {
  path: string;
  report: Report | undefined;
  onDone(updated?: Report): void;
}

/** How else the file can be read: first to look at what would come of it, then for good. */
export function ConversionForm({ path, report, onDone }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const problem = useSignal<string | undefined>(undefined);
  const previewed = useSignal<Previewed | undefined>(undefined);
  const busy = useSignal<"preview" | "convert" | undefined>(undefined);

  /** Asks with the settings as they stand; undefined when they do not fit the file, which is then said. */
  async function send(preview: boolean): Promise<Previewed | undefined> {
    if (form.current === null || !form.current.reportValidity()) return undefined;
    busy.value = preview ? "preview" : "convert";
    problem.value = undefined;
    try {
      const body = { path, ...readSettings(new FormData(form.current)), preview };
      const answer = await client.call("convertAgain", { params: inSession(), body });
      if (answer.state !== "failed") return answer;
      problem.value = answer.reason?.detail ?? "It cannot be read like this.";
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = undefined;
    }
    return undefined;
  }

  async function look(): Promise<void> {
    previewed.value = await send(true);
  }

  async function convert(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const updated = await send(false);
    await Promise.all([loadFiles(), loadTables()]);
    if (updated !== undefined) onDone(updated);
  }

  return (
    <form
      ref={form}
      class="form"
      onSubmit={(event) => void convert(event)}
      onInput={() => {
        previewed.value = undefined; // it is of other settings
      }}
    >
      <ConversionFields report={report} />
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="row">
        <Button onClick={() => onDone()}>Cancel</Button>
        <Button icon="search" disabled={busy.value !== undefined} onClick={() => void look()}>
          {busy.value === "preview" ? "Looking…" : "Preview"}
        </Button>
        <button type="submit" class="button primary" disabled={busy.value !== undefined}>
          {busy.value === "convert" ? "Reading…" : "Read it like this"}
        </button>
      </div>
      {previewed.value !== undefined && <ConversionPreview previewed={previewed.value} />}
    </form>
  );
}
