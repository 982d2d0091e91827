import { useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { session } from "../state/session.ts";
import { addUploads } from "../state/uploads.ts";
import { nameFiles } from "./read-drop.ts";
import { uploadFolder } from "./upload-menu.tsx";

/** The first thing one sees: what this is for, and the one thing to do. */
export function UploadInvitation() {
  const input = useRef<HTMLInputElement>(null);
  const days = Math.round((session.value?.retention.max_age_minutes ?? 0) / 1440);
  return (
    <div class="invitation">
      <Icon name="upload" size={44} />
      <h2>Drop a spreadsheet to begin</h2>
      <p>
        Or a CSV, a folder, a ZIP, anything. Spreadsheets, CSV, JSON and Parquet become tables you can look through and
        ask. You can also paste cells that you copied.
      </p>
      <Button look="primary" icon="plus" onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to begin with"
        onChange={(event) => {
          addUploads(nameFiles([...(event.currentTarget.files ?? [])]), uploadFolder());
          event.currentTarget.value = "";
        }}
      />
      <p class="quiet small">
        Only you see what you put here, and all of it is removed when the session ends
        {days > 0 && `, after ${days} days at most`}.
      </p>
    </div>
  );
}
