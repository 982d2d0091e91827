import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { heldRows } from "../grid/row-source.ts";
import { RowGrid } from "../grid/row-grid.tsx";
import { Button } from "../parts/button.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { chartChoices } from "../rules/charts.ts";
import { countText, plural } from "../rules/words.ts";
import { ask, askForMore, type Asking } from "../state/asking.ts";
import { explain } from "../state/explain.ts";
import { showToast } from "../state/toasts.ts";
import { TableDownloads } from "../tables/table-downloads.tsx";
import { ChartView } from "./chart-view.tsx";

type Answered = Extract<Asking, { kind: "answered" }>;

const tabs = [
  { name: "rows", label: "Rows" },
  { name: "chart", label: "Chart" },
] as const;

/** The rows of an answer, or their picture. */
export function AnswerView({ asked }: { asked: Answered }) {
  const { sql, answer, milliseconds, sorting } = asked;
  const { columns, rows, next_cursor } = answer;
  const view = useSignal<"rows" | "chart">("rows");
  const source = useMemo(() => heldRows(rows), [rows]);
  const canDraw = useMemo(() => chartChoices(columns, rows).length > 0, [columns, rows]);
  const isDrawn = canDraw && view.value === "chart";
  const sortBy = (column: string) => {
    const isDescending = sorting?.column === column && !sorting.isDescending;
    void ask(sql, { column, isDescending });
  };
  return (
    <div class={isDrawn ? "answer drawn" : "answer"}>
      <div class="tools">
        <p role="status">
          <strong>
            {next_cursor === null ? plural(rows.length, "row") : `The first ${countText(rows.length)} rows`}
          </strong>{" "}
          <span class="quiet small">in {countText(milliseconds)} ms</span>
        </p>
        {next_cursor !== null && (
          <Button onClick={() => void askForMore().catch((error) => showToast({ kind: "bad", text: explain(error) }))}>
            More rows
          </Button>
        )}
        {canDraw && (
          <Tabs
            label="How to see the answer"
            tabs={tabs}
            chosen={view.value}
            onChoose={(name) => {
              view.value = name;
            }}
          />
        )}
        {columns.length > 0 && <TableDownloads what={{ sql }} />}
      </div>
      {answer.url !== undefined && (
        <p class="quiet">
          The answer is too large to show, so it was put into a file. <a href={answer.url}>Download it</a>, or ask for
          less of it with LIMIT.
        </p>
      )}
      {isDrawn ? (
        <ChartView columns={columns} rows={rows} />
      ) : (
        <RowGrid
          label="Answer"
          columns={columns}
          source={source}
          sample={rows.slice(0, 50)}
          sorting={sorting}
          onSort={sortBy}
        />
      )}
    </div>
  );
}
