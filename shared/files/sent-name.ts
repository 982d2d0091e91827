/** How clients write these three into a form's `filename`; everything else stands for itself, `%` too. */
const escapes: Record<string, string> = { "%22": '"', "%0D": "\r", "%0A": "\n" };

/**
 * The name that a form's `filename` means. Browsers send a dropped folder's files with their relative paths, of which
 * the last part counts, as a session's folders are flat. And by the HTML standard they write a quotation mark as `%22`,
 * as curl and others do. A name that really holds `%22` cannot be told from that, and is the much rarer one.
 */
export function nameFromForm(sent: string): string {
  const last = sent.split(/[/\\]/).at(-1) ?? "";
  return last.replaceAll(/%22|%0D|%0A/g, (written) => escapes[written] ?? written);
}
