const dayMs = 86_400_000;

/** Days from Excel's day 0 to 1970, for serials after the 29 February 1900 that Excel believes in. */
const epochDays = 25_569;
/** The first serial beyond 9999-12-31, the last day Excel shows. */
const endSerial = 2_958_466;
const days1904 = 1_462;

/** Milliseconds since 1970 of a date's serial number, or undefined where Excel shows no date for it. */
export function toInstant(serial: number, is1904: boolean): number | undefined {
  const days = is1904 ? serial + days1904 : serial;
  if (!(days >= 0 && days < endSerial)) return undefined;
  // Excel counts a 29 February 1900 (serial 60): days before it are one closer to 1970 than they look.
  const beforeLeapBug = days < 60 && !is1904 ? dayMs : 0;
  return toMilliseconds(days) - epochDays * dayMs + beforeLeapBug;
}

/** A serial as a length of time. Excel itself rounds to milliseconds; beyond is noise of the double. */
export function toMilliseconds(serial: number): number {
  return Math.round(serial * dayMs);
}

/** Milliseconds since 1970 of an ISO 8601 date (`t="d"`), or undefined. A time alone is no date. */
export function parseIsoInstant(text: string): number | undefined {
  const iso = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?$/.exec(text.trim());
  if (iso === null) return undefined;
  const instant = Date.parse(`${iso[1]}T${iso[2] ?? "00:00"}Z`);
  // Date.parse() takes 31 February for 2 March.
  return !Number.isNaN(instant) && formatInstant(instant).startsWith(iso[1] ?? "") ? instant : undefined;
}

/** Milliseconds since midnight of an ISO 8601 time, or undefined. */
export function parseIsoClock(text: string): number | undefined {
  const iso = /^T?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?$/.exec(text.trim());
  const instant = iso === null ? Number.NaN : Date.parse(`1970-01-01T${iso[1]}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Milliseconds of an ISO 8601 duration in days and smaller units, `PT1H30M`, or undefined. */
export function parseIsoDuration(text: string): number | undefined {
  const iso = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text.trim());
  if (iso === null || !/\d/.test(text)) return undefined;
  const [sign, days, hours, minutes, seconds] = iso.slice(1).map((part) => part ?? "");
  const length = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return Math.round(length * 1_000) * (sign === "-" ? -1 : 1);
}

/** `2024-01-31`, or `2024-01-31 09:30:00` when it is not midnight. */
export function formatInstant(instant: number): string {
  const [day = "", time = ""] = new Date(instant).toISOString().split("T");
  return instant % dayMs === 0 ? day : `${day} ${withoutZeroFraction(time.slice(0, -1))}`;
}

/** `09:30:00`. */
export function formatClock(milliseconds: number): string {
  return withoutZeroFraction(new Date(milliseconds).toISOString().slice(11, -1));
}

/** `36:30:00`: hours beyond a day count on, as Excel shows them. */
export function formatDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? "-" : "";
  const hours = Math.floor(Math.abs(milliseconds) / 3_600_000);
  const rest = formatClock(Math.abs(milliseconds) % 3_600_000).slice(2);
  return `${sign}${String(hours).padStart(2, "0")}${rest}`;
}

function withoutZeroFraction(time: string): string {
  return time.replace(/\.000$/, "");
}
