import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { countText, durationText, plural, timeText } from "../rules/words.ts";
import { type Asked, ask, asked, asking, draft, firstStatement } from "../state/asking.ts";
import { tables } from "../state/tables.ts";
import { now } from "../state/ticking.ts";
import { AnswerView } from "./answer-view.tsx";
import { Editor } from "./editor.tsx";

/** A question in SQL, its answer as rows and as a picture, and what was asked before. */
export function AskView() {
  const present = asking.value;
  const text = draft.value ?? firstStatement();
  const isRunning = present.kind === "running";
  const run = () => void ask(draft.peek() ?? firstStatement());
  return (
    <section class="view ask-view" aria-label="Ask">
      <header class="view-header">
        <h1>Ask</h1>
        <p class="quiet small wide-only">SQL over your tables. It can only read.</p>
      </header>
      <Editor text={text} onRun={run} />
      <div class="tools">
        {isRunning ? (
          <Button icon="close" onClick={present.cancel}>
            Cancel
          </Button>
        ) : (
          <Button look="primary" icon="play" onClick={run}>
            Run
          </Button>
        )}
        <span class="quiet small wide-only">Ctrl + Enter</span>
        <AskedBefore />
        {isRunning && (
          <span class="quiet" role="status">
            Running{now.value - present.since > 2000 && ` for ${durationText((now.value - present.since) / 1000)}`}…
          </span>
        )}
      </div>
      <Outcome />
    </section>
  );
}

function Outcome() {
  const present = asking.value;
  switch (present.kind) {
    case "failed":
      return (
        <div class="failed" role="alert">
          <Icon name="warning" />
          <pre>{present.problem}</pre>
        </div>
      );
    case "answered":
      return <AnswerView key={present.sql} asked={present} />;
    case "idle":
      return <Hints />;
    case "running":
      return null;
  }
}

/** For somebody who has never asked anything: statements about his own tables. */
function Hints() {
  const [table] = tables.value;
  if (table === undefined) {
    return (
      <p class="quiet nothing">There are no tables yet. Upload a spreadsheet or a CSV file, then ask about it here.</p>
    );
  }
  const quoted = `"${table.name.replaceAll('"', '""')}"`;
  const ideas = [
    { label: `How many rows are in ${table.name}?`, sql: `SELECT count(*) AS rows\nFROM ${quoted}` },
    { label: "What does each column look like?", sql: `SUMMARIZE ${quoted}` },
    { label: "Which tables are there?", sql: "SHOW TABLES" },
  ];
  return (
    <div class="hints">
      <h2>To begin with</h2>
      <ul class="plain-list">
        {ideas.map(({ label, sql }) => (
          <li key={label}>
            <button
              type="button"
              class="menu-item"
              onClick={() => {
                draft.value = sql;
                void ask(sql);
              }}
            >
              <Icon name="play" size={16} />
              {label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function AskedBefore() {
  const isOpen = useSignal(false);
  const before = asked.value;
  useEffect(() => {
    if (asking.value.kind === "running") isOpen.value = false;
  }, [asking.value]);
  if (before.length === 0) return null;
  return (
    <div class="asked">
      <Button
        icon="history"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {plural(before.length, "question")}
      </Button>
      {isOpen.value && (
        <ul class="plain-list asked-list" aria-label="Asked before">
          {before.map((entry) => (
            <AskedLine key={entry.sql} entry={entry} />
          ))}
        </ul>
      )}
    </div>
  );
}

function AskedLine({ entry: { sql, at, milliseconds, rows } }: { entry: Asked }) {
  return (
    <li>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          draft.value = sql;
          void ask(sql);
        }}
      >
        <code>{sql}</code>
        <span class="quiet small">
          {timeText(new Date(at).toISOString())}, {plural(rows, "row")}, {countText(milliseconds)} ms
        </span>
      </button>
    </li>
  );
}
