const MAX_LENGTH = 40;

/**
 * Any text as harmless text on one line of Markdown: what a cell holds can neither end its table, nor open a block of
 * code, nor become a link, a tag or a heading.
 */
export function inlineText(text: string, maxLength = MAX_LENGTH): string {
  return shorten(oneLine(text), maxLength)
    .replace(/[\\`*[\]<>|~#]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_") // within a word it means nothing, and reads better bare
    .replace(/:\/\//g, ":\u200b//"); // some renderers link bare addresses
}

/** A name as inline code. Backslashes are no escapes there: the fence must be longer than any run of backticks. */
export function code(text: string): string {
  const line = oneLine(text).replaceAll("|", "\\|"); // within a table even code has to escape it
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** One row of a Markdown table; the cells have been made safe before. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function oneLine(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
      .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ")
      .trim()
  );
}

function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join("")}…` : text;
}
