/** What one cell looks like to somebody who has only this cell. Good for sniffing, not for deciding a type. */
export type CellKind = "empty" | "number" | "date" | "text" | "odd";

const NUMBER = /^[-+]?([$€£]\s?)?(\d+|\d{1,3}([,. ']\d{3})+)?([.,]\d+)?([eE][-+]?\d+)?\s?[%€]?$/;
const DATE = /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?$/;
const TIME = /^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$/;
/** Words as people write them; a separator or a quote in it speaks for a cell that was cut wrongly. */
const TEXT = /^[\p{L}\p{M}\p{N}\s.'’()&/+%#@!?=_:*°$€<>\u00a0[\]–—-]*$/u;
const ADDRESS = /^(https?:\/\/\S+|[^\s@,;|]+@[^\s@,;|]+\.[a-z]{2,})$/i;

export function cellKind(cell: string): CellKind {
  const text = cell.trim();
  if (text === "") return "empty";
  if (/\d/.test(text) && NUMBER.test(text)) return "number";
  if (DATE.test(text) || TIME.test(text)) return "date";
  return TEXT.test(text) || ADDRESS.test(text) ? "text" : "odd";
}
