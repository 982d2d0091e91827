import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBGeometryValue,
  DuckDBTimeNSValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { dateText, offsetText, timestampText, timeText } from "./temporal-text.ts";

const seconds = 1n;
const millis = 1_000n;
const micros = 1_000_000n;
const nanos = 1_000_000_000n;

/** How timestamps look: ISO 8601 (`T`, `Z`) inside JSON, SQL's spelling (space, `+00`) in CSV. */
export type TimestampSpelling = "iso" | "sql";

/** A value that JSON has no form of its own for, as exact text; numbers and strings as they are. */
export function valueText(value: DuckDBValue, spelling: TimestampSpelling): string {
  if (value instanceof DuckDBDateValue) return dateText(value.days);
  if (value instanceof DuckDBTimeValue) return timeText(value.micros, micros);
  if (value instanceof DuckDBTimeNSValue) return timeText(value.nanos, nanos);
  if (value instanceof DuckDBTimeTZValue) return timeText(value.micros, micros) + offsetText(value.offset);
  if (value instanceof DuckDBBlobValue || value instanceof DuckDBGeometryValue) {
    return Buffer.from(value.bytes).toString("base64");
  }
  return timestampOf(value, spelling) ?? String(value);
}

function timestampOf(value: DuckDBValue, spelling: TimestampSpelling): string | undefined {
  const separator = spelling === "iso" ? "T" : " ";
  const local = (ticks: bigint, ticksPerSecond: bigint) =>
    timestampText(ticks, { ticksPerSecond, separator, zone: "" });
  if (value instanceof DuckDBTimestampValue) return local(value.micros, micros);
  if (value instanceof DuckDBTimestampTZValue) {
    return timestampText(value.micros, { ticksPerSecond: micros, separator, zone: spelling === "iso" ? "Z" : "+00" });
  }
  if (value instanceof DuckDBTimestampSecondsValue) return local(value.seconds, seconds);
  if (value instanceof DuckDBTimestampMillisecondsValue) return local(value.millis, millis);
  if (value instanceof DuckDBTimestampNanosecondsValue) return local(value.nanos, nanos);
  return undefined;
}

/** The shortest decimal that reads back as the same 32-bit float: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
