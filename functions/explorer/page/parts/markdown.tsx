import { CellTable } from "./cell-table.tsx";
import { type Block, parseMarkdown, parseSpans } from "../rules/markdown.ts";

/** Markdown as elements: no HTML of the file ever becomes HTML of the page. */
export function Markdown({ text }: { text: string }) {
  return (
    <div class="markdown">
      {parseMarkdown(text).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      // Below the page's own headings.
      const Heading = `h${Math.min(6, block.level + 2)}` as "h3";
      return <Heading>{spans(block.text)}</Heading>;
    }
    case "code":
      return <pre>{block.text}</pre>;
    case "list":
      return (
        <ul>
          {block.items.map((item, index) => (
            <li key={index}>{spans(item)}</li>
          ))}
        </ul>
      );
    case "paragraph":
      return <p>{spans(block.text)}</p>;
    case "table":
      return (
        <CellTable
          label="Table"
          header={block.header.map((cell) => ({ name: spans(cell) }))}
          rows={block.rows.map((row) => row.map(spans))}
        />
      );
  }
}

function spans(text: string) {
  return parseSpans(text).map(({ isCode, text: part }, index) => (isCode ? <code key={index}>{part}</code> : part));
}
