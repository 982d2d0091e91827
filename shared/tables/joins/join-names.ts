/** Say nothing about what they name: every table has them. */
export const GENERIC_NAMES: ReadonlySet<string> = new Set(
  (
    "id key no nr num number name title code type kind status state value values date time year month day text note " +
    "notes description comment count total index row label category"
  ).split(" "),
);

/** `Customer-ID`, `customer_id` and `customerId` are one name. */
export function normal(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** A sentence for a name ends with its last words, too. */
const MAX_ENDINGS = 4;

/** What a name of several words ends with: `billing_customer_id` with `customerid` and `id`. */
export function nameEndings(name: string): string[] {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(normal)
    .filter((word) => word !== "");
  return words
    .slice(1)
    .map((_, index) => words.slice(index + 1).join(""))
    .slice(-MAX_ENDINGS);
}

/** `customers`, `categories`, `boxes` of which one row is one. */
export function singular(name: string): string {
  if (name.endsWith("ies") && name.length > 4) return `${name.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(name)) return name.slice(0, -2);
  return name.endsWith("s") && !name.endsWith("ss") ? name.slice(0, -1) : name;
}
