/**
 * Dates and times as text. DuckDB's binding has its own, but it prints the infinities of DATE and the year 1 BC
 * wrongly and TIMESTAMPTZ in the machine's zone; here it is always UTC.
 */

const daysPer400Years = 146_097;
const infiniteDays = 2 ** 31 - 1;
const infiniteTicks = 2n ** 63n - 1n;

/** `2024-02-29`; years before 1 as DuckDB writes them: `0044-03-15 (BC)`. */
export function dateText(days: number): string {
  if (Math.abs(days) === infiniteDays) return days > 0 ? "infinity" : "-infinity";
  const { text, bc } = calendarDay(days);
  return bc ? `${text} (BC)` : text;
}

/** Time of day; digits after the second only where there are any. */
export function timeText(ticks: bigint, ticksPerSecond: bigint): string {
  const seconds = Number(ticks / ticksPerSecond);
  const clock = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60, seconds % 60].map(two).join(":");
  const fraction = ticks % ticksPerSecond;
  if (fraction === 0n) return clock;
  const digits = ticksPerSecond.toString().length - 1;
  return `${clock}.${fraction.toString().padStart(digits, "0").replace(/0+$/, "")}`;
}

/** How a timestamp is counted and spelled. */
export interface TimestampStyle {
  readonly ticksPerSecond: bigint;
  /** "T" is ISO 8601; " " is SQL's, and what spreadsheets recognise. */
  readonly separator: "T" | " ";
  /** "Z" or "+00" for instants, nothing for wall-clock time. */
  readonly zone: string;
}

/** A timestamp since 1970, exact to its own unit. */
export function timestampText(ticks: bigint, { ticksPerSecond, separator, zone }: TimestampStyle): string {
  if (ticks === infiniteTicks) return "infinity";
  if (ticks === -infiniteTicks) return "-infinity";
  const perDay = ticksPerSecond * 86_400n;
  const inDay = ((ticks % perDay) + perDay) % perDay;
  const { text, bc } = calendarDay(Number((ticks - inDay) / perDay));
  return `${text}${separator}${timeText(inDay, ticksPerSecond)}${zone}${bc ? " (BC)" : ""}`;
}

/** `+02`, `-03:30`: an offset as DuckDB writes it behind TIMETZ. */
export function offsetText(seconds: number): string {
  const absolute = Math.abs(seconds);
  const parts = [Math.trunc(absolute / 3600), Math.trunc(absolute / 60) % 60, absolute % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return (seconds < 0 ? "-" : "+") + parts.map(two).join(":");
}

/** JavaScript's Date covers less than DuckDB's DATE; the calendar repeats every 400 years, so 400-year steps help. */
function calendarDay(days: number): { text: string; bc: boolean } {
  const cycles = Math.floor(days / daysPer400Years);
  const date = new Date((days - cycles * daysPer400Years) * 86_400_000);
  const year = date.getUTCFullYear() + cycles * 400;
  const shown = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return { text: `${shown}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`, bc: year <= 0 };
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
