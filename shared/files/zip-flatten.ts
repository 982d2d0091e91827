/** What one file system name holds, see file-names.ts. */
const maxNameBytes = 255;

/**
 * Names for a folder without folders: each path of an archive → its name there.
 *
 * A file keeps its base name when no other file has the same one (compared without case). The others get
 * their path with `__` for `/`, the front cut off where that is too long, and `_2`, `_3` … before the
 * extension where even that is taken. The result depends on the set of paths alone, not on their order.
 */
export function flattenEntryNames(paths: Iterable<string>): Map<string, string> {
  const all = [...paths];
  const sharing = Map.groupBy(all, (path) => baseName(path).toLowerCase());
  const isAlone = (path: string) => sharing.get(baseName(path).toLowerCase())?.length === 1;
  const names = new Map<string, string>();
  const taken: Taken = { names: new Set(), next: new Map() };
  // Lone names first: they are never changed for the sake of a joined one.
  for (const path of all.filter(isAlone)) names.set(path, take(baseName(path), taken));
  for (const path of all.filter((path) => !isAlone(path)).sort()) {
    names.set(path, take(path.replaceAll("/", "__"), taken));
  }
  return new Map(all.map((path) => [path, names.get(path) ?? baseName(path)]));
}

/** What is longer is no extension, and would leave no room for the number that makes a name its own. */
const maxExtensionBytes = 100;

/** Names that are given out, and by what was wanted first the number to go on with: thousands may want the same. */
interface Taken {
  names: Set<string>;
  next: Map<string, number>;
}

function take(wanted: string, { names, next }: Taken): string {
  const dot = wanted.lastIndexOf(".");
  const isExtended = dot > 0 && bytesIn(wanted.slice(dot)) <= maxExtensionBytes;
  const [stem, extension] = isExtended ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ""];
  const numbered = (copy: number) => {
    const end = `${copy === 1 ? "" : `_${copy}`}${extension}`;
    return cutFront(stem, maxNameBytes - bytesIn(end)) + end;
  };
  const first = numbered(1).toLowerCase();
  for (let copy = next.get(first) ?? 1; ; copy++) {
    const name = numbered(copy);
    if (names.has(name.toLowerCase())) continue;
    names.add(name.toLowerCase());
    next.set(first, copy + 1);
    return name;
  }
}

function cutFront(stem: string, maxBytes: number): string {
  const characters = [...stem];
  let excess = bytesIn(stem) - maxBytes;
  let from = 0;
  for (; excess > 0; from++) excess -= bytesIn(characters[from] ?? " ");
  return characters.slice(from).join("");
}

/** Not `Buffer`'s: the web page flattens dropped folders by the same rule. */
function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
