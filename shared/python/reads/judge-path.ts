import type { SiteCode } from "../../contract/script.ts";
import type { Pattern, Value } from "../flow/value.ts";
import type { WriteCall } from "./calls.ts";
import { countAgreeing, filesOfPattern, lastPart, partsOf, type SessionFile } from "./session-files.ts";

/** What a path may mean. */
export interface PathVerdict {
  /** Why a read of it is left alone. */
  code: SiteCode | undefined;
  /** The files that it may mean, as far as it says anything. */
  files: SessionFile[];
  /** True where every possibility is known to the last letter. */
  isKnown: boolean;
}

const URL = /^[A-Za-z][A-Za-z0-9+.-]+:\/\//;

/** Judges what may be read, by what the session has and by what the script writes. */
export function judgePath(path: Value, files: readonly SessionFile[]): PathVerdict {
  const patterns = path.flatMap((each) => (each.is === "text" ? [each.parts] : []));
  const isUnknown = path.some(({ is }) => is === "unknown");
  const others = path.filter(({ is }) => is !== "text" && is !== "unknown" && is !== "none");
  const none = { files: [], isKnown: false };
  if (patterns.length === 0 && !isUnknown) {
    if (others.some(({ is }) => is === "stream")) return { ...none, code: "buffer" };
    // A reader that takes `ExcelFile`'s answer opens nothing by itself.
    if (others.some(({ is }) => is === "workbook")) return { ...none, code: "buffer" };
    return { ...none, code: others.length > 0 ? "not_supported" : "not_understood" };
  }
  const local = patterns.filter((pattern) => !isUrl(pattern));
  if (local.length === 0 && !isUnknown) return { ...none, code: "url" };
  const telling = local.filter(isTelling);
  const found = [...new Set(telling.flatMap((pattern) => filesOfPattern(pattern, files)))];
  const isOpen = isUnknown || telling.length < local.length;
  if (found.length === 0 && !isOpen) return { ...none, code: "no_table" };
  const isKnown =
    !isOpen && local.length === path.length && local.every((pattern) => pattern.every((part) => part !== null));
  const isTorn = isKnown && local.some((pattern) => filesOfPattern(pattern, files).length > 1);
  return { code: isTorn ? "ambiguous_path" : undefined, files: found, isKnown };
}

function isUrl([first]: Pattern): boolean {
  return typeof first === "string" && URL.test(first);
}

/** Whether a pattern says anything about the file's name. */
function isTelling(pattern: Pattern): boolean {
  return lastPart(pattern).some((part) => part !== null && part !== "");
}

/**
 * Whether the script also writes what it reads: the same name, as far as both are known; or the same words, where they
 * are not (`frame.to_csv(path)` … `read_csv(path)`).
 */
export function isAlsoWritten(
  read: { path: Value; text: string },
  writes: readonly WriteCall[],
  source: string,
): boolean {
  const reading = patternsOfNames(read.path);
  return writes.some(({ argument, path }) => {
    const isSameWords = source.slice(argument.start, argument.end) === read.text;
    if (isSameWords && !isPlainText(read.text)) return true;
    return patternsOfNames(path).some((written) => reading.some((each) => mayBeSame(each, written)));
  });
}

function isPlainText(text: string): boolean {
  return /^["']/.test(text);
}

function patternsOfNames(path: Value): Pattern[] {
  return path.flatMap((each) => (each.is === "text" && isTelling(each.parts) ? [each.parts] : []));
}

function mayBeSame(one: Pattern, other: Pattern): boolean {
  const isKnown = [...one, ...other].every((part) => part !== null);
  if (!isKnown) {
    // A name that is only an ending (`*.csv`) may be anything, and then says nothing.
    const [names, others] = [lastPart(one), lastPart(other)];
    return isNamed(names) && isNamed(others) && (fits(names, others) || fits(others, names));
  }
  const [parts, otherParts] = [partsOf(one.join("")), partsOf(other.join(""))];
  return countAgreeing(parts, otherParts) === Math.min(parts.length, otherParts.length) && parts.length > 0;
}

function isNamed(name: Pattern): boolean {
  return name.some((part) => part !== null && part.replace(/\.[A-Za-z0-9]+$/, "") !== "");
}

/** Whether a name may be what a pattern of names stands for; holes in the name fit only holes. */
function fits(pattern: Pattern, name: Pattern): boolean {
  const expression = pattern
    .map((part) => (part === null ? "[^/]*" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")))
    .join("");
  return new RegExp(`^${expression}$`, "su").test(name.map((part) => part ?? "\0").join(""));
}
