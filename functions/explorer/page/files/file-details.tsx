import { useSignal } from "@preact/signals";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { isScript, kindOf } from "../rules/arrange.ts";
import { type CubbyFile, folderLabel } from "../rules/folders.ts";
import { fullTimeText, sizeText } from "../rules/words.ts";
import { openPath } from "../state/choice.ts";
import { downloadFile, files, removeFiles } from "../state/files.ts";
import { ScriptSection } from "../scripts/script-section.tsx";
import { ConversionSection } from "./conversion-section.tsx";
import { FilePreview } from "./file-preview.tsx";
import { RenameForm } from "./rename-form.tsx";

const close = () => {
  openPath.value = undefined;
};

/** Everything about one file: what it is, what became of it, what is in it. */
export function FileDetails({ path }: { path: string }) {
  const isRenaming = useSignal(false);
  const file = files.value.find((candidate) => candidate.path === path);
  if (file === undefined) return null;
  // Cubby's own works are written anew by every conversion.
  const isOwn = !["workspace/project_data.db", "workspace/DATABASE_SUMMARY.md"].includes(path);
  const remove = () => {
    close();
    removeFiles([path]);
  };
  return (
    <Dialog title={file.name} onClose={close} look="drawer">
      <div class="row">
        <Button look="primary" icon="download" onClick={() => void downloadFile(path)}>
          Download
        </Button>
        {isOwn && (
          <>
            <Button
              icon="edit"
              aria-expanded={isRenaming.value}
              onClick={() => {
                isRenaming.value = !isRenaming.value;
              }}
            >
              Rename
            </Button>
            <Button look="danger" icon="trash" onClick={remove}>
              Delete
            </Button>
          </>
        )}
      </div>
      {isRenaming.value && (
        <RenameForm
          file={file}
          onDone={() => {
            isRenaming.value = false;
          }}
        />
      )}
      <Facts file={file} />
      {isScript(file) ? <ScriptSection file={file} /> : file.folder === "uploads" && <ConversionSection file={file} />}
      <section class="details-section">
        <h3>Preview</h3>
        <FilePreview file={file} />
      </section>
    </Dialog>
  );
}

function Facts({ file }: { file: CubbyFile }) {
  return (
    <dl class="facts">
      <dt>Kind</dt>
      <dd>{kindOf(file)}</dd>
      <dt>Size</dt>
      <dd>{sizeText(file.size_bytes)}</dd>
      <dt>Folder</dt>
      <dd>{folderLabel(file.folder)}</dd>
      <dt>Changed</dt>
      <dd>{fullTimeText(file.modified_at)}</dd>
    </dl>
  );
}
