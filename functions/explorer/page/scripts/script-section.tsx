import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import type { ScriptReport } from "../rules/compare-scripts.ts";
import type { CubbyFile } from "../rules/folders.ts";
import { plural } from "../rules/words.ts";
import { openPath } from "../state/choice.ts";
import { files } from "../state/files.ts";
import { findReport, type Report } from "../state/reports.ts";
import { CompareDialog } from "./compare-dialog.tsx";
import { ScriptCounts } from "./script-counts.tsx";
import { SiteNote } from "./site-note.tsx";

/** More places than this are looked at in the comparison, where they stand. */
const MAX_LISTED = 8;

/** What became of a Python script or notebook; the same for the original and for what was made of it. */
export function ScriptSection({ file }: { file: CubbyFile }) {
  const report = useSignal<Report | undefined>(undefined);
  const isComparing = useSignal(false);
  useEffect(() => {
    void findReport(({ path, script }) => path === file.path || script?.output === file.path).then((found) => {
      report.value = found;
    });
  }, [file.path, file.etag, file.conversion.state]);
  const { path, reason, script } = report.value ?? {};
  if (path === undefined || script === undefined) return null;
  return (
    <section class="details-section">
      <h3>Files it reads</h3>
      {reason !== undefined && (
        <p class={file.conversion.state === "failed" ? "problem" : "quiet"}>
          {file.conversion.state === "failed" && <Icon name="warning" size={16} />} {reason.detail}
        </p>
      )}
      <ScriptCounts script={script} />
      <OtherForm file={file} original={path} script={script} />
      <ol class="plain-list site-list">
        {script.sites.slice(0, MAX_LISTED).map((site, index) => (
          <li key={index}>
            <span class="quiet small">
              {site.cell !== undefined && `Cell ${site.cell}, `}line {site.line}
            </span>
            <code>{site.old_text}</code>
            <SiteNote site={site} />
          </li>
        ))}
      </ol>
      {script.sites.length > MAX_LISTED && (
        <p class="quiet">and {plural(script.sites.length - MAX_LISTED, "more place")}, in the comparison</p>
      )}
      {script.sites.length > 0 && (
        <Button
          icon="compare"
          onClick={() => {
            isComparing.value = true;
          }}
        >
          {script.rewritten ? "Compare before and after" : "Show them in the script"}
        </Button>
      )}
      {isComparing.value && (
        <CompareDialog
          path={path}
          script={script}
          onClose={() => {
            isComparing.value = false;
          }}
        />
      )}
    </section>
  );
}

interface OtherFormProps {
  file: CubbyFile;
  original: string;
  script: ScriptReport;
}

/** From the original to the rewritten script, and back. */
function OtherForm({ file, original, script }: OtherFormProps) {
  const isOriginal = file.path === original;
  const other = isOriginal ? script.output : original;
  if (other === null || !files.value.some(({ path }) => path === other)) return null;
  return (
    <p>
      {isOriginal ? "The script that reads tables is " : "It was made of "}
      <button
        type="button"
        class="link"
        onClick={() => {
          openPath.value = other;
        }}
      >
        {other}
      </button>
      {isOriginal && ", beside the helper that it imports"}.
    </p>
  );
}
