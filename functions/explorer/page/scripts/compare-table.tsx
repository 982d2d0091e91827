import { useSignal } from "@preact/signals";
import { Button } from "../parts/button.tsx";
import { type CompareRow, type ComparedCell, markedPieces, type Side, type Stretch } from "../rules/compare-scripts.ts";
import { plural } from "../rules/words.ts";
import { SiteNote } from "./site-note.tsx";

/** A script before and after, line beside line; on narrow screens the new line stands below the old one. */
export function CompareTable({ cells, isRewritten }: { cells: readonly ComparedCell[]; isRewritten: boolean }) {
  return (
    <table class={isRewritten ? "compare" : "compare single"}>
      <caption class="hidden">The script {isRewritten ? "before and after it was rewritten" : "as it is"}</caption>
      <thead>
        <tr>
          <th scope="col">Before</th>
          {isRewritten && <th scope="col">After</th>}
        </tr>
      </thead>
      {cells.map(({ cell, stretches }, index) => (
        <tbody key={index}>
          {cell !== undefined && (
            <tr class="compare-cell">
              <th scope="rowgroup" colSpan={2}>
                Cell {cell}
              </th>
            </tr>
          )}
          {stretches.map((stretch, place) => (
            <StretchRows key={place} stretch={stretch} isRewritten={isRewritten} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function StretchRows({ stretch, isRewritten }: { stretch: Stretch; isRewritten: boolean }) {
  const isOpen = useSignal(!stretch.isFolded);
  if (isOpen.value) {
    return (
      <>
        {stretch.rows.map((row, index) => (
          <LineRow key={index} row={row} isRewritten={isRewritten} />
        ))}
      </>
    );
  }
  return (
    <tr class="compare-fold">
      <td colSpan={2}>
        <Button
          look="quiet"
          icon="down"
          onClick={() => {
            isOpen.value = true;
          }}
        >
          Show {plural(stretch.rows.length, "more line")}
        </Button>
      </td>
    </tr>
  );
}

function LineRow({ row, isRewritten }: { row: CompareRow; isRewritten: boolean }) {
  const { kind, before, after, notes, isImport = false } = row;
  return (
    <>
      <tr class={`compare-line ${kind}`}>
        <LineCell side={before} look={kind === "same" ? "" : "removed"} />
        {isRewritten && <LineCell side={after} look={kind === "same" ? "again" : "added"} />}
      </tr>
      {(notes.length > 0 || isImport) && (
        <tr class="compare-notes">
          <td colSpan={2}>
            {isImport && <p class="site-note">The helper that knows the tables. It lies beside the script.</p>}
            {notes.map((site, index) => (
              <SiteNote key={index} site={site} />
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

const signs: Record<string, { sign: string; word: string }> = {
  removed: { sign: "−", word: "removed" },
  added: { sign: "+", word: "added" },
};

function LineCell({ side, look }: { side: Side | undefined; look: string }) {
  if (side === undefined) return <td class="compare-none" />;
  const sign = signs[look];
  return (
    <td class={look}>
      <div>
        <span class="line-number">{side.number}</span>
        <span class="line-sign">
          {sign !== undefined && (
            <>
              <span aria-hidden="true">{sign.sign}</span>
              <span class="hidden">{sign.word}: </span>
            </>
          )}
        </span>
        <code>
          {markedPieces(side).map(({ text, isMarked }, index) => (isMarked ? <mark key={index}>{text}</mark> : text))}
        </code>
      </div>
    </td>
  );
}
