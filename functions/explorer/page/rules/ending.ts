/** When a session ends, and by which rule, in words. */
export interface Ending {
  secondsLeft: number;
  why: string;
  /** Whether using the session moves its end. */
  canExtend: boolean;
  isSoon: boolean;
}

export interface EndingFacts {
  created_at: string;
  last_activity: string;
  expires_at: string;
  retention: { idle_minutes: number; max_age_minutes: number };
}

const SOON_SECONDS = 10 * 60;

export function endingOf({ created_at, expires_at, retention }: EndingFacts, now: number): Ending {
  const ends = Date.parse(expires_at);
  const oldest = Date.parse(created_at) + retention.max_age_minutes * 60_000;
  // Its age is then what ends it, whatever is done until then.
  const isByAge = ends >= oldest - 1000;
  const secondsLeft = Math.max(0, (ends - now) / 1000);
  const why = isByAge
    ? `A session lives for ${minutesText(retention.max_age_minutes)} at most, and then ends however much it is used.`
    : `It ends ${minutesText(retention.idle_minutes)} after it was last used, and ${minutesText(retention.max_age_minutes)} after it began at the latest.`;
  return { secondsLeft, why, canExtend: !isByAge, isSoon: secondsLeft < SOON_SECONDS };
}

function minutesText(minutes: number): string {
  const units: [number, string][] = [
    [1440, "day"],
    [60, "hour"],
    [1, "minute"],
  ];
  const [size, name] = units.find(([length]) => minutes % length === 0) ?? [1, "minute"];
  const count = minutes / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
