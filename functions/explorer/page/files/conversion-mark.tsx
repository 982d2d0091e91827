import { Icon, type IconName } from "../parts/icon.tsx";
import { isScript } from "../rules/arrange.ts";
import type { CubbyFile } from "../rules/folders.ts";
import { plural } from "../rules/words.ts";

/** What became of a file, in a word with a drawing: never by colour alone. */
export function ConversionMark({ file }: { file: CubbyFile }) {
  const mark = markOf(file);
  if (mark === undefined) return null;
  return (
    <span class={`mark-pill ${mark.look}`}>
      <Icon name={mark.icon} size={14} />
      {mark.text}
    </span>
  );
}

function markOf(file: CubbyFile): { text: string; icon: IconName; look: string } | undefined {
  const { conversion } = file;
  const { state, tables, rejected_rows = 0 } = conversion;
  switch (state) {
    case "pending":
      return { text: "Waiting", icon: "clock", look: "busy" };
    case "converting":
      return { text: "Reading…", icon: "clock", look: "busy" };
    case "failed":
      return { text: "Not read", icon: "warning", look: "bad" };
    case "converted":
      if (tables.length === 0) return isScript(file) ? { text: "Rewritten", icon: "check", look: "good" } : undefined;
      return rejected_rows > 0
        ? {
            text: `${plural(tables.length, "table")}, ${plural(rejected_rows, "row")} left out`,
            icon: "warning",
            look: "soso",
          }
        : { text: plural(tables.length, "table"), icon: "check", look: "good" };
    case "none":
      return undefined;
  }
}
