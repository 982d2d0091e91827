const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const ANY_NUMBER = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.0+)?(?:Z|\+00(?::00)?)?$/;

/**
 * True when a table still has what the file said, however it writes it: `12.50` as 12.5, a moment with a T, truth as 1.
 * What is no plain number has to be there letter for letter: `01067` as 1067 has lost its zero.
 */
export function isSameValue(said: string, kept: string | null): boolean {
  if (said === (kept ?? "")) return true;
  if (kept === null || said === "") return false;
  if (PLAIN_NUMBER.test(said)) return toDecimal(said) === toDecimal(kept);
  if (MOMENT.test(said)) return toMoment(said) === toMoment(kept);
  if (said === "true") return kept === "1" || kept.toLowerCase() === said;
  if (said === "false") return kept === "0" || kept.toLowerCase() === said;
  return false;
}

/** Every digit that counts, and none of the others: `1.250e1` and `12.50` are both `125e-1`. */
function toDecimal(text: string): string | undefined {
  const match = ANY_NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function toMoment(text: string): string | undefined {
  const match = MOMENT.exec(text);
  return match === null ? undefined : `${match[1]} ${match[2]}`;
}
