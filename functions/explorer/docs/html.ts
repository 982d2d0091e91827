/** Text that is HTML already; everything else that goes into a template is escaped. */
export interface Html {
  readonly html: string;
}

type Part = string | number | undefined | false | Html | readonly Part[];

/** Puts values into markup: text is escaped, pieces made by this very tag are taken as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { html: strings.reduce((text, next, index) => `${text}${toHtml(values[index - 1])}${next}`) };
}

function toHtml(part: Part): string {
  if (part === undefined || part === false) return "";
  if (Array.isArray(part)) return part.map(toHtml).join("");
  return typeof part === "object" && "html" in part ? part.html : escapeText(String(part));
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A description: `code` between backticks, paragraphs between empty lines. */
export function prose(text: string | undefined): Html | undefined {
  if (text === undefined || text === "") return undefined;
  return html`${text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;
}

/** One line of a description. */
export function inline(text: string): Html {
  return html`${text.split("`").map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}
