/** The little of Markdown that summaries use, as blocks. Everything else stays the text it is. */
export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "table"; header: string[]; rows: string[][] }
  | { kind: "list"; items: string[] }
  | { kind: "code"; text: string }
  | { kind: "paragraph"; text: string };

export function parseMarkdown(text: string): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const takeWhile = (fits: (line: string) => boolean): string[] => {
      const start = at;
      while (at < lines.length && fits(lines[at] ?? "")) at++;
      return lines.slice(start, at);
    };
    const heading = /^(#{1,6}) (.*)/.exec(line);
    if (line.trim() === "") at++;
    else if (heading !== null) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
      at++;
    } else if (line.startsWith("```")) {
      at++;
      blocks.push({ kind: "code", text: takeWhile((next) => !next.startsWith("```")).join("\n") });
      at++;
    } else if (line.startsWith("|")) {
      const [header = [], , ...rows] = takeWhile((next) => next.startsWith("|")).map(cellsOf);
      blocks.push({ kind: "table", header, rows });
    } else if (/^[-*] /.test(line)) {
      blocks.push({ kind: "list", items: takeWhile((next) => /^[-*] /.test(next)).map((item) => item.slice(2)) });
    } else {
      const start = at;
      const paragraph = takeWhile((next) => next.trim() !== "" && !/^(#|```|\||[-*] )/.test(next));
      if (at === start) paragraph.push(lines[at++] ?? ""); // a mark that begins nothing
      blocks.push({ kind: "paragraph", text: paragraph.join(" ") });
    }
  }
  return blocks;
}

/** A `|` behind a backslash is part of the cell. */
function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|\s*$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Text and code within a line; escapes of punctuation are taken back. */
export function parseSpans(text: string): { isCode: boolean; text: string }[] {
  return text
    .split(/(`+[^`]+`+)/)
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("`")
        ? { isCode: true, text: part.replaceAll(/^`+ ?| ?`+$/g, "") }
        : { isCode: false, text: part.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1").replaceAll("**", "") },
    );
}
