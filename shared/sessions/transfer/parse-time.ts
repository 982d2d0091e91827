import * as z from "zod";

/** Checks days of months and leap years too, which `Date.parse` does not. */
const isoDateTime = z.iso.datetime({ offset: true, local: true });
const isoDate = z.iso.date();

/** Epoch numbers below this are seconds (it is the year 5138 in those), from it on milliseconds (1973). */
const FIRST_MILLISECONDS = 1e11;
/** The last moment that has a four-digit year, and so sorts as text. */
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * A time as systems write it: ISO 8601 with a zone or without (then it is UTC), a date alone, or seconds or
 * milliseconds since 1970. Undefined for anything else.
 */
export function parseTime(value: string | number): Date | undefined {
  const text = String(value).trim();
  const milliseconds = /^\d+(\.\d+)?$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
  if (Number.isNaN(milliseconds) || milliseconds < 0 || milliseconds > LATEST) return undefined;
  return new Date(milliseconds);
}

function fromEpoch(number: number): number {
  return Math.round(number < FIRST_MILLISECONDS ? number * 1000 : number);
}

function fromIso(text: string): number {
  if (isoDate.safeParse(text).success) return Date.parse(`${text}T00:00:00Z`);
  const [, date, time, zone] = /^(\S+)[T ]([\d:.,]+) ?(\S*)$/i.exec(text) ?? [];
  if (date === undefined || time === undefined) return Number.NaN;
  const seconds = /^\d\d:\d\d$/.test(time) ? ":00" : "";
  const iso = `${date}T${time.replace(",", ".")}${seconds}${toZone(zone ?? "")}`;
  return isoDateTime.safeParse(iso).success ? Date.parse(iso) : Number.NaN;
}

/** `+0200` and `+02` are `+02:00`; no zone, `z` and `UTC` are UTC. */
function toZone(zone: string): string {
  if (/^(z|utc|)$/i.test(zone)) return "Z";
  const [, hours, minutes] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return hours === undefined ? zone : `${hours}:${minutes ?? "00"}`;
}
