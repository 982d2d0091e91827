/** Where the time comes from, so that tests can hold it still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** RFC 3339 in UTC with milliseconds, the one form in which times are stored and sent. */
export function toTimestamp(date: Date): string {
  return date.toISOString();
}

/** Whole seconds since 1970, the only form that DynamoDB's TTL understands. Rounded up: never early. */
export function toEpochSeconds(date: Date): number {
  return Math.ceil(date.getTime() / 1000);
}
