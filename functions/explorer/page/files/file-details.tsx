import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { kindOf } from "../rules/arrange.ts";
import { type CubbyFile, folderLabel } from "../rules/folders.ts";
import { fullTimeText, sizeText } from "../rules/words.ts";
import { openPath } from "../state/choice.ts";
import { downloadFile, files, removeFiles } from "../state/files.ts";
import { ConversionSection } from "./conversion-section.tsx";
import { FilePreview } from "./file-preview.tsx";

const close = () => {
  openPath.value = undefined;
};

/** Everything about one file: what it is, what became of it, what is in it. */
export function FileDetails({ path }: { path: string }) {
  const file = files.value.find((candidate) => candidate.path === path);
  if (file === undefined) return null;
  const remove = () => {
    close();
    removeFiles([path]);
  };
  return (
    <Dialog title={file.name} onClose={close} isDrawer>
      <div class="row">
        <Button look="primary" icon="download" onClick={() => void downloadFile(path)}>
          Download
        </Button>
        <Button look="danger" icon="trash" onClick={remove}>
          Delete
        </Button>
      </div>
      <Facts file={file} />
      {file.folder === "uploads" && <ConversionSection file={file} />}
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
