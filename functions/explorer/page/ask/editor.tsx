import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { styleNonce } from "../config.ts";
import type { Schema, SqlEditor } from "../lazy/sql-editor.ts";
import { draft } from "../state/asking.ts";
import { tables } from "../state/tables.ts";

const schemaOf = (): Schema =>
  Object.fromEntries(tables.value.map(({ name, columns }) => [name, columns.map((column) => column.name)]));

/** A plain field at once; the editor takes its place, and its text, as soon as it is here. */
export function Editor({ text, onRun }: { text: string; onRun(): void }) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useSignal<SqlEditor | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    void import("../lazy/sql-editor.ts").then(({ createSqlEditor }) => {
      if (isGone || place.current === null) return;
      editor.value = createSqlEditor({
        parent: place.current,
        text: draft.peek() ?? text,
        schema: schemaOf(),
        nonce: styleNonce,
        onChange: (changed) => {
          draft.value = changed;
        },
        onRun,
      });
    });
    return () => {
      isGone = true;
      editor.peek()?.destroy();
    };
  }, []);
  // At once, not with the next drawing: by then somebody may have typed on.
  useSignalEffect(() => {
    if (draft.value !== undefined) editor.value?.setText(draft.value);
  });
  useSignalEffect(() => editor.value?.setSchema(schemaOf()));
  return (
    <div class="editor" ref={place}>
      {editor.value === undefined && (
        <textarea
          aria-label="SQL statement"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
        />
      )}
    </div>
  );
}
