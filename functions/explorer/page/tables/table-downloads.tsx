import { Icon } from "../parts/icon.tsx";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { type Downloadable, downloadFormats, downloadRows } from "../state/download-query.ts";

/** An answer, or a whole table, as a file. */
export function TableDownloads({ what }: { what: Downloadable }) {
  return (
    <Menu
      label="Download"
      button={
        <>
          <Icon name="download" size={18} />
          <span class="wide-only">Download</span>
        </>
      }
    >
      {downloadFormats.map(({ format, label }) => (
        <MenuItem key={format} icon="file" onChoose={() => void downloadRows(what, format)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
