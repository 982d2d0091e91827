/**
 * What stands below a table's rows and is none of them. In the table it would turn a column of numbers into text, so it
 * is rejected, which keeps it word for word and says why. The rule is narrow: only records at the very end, and of these
 *
 * - notes, a text alone in the first column (`Source: …`), where that column holds numbers or dates, or behind a gap;
 * - totals (`Total,,1234`), where the first column holds numbers or dates. Under names they are rows like others.
 */
import type { TextRecord } from "./parse-records.ts";
import { filledCells, isEmptyRecord, isTyped } from "./record-shape.ts";

/** More of them are a part of the table that is mostly empty. */
const MAX_NOTES = 20;
/** Behind a gap a text alone is a note only if so many columns stay empty beside it. */
const MIN_WIDTH_FOR_GAPS = 3;
/** Records that show what the first column holds. */
const MIN_SHOWN = 2;

const TOTAL =
  /^(?:(?:grand|sub)[ -]?totals?|totals?|totaux|totale|totaal|sum|summe|gesamt(?:summe)?|insgesamt|suma|razem|итого|всего|合計|合计|总计)(?=$|[\s:.,])/i;

/** How to tell a footer in one table. */
export interface FooterRule {
  /** The first column holds numbers or dates, but for what may be a footer. */
  isFirstTyped: boolean;
  width: number;
}

/** The rule by the first records of a table. */
export function footerRuleOf(data: readonly TextRecord[], width: number): FooterRule {
  const ordinary = data.filter((record) => !isNote(record) && !isTotal(record));
  const first = ordinary.flatMap(({ cells: [cell = ""] }) => (cell.trim() === "" ? [] : [cell]));
  return { isFirstTyped: width > 1 && first.length >= MIN_SHOWN && first.every(isTyped), width };
}

/** Passes records on without the footer, which is handed over instead, each with the reason. */
export async function* withoutFooter(
  records: AsyncIterable<TextRecord>,
  rule: FooterRule,
  onFooter: (record: TextRecord, reason: string) => Promise<void>,
): AsyncGenerator<TextRecord> {
  let held: TextRecord[] = [];
  for await (const record of records) {
    if ((isEmptyRecord(record) || isNote(record) || isTotal(record)) && held.length < 2 * MAX_NOTES) {
      held.push(record);
      continue;
    }
    yield* held;
    held = [];
    yield record;
  }
  const reasons = footerReasons(held, rule);
  for (const [index, record] of held.entries()) {
    const reason = reasons[index];
    if (reason === undefined) yield record;
    else await onFooter(record, reason);
  }
}

/** True where the text ends with a footer by the rule; `tail` is the end of the file, or all of it. */
export async function endsWithFooter(tail: Iterable<TextRecord>, rule: FooterRule): Promise<boolean> {
  let hasFooter = false;
  const seen = withoutFooter(toAsync(tail), rule, async () => {
    hasFooter = true;
  });
  for await (const _ of seen);
  return hasFooter;
}

async function* toAsync(records: Iterable<TextRecord>): AsyncGenerator<TextRecord> {
  yield* records;
}

/** By record why it belongs to the footer; undefined for empty ones and for rows. */
function footerReasons(held: readonly TextRecord[], { isFirstTyped, width }: FooterRule): (string | undefined)[] {
  let isBehindGap = false;
  const reasons = held.map((record) => {
    if (isEmptyRecord(record)) {
      isBehindGap = true;
      return undefined;
    }
    if (isTotal(record) && filledCells(record) > 1) return isFirstTyped ? "it is a total below the table" : undefined;
    const isSetOff = isBehindGap && width >= MIN_WIDTH_FOR_GAPS;
    return isFirstTyped || isSetOff ? "it is a note below the table" : undefined;
  });
  return reasons.filter((reason) => reason !== undefined).length > MAX_NOTES ? [] : reasons;
}

/** A text alone in the first column. */
function isNote(record: TextRecord): boolean {
  const [first = ""] = record.cells;
  return first.trim() !== "" && filledCells(record) === 1 && !isTyped(first);
}

function isTotal({ cells: [first = ""] }: TextRecord): boolean {
  return TOTAL.test(first.trim());
}
