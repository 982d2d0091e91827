import type { ComponentChildren } from "preact";

interface CellTableProps {
  label: string;
  header: readonly { name: ComponentChildren; about?: string }[];
  rows: readonly (readonly ComponentChildren[])[];
}

/** Some rows to look at, in a box of their own that scrolls. */
export function CellTable({ label, header, rows }: CellTableProps) {
  return (
    <div class="preview-cells" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {header.map(({ name, about }, index) => (
              <th key={index} scope="col">
                {name}
                {about !== undefined && <span class="quiet small"> {about}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
