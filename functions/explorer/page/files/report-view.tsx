import { countText, plural } from "../rules/words.ts";
import type { Report } from "../state/reports.ts";

/** How a file was read: the header that was found, what was skipped, what was left out and why. */
export function ReportView({ report }: { report: Report }) {
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
