import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Answer } from "../../../../shared/client/index.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import type { CubbyFile } from "../rules/folders.ts";
import { countText, plural } from "../rules/words.ts";
import { placeHref } from "../state/place.ts";
import { openPath } from "../state/choice.ts";
import { client, inSession } from "../state/session.ts";
import { ConversionForm } from "./conversion-form.tsx";

export type Report = Answer<"listConversions">["data"][number];

/** What the file became: its tables, how it was read, what was left out and why, and the way to read it otherwise. */
export function ConversionSection({ file }: { file: CubbyFile }) {
  const report = useSignal<Report | undefined>(undefined);
  const isEditing = useSignal(false);
  const { state, tables } = file.conversion;
  useEffect(() => {
    void findReport(file.path).then((found) => {
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
              <a
                href={placeHref("tables", name)}
                onClick={() => {
                  openPath.value = undefined;
                }}
              >
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

/** Reports come by path, a page at a time. */
async function findReport(path: string): Promise<Report | undefined> {
  try {
    for await (const report of client.pages("listConversions", { params: inSession() })) {
      if (report.path === path) return report;
    }
  } catch {
    // The state of the file itself is shown all the same.
  }
  return undefined;
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

function ReportView({ report }: { report: Report }) {
  const { warnings = [], rejects = [], rejected_rows = 0 } = report;
  return (
    <>
      <dl class="facts">
        {factsOf(report).map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {rejected_rows > 0 && (
        <details class="rejects" open={rejects.length <= 5}>
          <summary>{plural(rejected_rows, "row")} left out</summary>
          <ul class="plain-list">
            {rejects.map(({ line, raw, reason }) => (
              <li key={line}>
                <strong>Line {countText(line)}</strong> {reason}
                <code>{raw}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const spoken: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space" };

function factsOf({
  rows,
  header_row,
  delimiter,
  encoding,
  skipped_lines = 0,
  sheets = [],
}: Report): [string, string][] {
  const facts: [string, string | undefined][] = [
    ["Rows", rows === undefined ? undefined : countText(rows)],
    ["Header", header_row === undefined ? undefined : header_row === null ? "none" : `line ${countText(header_row)}`],
    ["Skipped", skipped_lines > 0 ? plural(skipped_lines, "line") : undefined],
    ["Separator", delimiter === undefined ? undefined : (spoken[delimiter] ?? delimiter)],
    ["Encoding", encoding],
    ...sheets.map(({ sheet, rows: inSheet, hidden, header_row: header }): [string, string] => [
      `Sheet “${sheet}”`,
      [plural(inSheet, "row"), hidden ? "hidden" : "", typeof header === "number" ? `header in row ${header}` : ""]
        .filter(Boolean)
        .join(", "),
    ]),
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}
