import { folders } from "../rules/folders.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { files } from "../state/files.ts";
import { place, placeHref, type View } from "../state/place.ts";
import { session } from "../state/session.ts";
import { tables } from "../state/tables.ts";

const entries: readonly { view: View; label: string; icon: IconName }[] = [
  { view: "files", label: "Files", icon: "folder" },
  { view: "tables", label: "Tables", icon: "table" },
  { view: "ask", label: "Ask", icon: "ask" },
  { view: "history", label: "History", icon: "history" },
];

/** At the side where there is room, at the bottom where a thumb is. */
export function Navigation() {
  const { view } = place.value;
  return (
    <nav class="navigation" aria-label="Workspace">
      <ul class="plain-list views">
        {entries.map((entry) => (
          <li key={entry.view}>
            <a href={placeHref(entry.view)} aria-current={view === entry.view ? "page" : undefined}>
              <Icon name={entry.icon} />
              <span>{entry.label}</span>
              <Badge view={entry.view} />
            </a>
          </li>
        ))}
      </ul>
      {view === "files" && <FolderTree />}
    </nav>
  );
}

function Badge({ view }: { view: View }) {
  if (view === "tables" && tables.value.length > 0) return <span class="badge">{tables.value.length}</span>;
  const isWaiting = view === "history" && session.value?.pending_approval;
  if (!isWaiting) return null;
  return (
    <span class="badge hot">
      1<span class="hidden"> to decide</span>
    </span>
  );
}

/** The session's folders: those with something in them, and where one's own files go. */
export function FolderTree() {
  const counts = Map.groupBy(files.value, ({ folder }) => folder);
  const chosen = place.value.item;
  const shown = folders.filter(({ name }) => name === "uploads" || name === chosen || counts.has(name));
  return (
    <ul class="plain-list folders" aria-label="Folders">
      <li>
        <a href="#files" aria-current={chosen === undefined ? "true" : undefined}>
          <Icon name="folder" size={18} />
          <span>All files</span>
          <span class="badge">{files.value.length}</span>
        </a>
      </li>
      {shown.map(({ name, label, about }) => (
        <li key={name} class="nested">
          <a href={placeHref("files", name)} title={about} aria-current={chosen === name ? "true" : undefined}>
            <Icon name="folder" size={18} />
            <span>{label}</span>
            <span class="badge">{counts.get(name)?.length ?? 0}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
