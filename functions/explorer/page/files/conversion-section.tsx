import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import type { CubbyFile } from "../rules/folders.ts";
import { placeHref } from "../state/place.ts";
import { findReport, type Report } from "../state/reports.ts";
import { ConversionForm } from "./conversion-form.tsx";
import { ReportView } from "./report-view.tsx";

/** What the file became: its tables, how it was read, what was left out and why, and the way to read it otherwise. */
export function ConversionSection({ file }: { file: CubbyFile }) {
  const report = useSignal<Report | undefined>(undefined);
  const isEditing = useSignal(false);
  const { state, tables } = file.conversion;
  useEffect(() => {
    void findReport(({ path }) => path === file.path).then((found) => {
      report.value = found;
    });
  }, [file.path, file.etag, state, tables.join()]);
  const present = report.value;
  if (state === "none" && (present?.reason === undefined || present.reason.code === "not_tabular")) return null;
  return (
    <section class="details-section">
      <h3>Tables</h3>
      <StateLine file={file} />
      {tables.length > 0 && (
        <ul class="plain-list table-links">
          {tables.map((name) => (
            <li key={name}>
              <a href={placeHref("tables", name)}>
                <Icon name="table" size={16} />
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
      {present !== undefined && <ReportView report={present} />}
      {isEditing.value ? (
        <ConversionForm
          path={file.path}
          report={present}
          onDone={(updated) => {
            if (updated !== undefined) report.value = updated;
            isEditing.value = false;
          }}
        />
      ) : (
        <Button
          icon="settings"
          onClick={() => {
            isEditing.value = true;
          }}
        >
          Read it differently…
        </Button>
      )}
    </section>
  );
}

function StateLine({ file: { conversion } }: { file: CubbyFile }) {
  switch (conversion.state) {
    case "pending":
    case "converting":
      return <p role="status">It is being read. This takes a moment.</p>;
    case "failed":
      return (
        <p class="problem">
          <Icon name="warning" size={16} /> {conversion.reason?.detail ?? "It could not be read as a table."}
        </p>
      );
    default:
      return null;
  }
}
