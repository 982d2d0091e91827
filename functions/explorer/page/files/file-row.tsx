import type { ComponentChildren } from "preact";
import { kindOf } from "../rules/arrange.ts";
import { type CubbyFile, folderLabel } from "../rules/folders.ts";
import { fullTimeText, sizeText, timeText } from "../rules/words.ts";
import { activePath, chosen, openPath, toggle } from "../state/choice.ts";
import { place } from "../state/place.ts";
import { ConversionMark } from "./conversion-mark.tsx";

/** One file in the list: a click opens it, its box chooses it. */
export function FileRow({ file, index, top }: { file: CubbyFile; index: number; top: number }) {
  const isChosen = chosen.value.has(file.path);
  const isActive = activePath.value === file.path;
  const isEverything = place.value.item === undefined;
  return (
    <div
      id={`file-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      class={`file-row${isChosen ? " chosen" : ""}${isActive ? " active" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        activePath.value = file.path;
        openPath.value = file.path;
      }}
    >
      <div role="gridcell" class="cell-check" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Choose ${file.name}`}
          checked={isChosen}
          onChange={() => {
            activePath.value = file.path;
            toggle(file.path);
          }}
        />
      </div>
      <div role="gridcell" class="cell-name">
        <span class="name">{file.name}</span>
        <span class="quiet small">
          <span class="narrow-only-inline">
            {sizeText(file.size_bytes)} · {timeText(file.modified_at)}
          </span>
          {isEverything && <span class="wide-only-inline">{folderLabel(file.folder)}</span>}
        </span>
      </div>
      <Cell name="kind">{kindOf(file)}</Cell>
      <Cell name="size">{sizeText(file.size_bytes)}</Cell>
      <Cell name="modified">
        <time dateTime={file.modified_at} title={fullTimeText(file.modified_at)}>
          {timeText(file.modified_at)}
        </time>
      </Cell>
      <Cell name="mark">
        <ConversionMark file={file} />
      </Cell>
    </div>
  );
}

function Cell({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div role="gridcell" class={`cell-${name}`}>
      {children}
    </div>
  );
}
