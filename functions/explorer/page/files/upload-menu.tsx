import { useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { canUploadTo } from "../rules/folders.ts";
import { place } from "../state/place.ts";
import { addUploads } from "../state/uploads.ts";
import { nameFiles } from "./read-drop.ts";

/** Where new files go: the folder that is open, if it takes any. */
export function uploadFolder(): string {
  const { view, item } = place.value;
  return view === "files" && item !== undefined && canUploadTo(item) ? item : "uploads";
}

function take(input: HTMLInputElement): void {
  if (input.files !== null) addUploads(nameFiles([...input.files]), uploadFolder());
  input.value = ""; // the same file may be chosen again
}

/** Files or a whole folder, by the browser's own dialogs. */
export function UploadMenu() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu
        label="Upload"
        class="button primary"
        button={
          <>
            <Icon name="upload" size={18} />
            Upload
          </>
        }
      >
        <MenuItem icon="file" onChoose={() => files.current?.click()}>
          Files…
        </MenuItem>
        <MenuItem icon="folder" onChoose={() => folder.current?.click()}>
          A folder…
        </MenuItem>
      </Menu>
      <input
        ref={files}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to upload"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={(element) => {
          folder.current = element;
          if (element !== null) element.webkitdirectory = true;
        }}
        class="hidden"
        type="file"
        tabIndex={-1}
        aria-label="Folder to upload"
        onChange={(event) => take(event.currentTarget)}
      />
    </>
  );
}
