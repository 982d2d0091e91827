import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { folderLabel } from "../rules/folders.ts";
import { go } from "../state/place.ts";
import { showToast } from "../state/toasts.ts";
import { addUploads } from "../state/uploads.ts";
import { type NamedFile, readDrop, readPaste } from "./read-drop.ts";
import { uploadFolder } from "./upload-menu.tsx";

/** The whole page takes what is dropped or pasted; while something hovers, it says where that will go. */
export function DropZone() {
  const depth = useSignal(0);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    // Every element that is crossed enters and leaves once.
    const cross = (by: number) => (event: DragEvent) => {
      if (hasFiles(event)) depth.value = Math.max(0, depth.value + by);
    };
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth.value = 0;
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      void readDrop(event.dataTransfer).then(accept);
    };
    const paste = (event: ClipboardEvent) => {
      if (isEditing(event.target) || event.clipboardData === null) return;
      const files = readPaste(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      accept(files);
    };
    const [enter, leave] = [cross(1), cross(-1)];
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, []);
  if (depth.value === 0) return null;
  return (
    <div class="drop-zone">
      <p>
        <Icon name="upload" size={40} />
        Let go to put it into {folderLabel(uploadFolder())}
      </p>
    </div>
  );
}

function accept(files: readonly NamedFile[]): void {
  if (files.length === 0) return void showToast({ kind: "info", text: "There was no file in that." });
  addUploads(files, uploadFolder());
  go("files");
}

function isEditing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, [contenteditable=true], .cm-editor") !== null;
}
