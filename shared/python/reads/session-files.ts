/**
 * Which file of the session a path means. The rule is the helper's (`session_data.py`), so that what is found here is
 * what would be found when the script runs: the most parts that agree from the end, without regard to case if need be.
 */
import type { Pattern } from "../flow/value.ts";
import type { FileKind } from "./readers.ts";

/** A file that has become tables. */
export interface SessionFile {
  /** `uploads/sales.csv` */
  path: string;
  kind: FileKind;
  /** In the order of its sheets. */
  tables: readonly string[];
  /** Sheets that it has, also those without a table; 1 for what has none. */
  sheets: number;
}

/** The files that a path may mean: none, the one, or several among which nothing decides. */
export function filesAt(path: string, files: readonly SessionFile[]): SessionFile[] {
  for (const fold of [same, foldCase]) {
    const wanted = partsOf(path).map(fold);
    const scored = files.map((file) => ({ file, score: scoreOf(wanted, partsOf(file.path).map(fold)) }));
    const best = Math.max(0, ...scored.map(({ score }) => score));
    if (best > 0) return scored.filter(({ score }) => score === best).map(({ file }) => file);
  }
  return [];
}

function same(text: string): string {
  return text;
}

function foldCase(text: string): string {
  return text.toLowerCase();
}

/** The parts of a path, however it is separated, that say where it is. */
export function partsOf(path: string): string[] {
  const parts = path.normalize("NFC").replaceAll("\\", "/").split("/");
  return parts.filter((part) => part !== "" && part !== "." && part !== "..");
}

/** How many parts agree from the end. Files of one name in several folders of a ZIP are called `folder__name`. */
function scoreOf(wanted: readonly string[], own: readonly string[]): number {
  const agreeing = countAgreeing(wanted, own);
  const name = own.at(-1) ?? "";
  if (agreeing > 0 || !name.includes("__")) return agreeing;
  const unfolded = name.split("__");
  const unfoldedAgreeing = countAgreeing(wanted, unfolded);
  return unfoldedAgreeing === Math.min(wanted.length, unfolded.length) ? unfoldedAgreeing : 0;
}

export function countAgreeing(one: readonly string[], other: readonly string[]): number {
  let count = 0;
  while (count < Math.min(one.length, other.length) && one.at(-1 - count) === other.at(-1 - count)) count++;
  return count;
}

/** The files that a pattern may come to mean. A hole may be anything, folders included. */
export function filesOfPattern(pattern: Pattern, files: readonly SessionFile[]): SessionFile[] {
  if (pattern.every((part) => part !== null)) return filesAt(pattern.join(""), files);
  const name = nameExpression(pattern);
  return files.filter(({ path }) => name.test(partsOf(path).at(-1) ?? ""));
}

/** What the last part of such a path looks like. */
function nameExpression(pattern: Pattern): RegExp {
  const parts = lastPart(pattern).map((part) => (part === null ? ".*" : escapeExpression(part.normalize("NFC"))));
  return new RegExp(`^${parts.join("")}$`, "isu");
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** The pattern of the file's name: behind the last separator, which a hole may hold, too. */
export function lastPart(pattern: Pattern): Pattern {
  const last: (string | null)[] = [];
  for (const part of [...pattern].reverse()) {
    const cut = part === null ? -1 : Math.max(part.lastIndexOf("/"), part.lastIndexOf("\\"));
    if (part !== null && cut >= 0) return [part.slice(cut + 1), ...last];
    last.unshift(part);
  }
  return last;
}
