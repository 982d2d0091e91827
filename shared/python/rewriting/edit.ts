/** One change of a text: what stands between two offsets is replaced. Edits of a text never overlap. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The text with all edits; those at one place in the order given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < from) throw new Error("Cannot apply edits: two of them overlap");
    pieces.push(text.slice(from, start), replacement);
    from = end;
  }
  return [...pieces, text.slice(from)].join("");
}
