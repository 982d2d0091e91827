/** The SQL editor; fetched when somebody asks something, not before. */
import { acceptCompletion, autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface SqlEditor {
  setText(text: string): void;
  setSchema(schema: Schema): void;
  focus(): void;
  destroy(): void;
}

/** Columns by table, for completion. */
export type Schema = Record<string, string[]>;

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  schema: Schema;
  nonce: string;
  onChange(text: string): void;
  onRun(): void;
}

/** Colours of the page, light and dark: the style sheet has them as variables. */
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--ink-2)", fontStyle: "italic" },
]);

export function createSqlEditor({ parent, text, schema, nonce, onChange, onRun }: EditorOptions): SqlEditor {
  const language = new Compartment();
  // DuckDB's dialect is PostgreSQL's with more.
  const languageOf = (tables: Schema) => sql({ dialect: PostgreSQL, schema: tables, upperCaseKeywords: true });
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Shift-Enter", run },
          { key: "Tab", run: acceptCompletion },
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        syntaxHighlighting(colours),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "SQL statement" }),
        language.of(languageOf(schema)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    setSchema: (tables) => view.dispatch({ effects: language.reconfigure(languageOf(tables)) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
