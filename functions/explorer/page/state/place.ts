import { signal } from "@preact/signals";

export const views = ["files", "tables", "ask", "history"] as const;
export type View = (typeof views)[number];

/** Where in the page one is: a view and, in it, a folder, a file or a table. It stands behind the address's `#`. */
export interface Place {
  view: View;
  item?: string;
}

export const place = signal<Place>(readPlace());
addEventListener("hashchange", () => {
  place.value = readPlace();
});

export function go(view: View, item?: string): void {
  location.hash = item === undefined ? view : `${view}/${item.split("/").map(encodeURIComponent).join("/")}`;
}

export function placeHref(view: View, item?: string): string {
  return `#${item === undefined ? view : `${view}/${item.split("/").map(encodeURIComponent).join("/")}`}`;
}

function readPlace(): Place {
  const [name = "", ...rest] = location.hash.slice(1).split("/");
  const view = views.find((candidate) => candidate === name) ?? "files";
  const item = rest.map(decode).join("/");
  return item === "" ? { view } : { view, item };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
