import { Button, IconButton } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Progress } from "../parts/progress.tsx";
import type { SortKey } from "../rules/arrange.ts";
import { folderLabel, type FolderName } from "../rules/folders.ts";
import { plural, sizeText } from "../rules/words.ts";
import { arranged, chooseNone, chosenFiles, filter, openPath, sortBy, sorting } from "../state/choice.ts";
import { downloadFile, downloadZip, files, filesState, loadFiles, packing, removeFiles } from "../state/files.ts";
import { place } from "../state/place.ts";
import { FolderTree } from "../shell/navigation.tsx";
import { FileDetails } from "./file-details.tsx";
import { FileList } from "./file-list.tsx";
import { UploadMenu } from "./upload-menu.tsx";
import { UploadInvitation } from "./upload-invitation.tsx";

/** Folders, the list of files, and what can be done with them. */
export function FilesView() {
  const folder = place.value.item;
  const title = folder === undefined ? "Files" : folderLabel(folder);
  return (
    <section class="view files-view" aria-label={title}>
      <header class="view-header">
        <h1>{title}</h1>
        <div class="row">
          {files.value.length > 0 && (
            <Button
              icon="zip"
              onClick={() => void downloadZip(folder === undefined ? {} : { folder: folder as FolderName })}
            >
              <span class="wide-only">Download as </span>ZIP
            </Button>
          )}
          <UploadMenu />
        </div>
      </header>
      <div class="narrow-only chips">
        <FolderTree />
      </div>
      <Packing />
      <Content />
      {openPath.value !== undefined && <FileDetails path={openPath.value} />}
    </section>
  );
}

function Content() {
  if (filesState.value === "failed") {
    return (
      <Empty icon="warning" title="The files could not be read">
        <Button icon="retry" onClick={() => void loadFiles()}>
          Try again
        </Button>
      </Empty>
    );
  }
  if (filesState.value === "loading") return <p class="starting">Reading your files…</p>;
  if (files.value.length === 0) return <UploadInvitation />;
  return (
    <>
      {chosenFiles.value.length > 0 ? <SelectionBar /> : <ListTools />}
      {arranged.value.length === 0 ? (
        <p class="quiet nothing">
          {filter.value === "" ? "This folder is empty." : `No file’s name has “${filter.value}” in it.`}
        </p>
      ) : (
        <FileList />
      )}
    </>
  );
}

const orders: readonly { key: SortKey; label: string }[] = [
  { key: "modified", label: "Changed" },
  { key: "name", label: "Name" },
  { key: "size", label: "Size" },
  { key: "kind", label: "Kind" },
];

function ListTools() {
  return (
    <div class="tools">
      <label class="search">
        <Icon name="search" size={18} />
        <input
          type="search"
          placeholder="Filter by name"
          aria-label="Filter by name"
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="narrow-only select">
        <span class="hidden">Sort by</span>
        <select value={sorting.value.by} onChange={(event) => sortBy(event.currentTarget.value as SortKey)}>
          {orders.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <p class="quiet count">{plural(arranged.value.length, "file")}</p>
    </div>
  );
}

function SelectionBar() {
  const some = chosenFiles.value;
  const paths = some.map(({ path }) => path);
  const bytes = some.reduce((sum, file) => sum + file.size_bytes, 0);
  const remove = () => {
    removeFiles(paths);
    chooseNone();
  };
  return (
    <div class="tools selection" role="toolbar" aria-label="Chosen files">
      <IconButton icon="close" label="Choose none" onClick={chooseNone} />
      <p>
        <strong>{plural(some.length, "file")}</strong> <span class="wide-only quiet">{sizeText(bytes)}</span>
      </p>
      <Button
        icon="download"
        onClick={() => void (some.length === 1 ? downloadFile(paths[0] ?? "") : downloadZip({ paths }))}
      >
        {some.length === 1 ? "Download" : "ZIP"}
      </Button>
      <Button icon="trash" look="danger" onClick={remove}>
        Delete
      </Button>
    </div>
  );
}

function Packing() {
  const present = packing.value;
  if (present === undefined) return null;
  const { label, done, total, cancel } = present;
  return (
    <div class="packing" role="status">
      <p>
        {label}
        {total > 0 && ` — ${sizeText(done)} of ${sizeText(total)}`}
      </p>
      <Progress label={label} share={total === 0 ? undefined : done / total} />
      <Button onClick={cancel}>Cancel</Button>
    </div>
  );
}
