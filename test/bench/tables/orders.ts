/**
 * The rows that every format and every reader gets: what orders look like, with the values among them that real files
 * have and readers are known to change: leading zeros, long account numbers, amounts of 18 decimals, `NA` for Namibia,
 * gaps, and a column of numbers in which text comes late.
 */
export const columns = [
  ...["id", "customer", "postcode", "account", "country", "ordered_at", "quantity", "price", "amount", "paid"],
  ...["code", "note"],
] as const;

export type Column = (typeof columns)[number];

/** A row as text, in the order of the columns; an empty text is no value. */
export type Row = readonly string[];

const cities = ["Lima", "Osaka", "São Paulo", "Nairobi", "Köln"];
const countries = ["DE", "NA", "BR", "JP", "KE", "NO"];
/** From here on the column `code` has text as well. */
const LATE = 0.9;

/** The same rows for the same number of them. */
export function* orders(count: number): Generator<Row> {
  const next = numbersFrom(7);
  const digits = (length: number) => Array.from({ length }, () => next(10)).join("");
  for (let id = 1; id <= count; id++) {
    const day = `2026-${two(1 + next(12))}-${two(1 + next(28))}`;
    yield [
      String(id),
      `customer_${next(90_000)}`,
      `0${1000 + next(8000)}`,
      `90${digits(17)}`,
      countries[next(countries.length)] ?? "",
      `${day} ${two(next(24))}:${two(next(60))}:${two(next(60))}`,
      id % 11 === 0 ? "" : String(next(100)),
      `${next(9000)}.${next(10)}0`,
      `${next(50)}.${digits(17)}${1 + next(9)}`,
      String(next(2) === 0),
      id > count * LATE && id % 50 === 0 ? `A-${next(99)}` : String(1000 + next(9000)),
      id % 97 === 0 ? "" : `${cities[next(cities.length)]}, "${next(900)}"${id % 40 === 0 ? "\nsecond line" : ""}`,
    ];
  }
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A linear congruential generator: the high bits, because the low ones repeat soon. */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
