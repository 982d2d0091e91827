/** Timestamps that are all written in one way: with `T` or a space, with so many digits of a fraction, with `Z` or not. */
import { provesMinutes, provesTimestamp, provesUtc } from "./time-proofs.ts";
import type { CellProof, TypeRule } from "./type-rule.ts";

/** Where `T` or the space stands. */
const BETWEEN = 10;
const MAX_FRACTION = 6;
/** Length of a timestamp to the second. */
const TO_SECONDS = 19;
const TO_MINUTES = 16;

interface Form {
  separator: "T" | " ";
  /** `minutes`, or seconds with so many decimals. */
  clock: "minutes" | number;
  isUtc: boolean;
}

const DATE = "\\d{4}-\\d\\d-\\d\\d";

function timestampForm({ separator, clock, isUtc }: Form): TypeRule {
  const end = isUtc ? "Z" : "";
  const fraction = typeof clock === "number" && clock > 0 ? `\\.\\d{${clock}}` : "";
  const time = clock === "minutes" ? "\\d\\d:\\d\\d" : `\\d\\d:\\d\\d:\\d\\d${fraction}`;
  const shape = `^${DATE}${separator}${time}${end}$`;
  const looks = new RegExp(shape);
  const text = (v: string) => `${printed(v, separator, clock)} || '${end}'`;
  const formOf = isUtc ? "timestamp_utc" : clock === "minutes" ? "timestamp_minutes" : "timestamp";
  return {
    id: `${formOf}#${separator === "T" ? "t" : "space"}_${clock}`,
    type: "TIMESTAMP",
    spelling: `2024-12-31${separator}23:59${clock === "minutes" ? "" : `:59${clock > 0 ? `.${"0".repeat(clock)}` : ""}`}${end}`,
    looks: (cell) => looks.test(cell),
    value: (x) => {
      const cast = `TRY_CAST(${isUtc ? `rtrim(${x}, 'Z')` : x} AS TIMESTAMP)`;
      return `CASE WHEN ${text(cast)} = ${x} THEN ${cast} END`;
    },
    proves: provesForm({ separator, clock, isUtc }),
    text,
    isExact: true,
    formOf,
  };
}

function printed(v: string, separator: string, clock: Form["clock"]): string {
  const date = `%Y-%m-%d${separator}`;
  if (clock === "minutes") return `strftime(${v}, '${date}%H:%M')`;
  if (clock === 0) return `strftime(${v}, '${date}%H:%M:%S')`;
  return `left(strftime(${v}, '${date}%H:%M:%S.%f'), ${TO_SECONDS + 1 + clock})`;
}

function provesForm({ separator, clock, isUtc }: Form): CellProof {
  const between = separator.charCodeAt(0);
  const length = clock === "minutes" ? TO_MINUTES : TO_SECONDS + (clock > 0 ? 1 + clock : 0) + (isUtc ? 1 : 0);
  const proves = isUtc ? provesUtc : clock === "minutes" ? provesMinutes : provesTimestamp;
  return (bytes, from, to) => to - from === length && bytes[from + BETWEEN] === between && proves(bytes, from, to);
}

const CLOCKS: readonly Form["clock"][] = [
  ...Array.from({ length: MAX_FRACTION + 1 }, (_, digits) => digits),
  "minutes",
];

export const timestampForms: readonly TypeRule[] = CLOCKS.flatMap((clock) =>
  (["T", " "] as const).flatMap((separator) =>
    [true, false]
      .filter((isUtc) => !(isUtc && clock === "minutes"))
      .map((isUtc) => timestampForm({ separator, clock, isUtc })),
  ),
);
