import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CellTable } from "../parts/cell-table.tsx";
import { Markdown } from "../parts/markdown.tsx";
import type { CubbyFile } from "../rules/folders.ts";
import { plural } from "../rules/words.ts";
import type { Preview } from "../rules/preview.ts";
import { explain } from "../state/explain.ts";
import { readPreview } from "./read-preview.ts";

export function FilePreview({ file }: { file: CubbyFile }) {
  const preview = useSignal<Preview | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    preview.value = undefined;
    readPreview(file, controller.signal).then(
      (found) => {
        preview.value = found;
      },
      (error) => {
        if (!controller.signal.aborted) preview.value = { kind: "none", why: explain(error) };
      },
    );
    return () => controller.abort();
  }, [file.path, file.etag]);
  if (preview.value === undefined) return <p class="quiet">Reading…</p>;
  return <Shown preview={preview.value} name={file.name} />;
}

function Shown({ preview, name }: { preview: Preview; name: string }) {
  switch (preview.kind) {
    case "image":
      return <Picture preview={preview} name={name} />;
    case "table":
      return <Cells preview={preview} name={name} />;
    case "markdown":
      return <Markdown text={preview.text} />;
    case "text":
      return (
        <pre class="preview-text" tabIndex={0} role="region" aria-label={`Text of ${name}`}>
          {preview.text}
          {preview.isCut && "\n…"}
        </pre>
      );
    case "none":
      return <p class="quiet">{preview.why}</p>;
  }
}

function Picture({ preview, name }: { preview: Extract<Preview, { kind: "image" }>; name: string }) {
  const url = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([preview.bytes], { type: preview.type }));
    url.value = made;
    return () => URL.revokeObjectURL(made);
  }, [preview]);
  return url.value === undefined ? null : <img class="preview-image" src={url.value} alt={name} />;
}

function Cells({ preview, name }: { preview: Extract<Preview, { kind: "table" }>; name: string }) {
  const [header = [], ...rows] = preview.rows;
  return (
    <>
      <CellTable label={`First rows of ${name}`} header={header.map((cell) => ({ name: cell }))} rows={rows} />
      <p class="quiet small">The first {plural(rows.length, "row")}, as they stand in the file.</p>
    </>
  );
}
