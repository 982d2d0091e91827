/** Sizes, times and counts as a person reads them. */
const number = new Intl.NumberFormat(undefined);
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function countText(count: number): string {
  return number.format(count);
}

/** `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return unit === 0 ? plural(bytes, "byte") : `${oneDigit.format(value)} ${units[unit]}`;
}

/** `2 d 3 h`, `1 h 5 min`, `4 min`, `12 s`: two units at most. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The hour for today, day and hour for this year, the date before that. */
export function timeText(iso: string, now = new Date()): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === now.toDateString();
  if (isToday) return time.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const isThisYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleDateString(undefined, {
    day: "numeric",
    month: "short",
    ...(isThisYear ? { hour: "2-digit", minute: "2-digit" } : { year: "numeric" }),
  });
}

/** With everything, for titles. */
export function fullTimeText(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
}
